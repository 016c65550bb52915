/**
 * QUIC: one direction of one connection is a *path*, on which several streams share packets. Each stream keeps order by itself, so a
 * lost packet holds up its own stream and no other; a datagram is sent once, and waits for nothing. RFC 9000, 9002, 9221; FACTS §4.
 *
 * - A later packet that arrives is acknowledged, with all that has arrived. A packet before it is lost if three later ones were sent
 *   (packet threshold), or once it is 9/8 of a round trip old (time threshold); then what it carried goes again, in a new packet.
 * - Without later packets a probe is sent, RTT + 4·RTTVAR + 25 ms after the latest packet, which doubles each time; RTTVAR is at
 *   its floor, 1 ms. A probe brings again the first that is missing. Nothing stops meanwhile: what is new is sent as before.
 * - Each packet that arrives is acknowledged. An acknowledgement is lost as often as packets of its direction; the next says the same.
 * - The first packet of a connection stands for its handshake, as TCP's does: if it or its answer is lost, it goes again after 999 ms,
 *   doubling (an initial RTT of 333 ms), and nothing else is sent until it is through.
 * - An end that hears nothing for the idle timeout, and three probe timeouts at least, gives up and tells nobody (RFC 9000 §10.1). A
 *   cut of any length that is shorter is repaired: nobody counts the probes.
 * - A QUIC connection ends at the first balancer, as HTTP/3 does at an edge; what is behind it is TCP.
 *
 * Leaves out: round trips of handshakes (0-RTT and 1-RTT are alike, as TCP's and TLS's are left out, too), connection migration, several
 * frames in one packet, probes for datagrams that bring nothing, congestion and flow control, delayed acknowledgements, packets taken for lost that were only overtaken, keep-alive
 * pings, limits of a datagram's size, and what an incoming queue drops that is full.
 */
import { NO_HANDLE } from "../../kernel/queue.ts";
import { dropCargo } from "../fate/cargo.ts";
import { silenceOn } from "../fate/silence.ts";
import { isFrozen } from "../process/frozen.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import type { Handler } from "../world/handler.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { endAtSender, forgetShared, isOpenAt, tellGivenUp } from "./giving-up.ts";
import { drawLatencyUs } from "./latency.ts";
import { dropsAck, dropsPacket, heldBackUs } from "./link.ts";
import { NONE } from "./packets.ts";
import { At, Lane, QuicEvent, quicPart } from "./quic.part.ts";
import { endsOf, latencyOf, recordFrame, roundTripUs } from "./streams.ts";

/** RFC 9002 §6.1.1: kPacketThreshold. */
const PACKET_THRESHOLD = 3;
/** RFC 9002 §6.1.2: kTimeThreshold, and kGranularity. */
const TIME_THRESHOLD = 9 / 8;
const GRANULARITY_US = 1_000;
/** RFC 9000 §18.2: max_ack_delay. */
const MAX_ACK_DELAY_US = 25_000;
/** RFC 9002 §6.2.2: kInitialRtt + 4 × its half. */
const INITIAL_PROBE_US = 999_000;
/** An acknowledgement that does not come. */
const NEVER = Number.POSITIVE_INFINITY;

/** Two new streams are a QUIC connection's; `up`: the upward one. */
export function openPaths(world: World, up: number): void {
  const { streams, quicPaths } = world;
  for (const stream of [up, up + 1]) {
    const path = quicPaths.add();
    streams.quic[stream] = path;
    quicPaths.stream[path] = stream;
    quicPaths.aliveUs[path] = world.queue.nowUs;
  }
  // The other end is none until it has heard something.
  armIdle(world, pathOf(world, up));
}

/** The same, of a connection that is open when the run begins. */
export function adoptPaths(world: World, up: number): void {
  openPaths(world, up);
  armIdle(world, pathOf(world, up + 1));
}

function pathOf({ streams }: World, stream: number): number {
  return streams.quic[stream];
}

/** The path the other way. */
function other(world: World, path: number): number {
  return pathOf(world, world.quicPaths.stream[path] ^ 1);
}

/** A client's link has its number, and no other link has QUIC. */
function clientOf({ quicPaths, streams }: World, path: number): number {
  return streams.link[quicPaths.stream[path]];
}

