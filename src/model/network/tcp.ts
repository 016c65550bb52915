/**
 * TCP: one direction of one connection is a *stream*. It keeps order and repairs loss, so a lost packet
 * delays the message in it and all that come after (head-of-line blocking), and drops nothing. Messages
 * die when their connection does, not when a packet is lost.
 *
 * Recovery as Linux does it (FACTS §4; ground-truth 17-tcp-hol, 30-tcp-recovery, 22-half-dead):
 *
 * - A later packet that arrives returns a selective acknowledgement; a packet sent before it and older than RTT + RTT/4
 *   (RACK's reordering window, kept on a timer of 4 ms ticks) is sent again.
 * - Without later packets the clock strikes: RTT + 200 ms after the latest acknowledgement that was due, doubling up to
 *   120 s. Then all that is unacknowledged goes again as one packet (tcp_retrans_collapse), and nothing new is sent
 *   until it is acknowledged: the congestion window is 1. Of a packet that is alone under way the first strike is only a
 *   probe (tail loss probe): it neither doubles nor stops anything.
 * - Each packet that arrives is acknowledged. An acknowledgement is lost as often as packets of its direction, but the
 *   next one, or any packet the other way, says the same and more. If none comes, the clock strikes for nothing.
 * - The first packet of a connection stands for its handshake: if it, or the answer to it (SYN-ACK), is lost, it goes
 *   again after 1, 1, 1, 1, 1, 2, 4 … s.
 * - What the sender's own kernel drops (a firewall, an interface that is down), it does not count as sent: it is tried again at each
 *   write, when something comes from the other end, and by the clock (tcp_probe_timer).
 * - A sender gives up (ETIMEDOUT) when the clock strikes 924.6 s after the first retransmission that brought nothing
 *   (tcp_retries2 = 15), of a handshake after 10 retransmissions, 131 s. What that means for a connection: giving-up.ts.
 *
 * Leaves out: sizes of segments, so that any number of messages fit into one packet that is sent again; congestion and
 * receive windows, but for the window of 1, so the throughput that loss leaves (W = 1.2/√p) is not to be had here;
 * delayed acknowledgements; tail loss probes with more than one packet outstanding, which come before the clock; retransmissions for nothing when a link becomes slower; that a sender whose own
 * kernel drops its packets gives up, too; and what a kernel still sends after the application closed.
 */

import { type Handle, NO_HANDLE } from "../../kernel/queue.ts";
import { dropCargo } from "../fate/cargo.ts";
import { silenceOn } from "../fate/silence.ts";
import { isFrozen } from "../process/frozen.ts";
import { Cause, type CauseIndex } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import { type Handler, NOWHERE } from "../world/handler.ts";
import type { Way, WaysAlike } from "../world/links.ts";
import type { World } from "../world/world.ts";
import { endAtSender, tellGivenUp } from "./giving-up.ts";
import { probe } from "./keepalive.ts";
import { drawLatencyUs } from "./latency.ts";
import { dropsAck, dropsPacket, heldBackUs, refusesPacket } from "./link.ts";
import { forget } from "./nat.ts";
import { NONE } from "./packets.ts";
import { abandonPath, transmitQuic } from "./quic.ts";
import { endsOf, latencyOf, recordFrame, roundTripUs } from "./streams.ts";
import { LINEAR_SYN_TIMEOUTS, SYN_TIMEOUT_US, TcpEvent, tcpPart, Where } from "./tcp.part.ts";

const MIN_RTO_US = 200_000;
const MAX_RTO_US = 120_000_000;
/** tcp_syn_retries (6), to which the kernel adds the linear ones. */
const MAX_SYN_RETRIES = 6 + LINEAR_SYN_TIMEOUTS;
/** What tcp_retries2 = 15 comes to, by tcp_model_timeout: 200 ms doubled nine times, and 120 s six times. FACTS §4. */
export const PATIENCE_US = 924_600_000;
/** Linux's timer tick at HZ=250; RACK's timer is rounded up to it and waits two ticks at least. */
const TICK_US = 4_000;
/** An acknowledgement that does not come. */
const NEVER = Number.POSITIVE_INFINITY;
/** Of ARRIVED, y: what is acknowledged when a segment arrives. A packet with several is acknowledged once, with its last. */
const Acks = { itself: 0, nothing: 1, all: 2 } as const;

