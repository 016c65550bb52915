/**
 * TCP: one direction of one connection is a *stream*. It keeps order and repairs loss, so a lost packet
 * delays the message in it and all that come after (head-of-line blocking), and drops nothing. Messages
 * die when their connection does, not when a packet is lost.
 *
 * Recovery as Linux does it (FACTS §4; ground-truth 17-tcp-hol): a later packet that arrives returns a
 * selective acknowledgement; a packet sent before it and older than RTT + RTT/4 (RACK's reordering window, kept
 * on a timer of 4 ms ticks) is sent again. Without later packets the retransmission timeout strikes: RTT + 200 ms,
 * or 1 s before the first round trip, doubling up to 120 s.
 *
 * Leaves out: segment sizes, congestion and receive windows, loss of acknowledgements, tail loss probes with
 * more than one packet outstanding, giving up after 15 retransmissions (≥ 924.6 s), and what a kernel still
 * sends after the application closed.
 */

import { type Handle, NO_HANDLE } from "../../kernel/queue.ts";
import { dropCargo } from "../fate/cargo.ts";
import { FrameKind } from "../trace/frames.ts";
import { RecordKind } from "../trace/records.ts";
import type { Handler } from "../world/handler.ts";
import type { Way, WaysAlike } from "../world/links.ts";
import type { World } from "../world/world.ts";
import { drawLatencyUs, type Latency } from "./latency.ts";
import { dropsPacket, heldBackUs } from "./link.ts";
import { NONE } from "./packets.ts";
import { isUpward, TcpEvent, tcpPart, Where } from "./tcp.part.ts";

const MIN_RTO_US = 200_000;
const INITIAL_RTO_US = 1_000_000;
const MAX_RTO_US = 120_000_000;
/** Linux's timer tick at HZ=250; RACK's timer is rounded up to it and waits two ticks at least. */
const TICK_US = 4_000;

/** A TCP connection over a link is two streams, the upward one, which is returned, and the next. */
export function openStreams(world: World, link: number): number {
  const { links, streams } = world;
  const up = streams.addMany(2);
  for (const direction of [0, 1]) {
    streams.link[up + direction] = link;
    streams.way[up + direction] = links.way[link] + direction;
  }
  return up;
}

/**
 * Sends one frame: when it arrives, the event (code, entity, x, y) happens.
 * Returns the flight time in µs, or −1 if this try was lost.
 */
export function transmit(
  world: World,
  stream: number,
  frame: number,
  subject: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): number {
  const { queue, streams, links } = world;
  const way = links.ways[streams.way[stream]];
  if (way.isUncertain) return transmitLossy(world, stream, frame, subject, code, entity, x, y);
  const arrivalUs = arrivalOf(world, way, stream);
  recordFrame(world, stream, frame, subject, arrivalUs - queue.nowUs);
  queue.schedule(arrivalUs, code, entity, x, y);
  return arrivalUs - queue.nowUs;
}

/** When a packet arrives that is sent now, on a way that is certain. */
function arrivalOf({ queue, streams, choices }: World, { latency, purpose }: Way, stream: number): number {
  let arrivalUs = queue.nowUs + drawLatencyUs(choices, latency, purpose);
  if (latency.spanUs !== 0) {
    if (arrivalUs < streams.arrivalUs[stream]) arrivalUs = streams.arrivalUs[stream];
    streams.arrivalUs[stream] = arrivalUs;
  }
  return arrivalUs;
}

/**
 * How all links of a kind (`alike`: the world's, of that kind) are, if a packet on them is nothing but an event: they are alike, nothing
 * can go wrong on them, and nobody writes down what crosses them. Then {@link fly} does what `transmit` would do, and looks up less: with
 * many clients, each column that an event reads is memory to wait for. It is not asked by the kind's name, since V8 looks a property
 * whose name varies up in a table of all such names.
 */
export function plainWays(world: World, alike: WaysAlike): WaysAlike {
  return world.trace === null ? alike : null;
}

/** Whether packets of a way always take the same time, so that none can overtake another, and {@link fly} needs no stream. */
export function isSteady({ latency }: Way): boolean {
  return latency.spanUs === 0;
}