function settingsOf(world: World, path: number) {
  return ofClient(world, quicPart, clientOf(world, path));
}

/** As `transmit` of tcp.ts, on a path. */
export function transmitQuic(
  world: World,
  stream: number,
  frame: number,
  subject: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): number {
  const { quicFrames: frames, quicPaths: paths, streams } = world;
  const isOpening = streams.isOpening[stream] === 1;
  // A connection that never opened has nothing to close.
  if (frame === FrameKind.close && isOpening) return -1;
  const path = pathOf(world, stream);
  forgetAcked(world, path);
  const mustWait = isOpening && paths.head[path] !== NONE;
  const one = frames.take();
  frames.next[one] = NONE;
  frames.number[one] = paths.written[path]++;
  frames.where[one] = At.waiting;
  frames.lane[one] = laneOf(world, path, frame, subject);
  frames.ackUs[one] = NEVER;
  frames.frame[one] = frame;
  frames.subject[one] = subject;
  frames.code[one] = code;
  frames.entity[one] = entity;
  frames.x[one] = x;
  frames.y[one] = y;
  if (paths.head[path] === NONE) paths.head[path] = one;
  else frames.next[paths.tail[path]] = one;
  paths.tail[path] = one;
  return mustWait ? -1 : launch(world, path, one, frame);
}

/** Which stream a frame belongs to. */
function laneOf(world: World, path: number, frame: number, subject: number): number {
  const isRequest = world.settings.groups[world.clients.group[clientOf(world, path)]]!.transport === "http";
  // Each request, with its answer, is a stream.
  if (isRequest) return 1 + subject;
  if (frame !== FrameKind.emit && frame !== FrameKind.deliver) return Lane.session;
  const message = frame === FrameKind.emit ? subject : world.copies.message[subject];
  switch (settingsOf(world, path).messagesBy) {
    case "one-stream":
      return Lane.session;
    case "stream-per-sender":
      return 1 + world.messages.sender[message];
    case "stream-per-message":
      return 1 + message;
    case "datagram":
      return Lane.datagram;
  }
}

/** A packet leaves with a frame, for the first time or again. Returns its flight time, −1 if it is lost. */
function launch(world: World, path: number, one: number, kind: number): number {
  const { queue, quicFrames: frames, quicPaths: paths } = world;
  const stream = paths.stream[path];
  const lost = isLost(world, stream);
  frames.packet[one] = paths.packets[path]++;
  frames.sentUs[one] = queue.nowUs;
  paths.sentUs[path] = queue.nowUs;
  noteSent(world, path);
  if (frames.where[one] < At.held) frames.where[one] = lost ? At.lost : At.flying;
  const flightUs = lost ? -1 : flight(world, stream);
  recordFrame(world, stream, kind, frames.subject[one], flightUs);
  if (!lost) queue.schedule(queue.nowUs + flightUs, QuicEvent.ARRIVED, path, frames.number[one], 0);
  else if (frames.lane[one] === Lane.datagram) loseDatagram(world, path, one);
  // Each packet puts the probe off; it is only needed while something is missing.
  if (isMissing(world, one) || paths.probe[path] !== NO_HANDLE) armProbe(world, path);
  return flightUs;
}

/** Whether the packet that is sent now is lost. Of a handshake, both ways have to be free. */
function isLost(world: World, stream: number): boolean {
  const { streams } = world;
  if (dropsPacket(world, stream)) return true;
  if (streams.isOpening[stream] === 0) return false;
  if (dropsAck(world, stream ^ 1)) return true;
  streams.isOpening[stream] = 0;
  return false;
}

/** Nobody sends it again. That it was lost is told here, as its sender never learns it. */
function loseDatagram(world: World, path: number, one: number): void {
  const { quicFrames: frames, quicPaths: paths } = world;
  const [from, to] = endsOf(world, paths.stream[path]);
  forget(world, one);
  dropCargo(world, frames.frame[one], frames.subject[one], Cause.datagramLost, from, to);
}