/** A TCP connection over a link is two streams, the upward one, which is returned, and the next. Its first packet is its handshake. */
export function openStreams(world: World, link: number): number {
  const { links, streams } = world;
  const up = streams.addMany(2);
  for (const direction of [0, 1]) {
    streams.link[up + direction] = link;
    streams.way[up + direction] = links.way[link] + direction;
  }
  beginHandshake(world, up);
  return up;
}

/** The streams of a connection that is open when the run begins. */
export function adoptStreams(world: World, link: number): number {
  const up = openStreams(world, link);
  world.streams.isOpening[up] = 0;
  return up;
}

/** A new connection's handshake is to come on these streams, which may be those of one that is over; `up` is the upward one. */
export function beginHandshake({ links, streams }: World, up: number): void {
  // Where nothing can be lost, no books are kept.
  if (links.ways[streams.way[up]].isUncertain) streams.isOpening[up] = 1;
}

/**
 * Sends one frame: when it arrives, the event (code, entity, x, y) happens.
 * Returns the flight time in µs, or −1 if this try was lost, or has to wait.
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
  const { segments, streams } = world;
  if (streams.quic[stream] !== NONE) return transmitQuic(world, stream, frame, subject, code, entity, x, y);
  // A connection that never opened has nothing to close.
  if (frame === FrameKind.close && streams.isOpening[stream] === 1) return -1;
  if (streams.timer[stream] === NO_HANDLE) forgetAcked(world, stream);
  const mustWait = isStopped(world, stream);
  const segment = segments.take();
  segments.stream[segment] = stream;
  segments.next[segment] = NONE;
  segments.number[segment] = streams.written[stream]++;
  segments.where[segment] = Where.waiting;
  segments.ackUs[segment] = NEVER;
  segments.frame[segment] = frame;
  segments.subject[segment] = subject;
  segments.code[segment] = code;
  segments.entity[segment] = entity;
  segments.x[segment] = x;
  segments.y[segment] = y;
  if (streams.head[stream] === NONE) streams.head[stream] = segment;
  else segments.next[streams.tail[stream]] = segment;
  streams.tail[stream] = segment;
  if (streams.unread[stream] === NONE) streams.unread[stream] = segment;
  if (!mustWait) return launch(world, segment, frame);
  if (isRefused(world, stream)) sendWaiting(world, stream);
  return -1;
}

/** Whether nothing new may be sent on a stream: the clock has struck, or the handshake is not through, or others wait. */
function isStopped(world: World, stream: number): boolean {
  const { streams } = world;
  if (streams.head[stream] === NONE) return false;
  return streams.timeouts[stream] > 0 || streams.isOpening[stream] === 1 || hasWaiting(world, stream);
}