/** Sends a packet on one of {@link plainWays}. */
export function fly(
  world: World,
  way: Way,
  stream: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): void {
  world.queue.schedule(arrivalOf(world, way, stream), code, entity, x, y);
}

/** The nodes that a stream leads from and to. */
function endsOf({ links, streams }: World, stream: number): [from: number, to: number] {
  const link = streams.link[stream];
  return isUpward(stream) ? [links.from[link], links.to[link]] : [links.to[link], links.from[link]];
}

function recordFrame(world: World, stream: number, frame: number, subject: number, flightUs: number): void {
  if (world.trace === null) return;
  const [from, to] = endsOf(world, stream);
  world.record(RecordKind.frame, frame, from, to, subject, flightUs);
}

function transmitLossy(
  world: World,
  stream: number,
  frame: number,
  subject: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): number {
  const { queue, streams, segments } = world;
  const lost = dropsPacket(world, stream);
  if (!lost && streams.head[stream] === NONE) {
    const flightUs = flight(world, stream);
    streams.measured[stream] = 1;
    recordFrame(world, stream, frame, subject, flightUs);
    queue.schedule(queue.nowUs + flightUs, code, entity, x, y);
    return flightUs;
  }
  const segment = segments.add();
  segments.stream[segment] = stream;
  segments.frame[segment] = frame;
  segments.subject[segment] = subject;
  segments.code[segment] = code;
  segments.entity[segment] = entity;
  segments.x[segment] = x;
  segments.y[segment] = y;
  if (streams.head[stream] === NONE) streams.head[stream] = segment;
  else segments.next[streams.tail[stream]] = segment;
  streams.tail[stream] = segment;
  const flightUs = launch(world, segment, frame, lost);
  if (streams.head[stream] === segment) armTimeout(world, stream);
  return flightUs;
}

/** How long the next packet of the stream is under way: it may not overtake the one before. */
function flight(world: World, stream: number): number {
  const { queue, streams } = world;
  const { purpose } = world.links.ways[streams.way[stream]];
  const delayUs = drawLatencyUs(world.choices, latencyOf(world, stream), purpose);
  let arrivalUs = queue.nowUs + delayUs + heldBackUs(world, stream);
  if (arrivalUs < streams.arrivalUs[stream]) arrivalUs = streams.arrivalUs[stream];
  streams.arrivalUs[stream] = arrivalUs;
  return arrivalUs - queue.nowUs;
}

function launch(world: World, segment: number, frame: number, lost: boolean): number {
  const { queue, segments, streams } = world;
  const stream = segments.stream[segment];
  segments.sentUs[segment] = queue.nowUs;
  segments.where[segment] = lost ? Where.lost : Where.flying;
  const flightUs = lost ? -1 : flight(world, stream);
  recordFrame(world, stream, frame, segments.subject[segment], flightUs);
  if (lost) return flightUs;
  streams.measured[stream] = 1;
  queue.schedule(queue.nowUs + flightUs, TcpEvent.ARRIVED, segment, 0, 0);
  return flightUs;
}

function sendAgain(world: World, segment: number): void {
  launch(world, segment, FrameKind.resend, dropsPacket(world, world.segments.stream[segment]));
}

/** The latency of a stream's link now. */
function latencyOf({ links, streams }: World, stream: number): Latency {
  return links.latencies[links.latency[streams.link[stream]]];
}

function roundTripUs(world: World, stream: number): number {
  return 2 * latencyOf(world, stream).meanUs;
}

function armTimeout(world: World, stream: number): void {
  const { queue, streams } = world;
  cancelTimer(world, streams.timer[stream]);
  const rttUs = roundTripUs(world, stream);
  const baseUs = streams.measured[stream] === 1 ? rttUs + MIN_RTO_US : INITIAL_RTO_US;
  const timeoutUs = Math.min(baseUs * 2 ** Math.min(streams.timeouts[stream], 20), MAX_RTO_US);
  streams.timer[stream] = queue.schedule(queue.nowUs + timeoutUs, TcpEvent.TIMEOUT, stream, 0, 0);
}

function cancelTimer(world: World, handle: Handle): Handle {
  if (handle !== NO_HANDLE) world.queue.cancel(handle);
  return NO_HANDLE;
}