/** How long the next packet is under way. It may overtake the one before. */
function flight(world: World, stream: number): number {
  const { purpose } = world.links.ways[world.streams.way[stream]];
  return drawLatencyUs(world.choices, latencyOf(world, stream), purpose) + heldBackUs(world, stream);
}

/** Handles QUIC's own events; `code` is one of QuicEvent. */
function quicEvent(world: World, code: number, path: number, x: number): void {
  const { quicPaths: paths } = world;
  switch (code) {
    case QuicEvent.ARRIVED:
      return arrived(world, path, x);
    case QuicEvent.ACKED:
      return acked(world, path);
    case QuicEvent.PROBE:
      paths.probe[path] = NO_HANDLE;
      return probe(world, path);
    case QuicEvent.LATE:
      paths.late[path] = NO_HANDLE;
      return repair(world, path);
    case QuicEvent.IDLE:
      paths.idle[path] = NO_HANDLE;
      return idleOver(world, path);
  }
}

function arrived(world: World, path: number, number: number): void {
  const { quicFrames: frames, quicPaths: paths, queue } = world;
  const here = other(world, path);
  noteHeard(world, here, queue.nowUs);
  if (paths.idle[here] === NO_HANDLE) armIdle(world, here);
  let one = paths.head[path];
  while (one !== NONE && frames.number[one] !== number) one = frames.next[one];
  // It was acknowledged already, or came before its connection's end and is too late.
  if (one === NONE) return;
  if (frames.where[one] < At.held) frames.where[one] = At.held;
  acknowledge(world, path, one);
  handOver(world, path);
}

/**
 * The application reads what has arrived, but for what comes behind a hole in its own stream. While its process stands still it reads
 * nothing; what comes is acknowledged all the same, as QUIC is the work of another process in a browser.
 */
function handOver(world: World, path: number): void {
  const { quicFrames: frames, quicPaths: paths } = world;
  if (world.processes.rows > 0 && isFrozen(world, endsOf(world, paths.stream[path])[1])) return;
  for (let one = firstReadable(world, path); one !== NONE; one = firstReadable(world, path)) {
    frames.where[one] = At.read;
    world.send(frames.code[one], frames.entity[one], frames.x[one], frames.y[one]);
  }
}

/** The process of a node runs again, and reads what has come for it. */
export function readPathsOn(world: World, node: number): void {
  const { quicPaths: paths } = world;
  for (let path = 0; path < paths.rows; path++)
    if (endsOf(world, paths.stream[path])[1] === node) handOver(world, path);
}

function firstReadable(world: World, path: number): number {
  const { quicFrames: frames, quicPaths: paths } = world;
  for (let one = paths.head[path]; one !== NONE; one = frames.next[one])
    if (frames.where[one] === At.held && !isBehind(world, path, one)) return one;
  return NONE;
}

/** Whether something comes before it on its stream that has not been read. */
function isBehind({ quicFrames: frames, quicPaths: paths }: World, path: number, one: number): boolean {
  const lane = frames.lane[one];
  if (lane < 0) return false;
  for (let before = paths.head[path]; before !== one; before = frames.next[before])
    if (frames.lane[before] === lane && frames.where[before] !== At.read) return true;
  return false;
}

/** The receiver says all that it has received, this packet included. */
function acknowledge(world: World, path: number, one: number): void {
  const { queue, quicFrames: frames, quicPaths: paths } = world;
  const stream = paths.stream[path];
  if (dropsAck(world, stream ^ 1)) {
    if (isMissing(world, one) && paths.probe[path] === NO_HANDLE) armProbe(world, path);
    return;
  }
  const ackUs = queue.nowUs + latencyOf(world, stream).meanUs;
  for (let each = paths.head[path]; each !== NONE; each = frames.next[each])
    if (frames.where[each] >= At.held && frames.ackUs[each] > ackUs) frames.ackUs[each] = ackUs;
  noteHeard(world, path, ackUs);
  // Its sender need not look at it, unless it misses something, or something waits for the handshake.
  if (paths.probe[path] !== NO_HANDLE || frames.where[paths.tail[path]] === At.waiting)
    queue.schedule(ackUs, QuicEvent.ACKED, path, 0, 0);
}