/** Whether something waits, and for nothing else than that its sender's own kernel refuses to send it. */
function isRefused(world: World, stream: number): boolean {
  const { streams } = world;
  return streams.refusals[stream] > 0 && streams.timeouts[stream] === 0;
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

/** A packet leaves, for the first time or again. Returns its flight time, −1 if it is lost. */
function launch(world: World, segment: number, frame: number): number {
  const { queue, segments, streams } = world;
  const stream = segments.stream[segment];
  if (segments.where[segment] === Where.waiting && refusesPacket(world, stream)) {
    if (streams.refusals[stream] === 0) streams.refusals[stream] = 1;
    if (streams.timer[stream] === NO_HANDLE) armTimeout(world, stream, queue.nowUs);
    return -1;
  }
  streams.refusals[stream] = 0;
  const lost = isLost(world, stream);
  const dueUs = lost && streams.timer[stream] === NO_HANDLE ? lastAckDueUs(world, stream) : 0;
  segments.sentUs[segment] = queue.nowUs;
  segments.where[segment] = lost ? Where.lost : Where.flying;
  const flightUs = lost ? -1 : flight(world, stream);
  recordFrame(world, stream, frame, segments.subject[segment], flightUs);
  if (!lost) depart(world, segment, flightUs, Acks.itself);
  else if (streams.timer[stream] === NO_HANDLE) armTimeout(world, stream, Math.max(dueUs, queue.nowUs));
  return flightUs;
}

/** A segment is on its way. Its packet acknowledges what has come the other way, too. */
function depart(world: World, segment: number, flightUs: number, acks: number): void {
  const { queue, segments, streams } = world;
  const stream = segments.stream[segment];
  const arrivalUs = queue.nowUs + flightUs;
  queue.schedule(arrivalUs, TcpEvent.ARRIVED, stream, segments.number[segment], acks);
  const other = stream ^ 1;
  if (streams.timer[other] !== NO_HANDLE && cover(world, other, arrivalUs))
    queue.schedule(arrivalUs, TcpEvent.ACKED, other, 0, 0);
}

/** Whether the packet that a stream sends now is lost. Of a handshake, both ways have to be free. */
function isLost(world: World, stream: number): boolean {
  const { streams } = world;
  if (dropsPacket(world, stream)) return true;
  if (streams.isOpening[stream] === 0) return false;
  if (dropsAck(world, stream ^ 1)) return true;
  streams.isOpening[stream] = 0;
  streams.timeouts[stream] = 0;
  return false;
}

/** When the last acknowledgement is due of what is on its way, or has arrived. 0: none is. */
function lastAckDueUs(world: World, stream: number): number {
  const { streams, segments } = world;
  let dueUs = 0;
  for (let segment = streams.head[stream]; segment !== NONE; segment = segments.next[segment]) {
    if (segments.where[segment] === Where.flying)
      dueUs = Math.max(dueUs, streams.arrivalUs[stream] + latencyOf(world, stream).meanUs);
    else if (segments.ackUs[segment] !== NEVER) dueUs = Math.max(dueUs, segments.ackUs[segment]);
  }
  return dueUs;
}

/** The clock begins to run, as from `sinceUs`. */
function armTimeout(world: World, stream: number, sinceUs: number): void {
  const { queue, streams } = world;
  cancelTimer(world, streams.timer[stream]);
  const atUs = Math.max(sinceUs + timeoutUs(world, stream), queue.nowUs);
  streams.timer[stream] = queue.schedule(atUs, TcpEvent.TIMEOUT, stream, 0, 0);
}

function timeoutUs(world: World, stream: number): number {
  const { streams } = world;
  const timeouts = streams.timeouts[stream];
  const isFirst = streams.isOpening[stream] === 1;
  const baseUs = isFirst ? SYN_TIMEOUT_US : roundTripUs(world, stream) + MIN_RTO_US;
  const doublings = isFirst
    ? Math.max(0, timeouts - LINEAR_SYN_TIMEOUTS)
    : timeouts + Math.max(0, streams.refusals[stream] - 1);
  return Math.min(baseUs * 2 ** Math.min(doublings, 20), MAX_RTO_US);
}

function cancelTimer(world: World, handle: Handle): Handle {
  if (handle !== NO_HANDLE) world.queue.cancel(handle);
  return NO_HANDLE;
}

/** The clock has struck for what the sender's own kernel refused. */
function tryRefused(world: World, stream: number): void {
  world.streams.refusals[stream] = Math.min(world.streams.refusals[stream] + 1, 255);
  sendWaiting(world, stream);
}

/** Handles TCP's own events; `code` is one of TcpEvent. */
function tcpEvent(world: World, code: number, entity: number, x: number, y: number): void {
  switch (code) {
    case TcpEvent.ARRIVED:
      return arrived(world, entity, x, y);
    case TcpEvent.ACKED:
      return acked(world, entity);
    case TcpEvent.TIMEOUT:
      return timedOut(world, entity);
    case TcpEvent.RESET:
      return reset(world, entity);
    case TcpEvent.FORGET:
      return forget(world, entity, x);
    case TcpEvent.KEEPALIVE:
      return keepaliveDue(world, entity);
    case TcpEvent.LATE:
      world.segments.timer[entity] = NO_HANDLE;
      if (world.segments.where[entity] === Where.lost) launch(world, entity, FrameKind.resend);
      return;
  }
}

function arrived(world: World, stream: number, number: number, acks: number): void {
  const { streams, segments } = world;
  const isNew = number >= streams.read[stream];
  let segment = isNew ? streams.unread[stream] : streams.head[stream];
  while (segment !== NONE && segments.number[segment] < number) segment = segments.next[segment];
  // It was acknowledged already, or came before its connection's end and is too late.
  if (segment === NONE || segments.number[segment] !== number) return;
  if (segments.where[segment] < Where.held) segments.where[segment] = Where.held;
  if (acks !== Acks.nothing) acknowledge(world, segment, acks === Acks.all);
  if (isRefused(world, stream ^ 1)) sendWaiting(world, stream ^ 1);
  handOver(world, stream);
}

/** The application reads in order: all that is complete up to the next gap, at one instant. */
function handOver(world: World, stream: number): void {
  const { streams, segments } = world;
  if (world.processes.rows > 0 && waitsForReader(world, stream)) return;
  let segment = streams.unread[stream];
  while (segment !== NONE && segments.where[segment] === Where.held) {
    segments.where[segment] = Where.read;
    segments.timer[segment] = cancelTimer(world, segments.timer[segment]);
    streams.read[stream] = segments.number[segment] + 1;
    streams.unread[stream] = segments.next[segment];
    world.send(segments.code[segment], segments.entity[segment], segments.x[segment], segments.y[segment]);
    segment = streams.unread[stream];
  }
}

/** Whether the process that reads a stream is frozen: then what has arrived stays in its kernel, acknowledged. */
function waitsForReader(world: World, stream: number): boolean {
  const { queue, streams } = world;
  const [, to] = endsOf(world, stream);
  const waits = isFrozen(world, to);
  if (!waits) streams.readyUs[stream] = 0;
  else if (streams.readyUs[stream] === 0) streams.readyUs[stream] = queue.nowUs + 1;
  return waits;
}

/** The process of a node runs again: it reads what has come for it, each connection when its turn comes. */
export function readOn(world: World, node: number): void {
  const { streams } = world;
  const ready: number[] = [];
  for (let stream = 0; stream < streams.rows; stream++)
    if (streams.readyUs[stream] > 0 && endsOf(world, stream)[1] === node) ready.push(stream);
  // Of those that became ready at one instant, the older connection comes first.
  ready.sort((a, b) => streams.readyUs[a] - streams.readyUs[b] || a - b);
  for (const stream of ready) handOver(world, stream);
}

/** The receiver says all that it has received, this segment included; `isAll`: the segments before it came in the same packet. */
function acknowledge(world: World, segment: number, isAll: boolean): void {
  const { queue, streams, segments } = world;
  const stream = segments.stream[segment];
  if (dropsAck(world, stream ^ 1)) {
    if (streams.timer[stream] !== NO_HANDLE || segments.ackUs[segment] !== NEVER) return;
    armTimeout(world, stream, Math.max(lastAckDueUs(world, stream), segments.sentUs[segment]));
    return;
  }
  const ackUs = queue.nowUs + latencyOf(world, stream).meanUs;
  if (segments.ackUs[segment] > ackUs) segments.ackUs[segment] = ackUs;
  const isAwaited = streams.timer[stream] !== NO_HANDLE;
  if (isAwaited || isAll) cover(world, stream, ackUs);
  // Its sender need not look at it, unless it misses something.
  if (isAwaited) queue.schedule(ackUs, TcpEvent.ACKED, stream, 0, 0);
}

/** An acknowledgement that comes at `ackUs` is for all that has arrived. Whether that is news. */
function cover({ streams, segments }: World, stream: number, ackUs: number): boolean {
  let isNews = false;
  for (let segment = streams.head[stream]; segment !== NONE; segment = segments.next[segment]) {
    if (segments.where[segment] < Where.held || segments.ackUs[segment] <= ackUs) continue;
    segments.ackUs[segment] = ackUs;
    isNews = true;
  }
  return isNews;
}

/** Lets go of what was read, as its sender knows: from the head up to the first of which it does not. Whether there was any. */
function forgetAcked({ queue, streams, segments }: World, stream: number): boolean {
  let head = streams.head[stream];
  const before = head;
  while (head !== NONE && segments.where[head] === Where.read && segments.ackUs[head] <= queue.nowUs) {
    streams.head[stream] = segments.next[head];
    segments.release(head);
    head = streams.head[stream];
  }
  if (head === before) return false;
  streams.hasProbed[stream] = 0;
  if (head === NONE) streams.tail[stream] = NONE;
  return true;
}

/** The sender learns what has arrived; whatever was sent before that and is overdue was lost. */
function acked(world: World, stream: number): void {
  const newestUs = newestKnownUs(world, stream);
  // Its clock has stopped: nothing was missing any more.
  if (newestUs < 0 || world.streams.timer[stream] === NO_HANDLE) return;
  goOn(world, stream, newestUs, forgetAcked(world, stream));
}

/** What was sent at `newestUs` has arrived; `isForward`: and all before something that was unacknowledged. */
function goOn(world: World, stream: number, newestUs: number, isForward: boolean): void {
  const { queue, streams } = world;
  const hadStruck = streams.timeouts[stream] > 0;
  if (isForward) streams.timeouts[stream] = 0;
  repair(world, stream, newestUs, isForward && hadStruck);
  if (streams.timeouts[stream] === 0) sendWaiting(world, stream);
  const waits = streams.timeouts[stream] > 0 || hasWaiting(world, stream);
  if (waits || firstMissing(world, stream) !== NONE) armTimeout(world, stream, queue.nowUs);
  else streams.timer[stream] = cancelTimer(world, streams.timer[stream]);
}

/** When the latest packet was sent of those whose arrival the sender knows of; −1: there is none. */
function newestKnownUs({ queue, streams, segments }: World, stream: number): number {
  let newestUs = -1;
  for (let segment = streams.head[stream]; segment !== NONE; segment = segments.next[segment])
    if (segments.ackUs[segment] <= queue.nowUs) newestUs = Math.max(newestUs, segments.sentUs[segment]);
  return newestUs;
}

/** Sends again what is lost and was sent before `newestUs`: once it is overdue, or all of it at once. */
function repair(world: World, stream: number, newestUs: number, atOnce: boolean): void {
  const { queue, streams, segments } = world;
  const rttUs = roundTripUs(world, stream);
  for (let hole = streams.head[stream]; hole !== NONE; hole = segments.next[hole]) {
    if (segments.where[hole] !== Where.lost) continue;
    if (atOnce) {
      segments.timer[hole] = cancelTimer(world, segments.timer[hole]);
      launch(world, hole, FrameKind.resend);
    } else if (segments.sentUs[hole] < newestUs && segments.timer[hole] === NO_HANDLE) {
      const waitUs = segments.sentUs[hole] + rttUs + Math.round(rttUs / 4) - queue.nowUs;
      if (waitUs <= 0) launch(world, hole, FrameKind.resend);
      else {
        const ticks = Math.ceil(waitUs / TICK_US) + 2;
        segments.timer[hole] = queue.schedule(queue.nowUs + ticks * TICK_US, TcpEvent.LATE, hole, 0, 0);
      }
    }
  }
}

/** What the application wrote meanwhile goes now, each as a packet of its own. */
function sendWaiting(world: World, stream: number): void {
  const { streams, segments } = world;
  if (!hasWaiting(world, stream)) return;
  for (let segment = streams.head[stream]; segment !== NONE; segment = segments.next[segment])
    if (segments.where[segment] === Where.waiting) launch(world, segment, segments.frame[segment]);
}

function hasWaiting({ streams, segments }: World, stream: number): boolean {
  return streams.head[stream] !== NONE && segments.where[streams.tail[stream]] === Where.waiting;
}

/** The first that is lost, or arrived and nobody will say so; −1 none. */
function firstMissing({ streams, segments }: World, stream: number): number {
  for (let segment = streams.head[stream]; segment !== NONE; segment = segments.next[segment])
    if (isMissing(segments.where[segment], segments.ackUs[segment])) return segment;
  return NONE;
}

function isMissing(where: number, ackUs: number): boolean {
  return where === Where.lost || (where >= Where.held && ackUs === NEVER);
}

function timedOut(world: World, stream: number): void {
  const { queue, streams, segments } = world;
  streams.timer[stream] = NO_HANDLE;
  const isStuck = streams.timeouts[stream] > 0 || hasWaiting(world, stream);
  // An acknowledgement that comes at this very instant is in time.
  if (forgetAcked(world, stream) && isStuck) return goOn(world, stream, queue.nowUs, true);
  if (!isStuck && firstMissing(world, stream) === NONE) return;
  const head = streams.head[stream];
  if (head !== NONE && segments.where[head] === Where.waiting) return tryRefused(world, stream);
  // What was sent before is still on its way, or the word of it is: the clock runs for that first.
  if (head === NONE || !isMissing(segments.where[head], segments.ackUs[head]))
    return armTimeout(world, stream, queue.nowUs);
  if (isPatienceOver(world, stream)) return giveUp(world, stream);
  const isProbe = streams.timeouts[stream] === 0 && streams.hasProbed[stream] === 0 && isAlone(world, stream);
  if (isProbe) streams.hasProbed[stream] = 1;
  else if (streams.timeouts[stream]++ === 0) streams.retriedUs[stream] = queue.nowUs;
  sendAllAgain(world, stream);
  armTimeout(world, stream, queue.nowUs);
}

/** Whether only one packet is under way, and no handshake. */
function isAlone({ streams, segments }: World, stream: number): boolean {
  return streams.isOpening[stream] === 0 && segments.next[streams.head[stream]] === NONE;
}

/** All that is unacknowledged, up to what the sender knows to have arrived, goes as one packet. */
function sendAllAgain(world: World, stream: number): void {
  const { queue, streams, segments } = world;
  const head = streams.head[stream];
  const lost = isLost(world, stream);
  const flightUs = lost ? -1 : flight(world, stream);
  recordFrame(world, stream, FrameKind.resend, segments.subject[head], flightUs);
  let last: number = NONE;
  for (let segment = head; segment !== NONE; segment = segments.next[segment]) {
    const where = segments.where[segment];
    if (where === Where.waiting || segments.ackUs[segment] <= queue.nowUs) break;
    if (!isMissing(where, segments.ackUs[segment])) continue;
    segments.sentUs[segment] = queue.nowUs;
    segments.timer[segment] = cancelTimer(world, segments.timer[segment]);
    if (lost) continue;
    if (where === Where.lost) segments.where[segment] = Where.flying;
    if (last !== NONE) depart(world, last, flightUs, Acks.nothing);
    last = segment;
  }
  if (last !== NONE) depart(world, last, flightUs, Acks.all);
}

/** As tcp_write_timeout in the kernel: a handshake is counted, what follows is timed. */
function isPatienceOver({ queue, streams }: World, stream: number): boolean {
  const timeouts = streams.timeouts[stream];
  if (streams.isOpening[stream] === 1) return timeouts >= MAX_SYN_RETRIES;
  return timeouts > 0 && queue.nowUs - streams.retriedUs[stream] >= PATIENCE_US;
}

/** ETIMEDOUT: this end closes, and the other hears nothing of it. */
function giveUp(world: World, stream: number): void {
  const { streams } = world;
  const root = silenceOn(world, stream, streams.retriedUs[stream] + 1);
  loseAt(world, stream, EndReason.tcpTimedOut, Cause.tcpTimedOut, root);
}

/** Something on the way has told the sender that the connection is gone. */
function reset(world: World, stream: number): void {
  const root = world.streams.forgotten[stream - (stream % 2)];
  loseAt(world, stream, EndReason.resetOnTheWay, Cause.connectionForgotten, root);
}

/** A client's kernel looks whether the other end of a silent connection is still there. */
function keepaliveDue(world: World, exchange: number): void {
  const lost = probe(world, exchange);
  if (lost !== null)
    loseAt(world, world.exchanges.stream[exchange], lost.reason, lost.cause as CauseIndex, lost.root);
}

/** The connection is gone for the sender of a stream, and nobody else is told. */
function loseAt(world: World, stream: number, reason: number, cause: CauseIndex, root: number): void {
  const why = endAtSender(world, stream, reason, cause, root);
  abandonStream(world, stream, why);
  abandonStream(world, stream ^ 1, why);
  tellGivenUp(world, stream);
}

/** Whether something written to the stream is not on its way, nor at its reader's. */
function isBroken({ streams, segments }: World, stream: number): boolean {
  let hasGap = false;
  for (let segment = streams.unread[stream]; segment !== NONE; segment = segments.next[segment]) {
    const where = segments.where[segment];
    if (where === Where.flying) hasGap = true;
    // Without a gap before it, it only waits for its reader.
    else if (where !== Where.held || hasGap) return true;
  }
  return false;
}

/**
 * An end closed the connection: what the stream had not handed over dies with its sender; `why`: ends.ts. If all of it is
 * on its way, it arrives before the word of the close.
 */
export function abandonStream(world: World, stream: number, why: number): void {
  const { streams, segments } = world;
  if (streams.quic[stream] !== NONE) return abandonPath(world, stream, why);
  if (!isBroken(world, stream)) return;
  let segment = streams.head[stream];
  streams.timer[stream] = cancelTimer(world, streams.timer[stream]);
  streams.head[stream] = NONE;
  streams.tail[stream] = NONE;
  streams.unread[stream] = NONE;
  streams.timeouts[stream] = 0;
  streams.hasProbed[stream] = 0;
  streams.refusals[stream] = 0;
  // What still comes is too late.
  streams.read[stream] = streams.written[stream];
  const [from, to] = endsOf(world, stream);
  while (segment !== NONE) {
    const next = segments.next[segment];
    const isUnread = segments.where[segment] !== Where.read;
    segments.timer[segment] = cancelTimer(world, segments.timer[segment]);
    if (isUnread) dropCargo(world, segments.frame[segment], segments.subject[segment], why, from, to);
    segments.release(segment);
    segment = next;
  }
}

class Tcp implements Handler<typeof tcpPart> {
  readonly part = tcpPart;

  handle(world: World, code: number, entity: number, x: number, y: number): void {
    tcpEvent(world, code, entity, x, y);
  }

  nodeOf(world: World, code: number, entity: number): number {
    switch (code) {
      case TcpEvent.ARRIVED:
        return endsOf(world, entity)[1];
      case TcpEvent.LATE:
        return endsOf(world, world.segments.stream[entity])[0];
      case TcpEvent.KEEPALIVE:
        return world.nodes.first.client + world.exchanges.client[entity];
      case TcpEvent.FORGET:
        return NOWHERE;
      default:
        return endsOf(world, entity)[0];
    }
  }
}

export const tcp = new Tcp();