/** Handles TCP's own events; `code` is one of TcpEvent. */
function tcpEvent(world: World, code: number, entity: number): void {
  switch (code) {
    case TcpEvent.ARRIVED:
      return arrived(world, entity);
    case TcpEvent.ACKED:
      return acked(world, entity);
    case TcpEvent.TIMEOUT:
      return timedOut(world, entity);
    case TcpEvent.LATE:
      world.segments.timer[entity] = NO_HANDLE;
      if (world.segments.where[entity] === Where.lost) sendAgain(world, entity);
      return;
  }
}

function arrived(world: World, segment: number): void {
  const { queue, streams, segments } = world;
  if (segments.where[segment] === Where.abandoned) return;
  const stream = segments.stream[segment];
  segments.where[segment] = Where.held;
  const ackUs = latencyOf(world, stream).meanUs;
  queue.schedule(queue.nowUs + ackUs, TcpEvent.ACKED, segment, 0, 0);
  // The application reads in order: all that is complete up to the next gap, at one instant.
  let head = streams.head[stream];
  while (head !== NONE && segments.where[head] === Where.held) {
    segments.where[head] = Where.read;
    segments.timer[head] = cancelTimer(world, segments.timer[head]);
    streams.head[stream] = segments.next[head];
    if (segments.next[head] === NONE) streams.tail[stream] = NONE;
    world.send(segments.code[head], segments.entity[head], segments.x[head], segments.y[head]);
    head = streams.head[stream];
  }
  if (head === NONE) streams.timer[stream] = cancelTimer(world, streams.timer[stream]);
}

/** The sender learns that this segment arrived; whatever was sent before it and is overdue was lost. */
function acked(world: World, segment: number): void {
  const { queue, streams, segments } = world;
  const stream = segments.stream[segment];
  streams.timeouts[stream] = 0;
  if (streams.head[stream] === NONE) return;
  armTimeout(world, stream);
  const rttUs = roundTripUs(world, stream);
  for (let hole = streams.head[stream]; hole !== NONE; hole = segments.next[hole]) {
    if (segments.where[hole] !== Where.lost || segments.sentUs[hole] >= segments.sentUs[segment]) continue;
    if (segments.timer[hole] !== NO_HANDLE) continue;
    const waitUs = segments.sentUs[hole] + rttUs + Math.round(rttUs / 4) - queue.nowUs;
    if (waitUs <= 0) sendAgain(world, hole);
    else {
      const ticks = Math.ceil(waitUs / TICK_US) + 2;
      segments.timer[hole] = queue.schedule(queue.nowUs + ticks * TICK_US, TcpEvent.LATE, hole, 0, 0);
    }
  }
}

function timedOut(world: World, stream: number): void {
  const { streams, segments } = world;
  streams.timer[stream] = NO_HANDLE;
  if (streams.head[stream] === NONE) return;
  const head = streams.head[stream];
  if (streams.timeouts[stream] < 255) streams.timeouts[stream]++;
  if (segments.where[head] === Where.lost) {
    segments.timer[head] = cancelTimer(world, segments.timer[head]);
    sendAgain(world, head);
  }
  armTimeout(world, stream);
}

/** An end closed the connection: what the stream had not handed over dies with its sender; `why`: ends.ts. */
export function abandonStream(world: World, stream: number, why: number): void {
  const { streams, segments } = world;
  let segment = streams.head[stream];
  if (segment === NONE) return;
  streams.timer[stream] = cancelTimer(world, streams.timer[stream]);
  streams.head[stream] = NONE;
  streams.tail[stream] = NONE;
  streams.timeouts[stream] = 0;
  const [from, to] = endsOf(world, stream);
  for (; segment !== NONE; segment = segments.next[segment]) {
    segments.where[segment] = Where.abandoned;
    segments.timer[segment] = cancelTimer(world, segments.timer[segment]);
    dropCargo(world, segments.frame[segment], segments.subject[segment], why, from, to);
  }
}

class Tcp implements Handler<typeof tcpPart> {
  readonly part = tcpPart;

  handle(world: World, code: number, entity: number): void {
    tcpEvent(world, code, entity);
  }
}

export const tcp = new Tcp();