/** Lets go of what was read, as its sender knows, wherever it stands. Whether the sender has learnt anything. */
function forgetAcked({ queue, quicFrames: frames, quicPaths: paths }: World, path: number): boolean {
  let isNews = false;
  let before: number = NONE;
  for (let one = paths.head[path]; one !== NONE; ) {
    const next = frames.next[one];
    const isKnown = frames.where[one] >= At.held && frames.ackUs[one] <= queue.nowUs;
    if (isKnown && frames.packet[one] > paths.acked[path]) {
      paths.acked[path] = frames.packet[one];
      isNews = true;
    }
    if (isKnown && frames.where[one] === At.read) {
      if (before === NONE) paths.head[path] = next;
      else frames.next[before] = next;
      if (next === NONE) paths.tail[path] = before;
      frames.release(one);
    } else before = one;
    one = next;
  }
  return isNews;
}

function acked(world: World, path: number): void {
  const { quicFrames: frames, quicPaths: paths } = world;
  if (forgetAcked(world, path)) paths.probes[path] = 0;
  for (let one = paths.head[path]; one !== NONE; one = frames.next[one])
    if (frames.where[one] === At.waiting) launch(world, path, one, frames.frame[one]);
  repair(world, path);
}

/** Sends again what is lost, as far as its sender can know, and sets its clocks for the rest. */
function repair(world: World, path: number): void {
  const { queue, quicFrames: frames, quicPaths: paths } = world;
  const rttUs = roundTripUs(world, paths.stream[path]);
  const overdueUs = Math.max(Math.round(rttUs * TIME_THRESHOLD), GRANULARITY_US);
  let nextUs = NEVER;
  for (let one = paths.head[path]; one !== NONE; one = frames.next[one]) {
    if (frames.where[one] !== At.lost || frames.packet[one] > paths.acked[path]) continue;
    const isFarBehind = paths.acked[path] - frames.packet[one] >= PACKET_THRESHOLD;
    const dueUs = frames.sentUs[one] + overdueUs;
    if (isFarBehind || dueUs <= queue.nowUs) launch(world, path, one, FrameKind.resend);
    else nextUs = Math.min(nextUs, dueUs);
  }
  cancel(world, paths.late[path]);
  paths.late[path] = nextUs === NEVER ? NO_HANDLE : queue.schedule(nextUs, QuicEvent.LATE, path, 0, 0);
  if (firstMissing(world, path) !== NONE) return;
  cancel(world, paths.probe[path]);
  paths.probe[path] = NO_HANDLE;
}

/** The first that is lost, or arrived and nobody will say so; −1 none. */
function firstMissing(world: World, path: number): number {
  const { quicFrames: frames, quicPaths: paths } = world;
  for (let one = paths.head[path]; one !== NONE; one = frames.next[one])
    if (isMissing(world, one)) return one;
  return NONE;
}

function isMissing({ quicFrames: frames }: World, one: number): boolean {
  // Of a datagram nothing would be sent again.
  if (frames.lane[one] === Lane.datagram) return false;
  return frames.where[one] === At.lost || (frames.where[one] >= At.held && frames.ackUs[one] === NEVER);
}

function cancel(world: World, handle: number): void {
  if (handle !== NO_HANDLE) world.queue.cancel(handle);
}

/** RFC 9002 §6.2.1, without doublings. µs. */
function probeTimeoutUs(world: World, path: number): number {
  const stream = world.quicPaths.stream[path];
  if (world.streams.isOpening[stream] === 1) return INITIAL_PROBE_US;
  return roundTripUs(world, stream) + GRANULARITY_US + MAX_ACK_DELAY_US;
}

function armProbe(world: World, path: number): void {
  const { queue, quicPaths: paths } = world;
  cancel(world, paths.probe[path]);
  const waitUs = probeTimeoutUs(world, path) * 2 ** Math.min(paths.probes[path], 20);
  const atUs = Math.max(queue.nowUs, paths.sentUs[path] + waitUs);
  paths.probe[path] = queue.schedule(atUs, QuicEvent.PROBE, path, 0, 0);
}

function probe(world: World, path: number): void {
  const { quicPaths: paths } = world;
  if (forgetAcked(world, path)) paths.probes[path] = 0;
  const one = firstMissing(world, path);
  if (one === NONE) return;
  paths.probes[path]++;
  launch(world, path, one, FrameKind.resend);
  if (paths.probe[path] === NO_HANDLE) armProbe(world, path);
}

// The idle timeout: RFC 9000 §10.1.

/** The end that a path leads from has heard something. */
function noteHeard({ quicPaths: paths }: World, path: number, atUs: number): void {
  paths.aliveUs[path] = Math.max(paths.aliveUs[path], atUs);
  paths.hasSent[path] = 0;
}

/** It sends; only the first packet after it has heard something starts the time anew. */
function noteSent({ queue, quicPaths: paths }: World, path: number): void {
  if (paths.hasSent[path] === 0) paths.aliveUs[path] = Math.max(paths.aliveUs[path], queue.nowUs);
  paths.hasSent[path] = 1;
}

function idleAtUs(world: World, path: number): number {
  const { quicIdleTimeoutUs } = settingsOf(world, path);
  return world.quicPaths.aliveUs[path] + Math.max(quicIdleTimeoutUs, 3 * probeTimeoutUs(world, path));
}

/** The timer is lazy: it looks when it strikes whether something was heard meanwhile. */
function armIdle(world: World, path: number): void {
  const atUs = idleAtUs(world, path);
  if (atUs !== NEVER) world.quicPaths.idle[path] = world.queue.schedule(atUs, QuicEvent.IDLE, path, 0, 0);
}

function idleOver(world: World, path: number): void {
  const stream = world.quicPaths.stream[path];
  if (idleAtUs(world, path) > world.queue.nowUs) return armIdle(world, path);
  if (!isOpenAt(world, stream)) return forgetShared(world, stream);
  const root = silenceOn(world, stream, world.quicPaths.aliveUs[path] + 1);
  const why = endAtSender(world, stream, EndReason.quicIdle, Cause.quicIdle, root);
  abandonPath(world, stream, why);
  abandonPath(world, stream ^ 1, why);
  tellGivenUp(world, stream);
  forgetShared(world, stream);
}

/** An end closed the connection: what can't be read any more is lost, for `why`. What is on its way, and behind no hole, still arrives. */
export function abandonPath(world: World, stream: number, why: number): void {
  const { quicFrames: frames, quicPaths: paths } = world;
  const path = pathOf(world, stream);
  const [from, to] = endsOf(world, stream);
  const gone: number[] = [];
  for (let one = paths.head[path]; one !== NONE; one = frames.next[one]) {
    if (frames.where[one] === At.read) continue;
    if (frames.where[one] !== At.flying || isBehindHole(world, path, one)) gone.push(one);
  }
  for (const handle of [paths.probe[path], paths.late[path]]) cancel(world, handle);
  paths.probe[path] = NO_HANDLE;
  paths.late[path] = NO_HANDLE;
  for (const one of gone) {
    forget(world, one);
    dropCargo(world, frames.frame[one], frames.subject[one], why, from, to);
  }
}

/** Nothing waits for it, or for word of it. */
function forget({ queue, quicFrames: frames }: World, one: number): void {
  frames.where[one] = At.read;
  frames.ackUs[one] = queue.nowUs;
  // It says nothing of those before it.
  frames.packet[one] = NONE;
}

/** Whether something comes before it on its stream that is neither read nor on its way. */
function isBehindHole({ quicFrames: frames, quicPaths: paths }: World, path: number, one: number): boolean {
  const lane = frames.lane[one];
  if (lane < 0) return false;
  for (let before = paths.head[path]; before !== one; before = frames.next[before])
    if (frames.lane[before] === lane && frames.where[before] < At.read && frames.where[before] !== At.flying)
      return true;
  return false;
}

class Quic implements Handler<typeof quicPart> {
  readonly part = quicPart;

  handle(world: World, code: number, entity: number, x: number): void {
    quicEvent(world, code, entity, x);
  }

  nodeOf(world: World, code: number, entity: number): number {
    return endsOf(world, world.quicPaths.stream[entity])[code === QuicEvent.ARRIVED ? 1 : 0];
  }
}

export const quic = new Quic();
