/**
 * A server's side of an exchange: it answers, writes to a WebSocket, and closes its end. A server knows a request by
 * the try that brought it. Nothing is sent, and what it would have carried is lost, if the balancer has given up this
 * try in the meantime.
 */
import { balancerNode } from "../balancer/balancers.ts";
import { whyClosed } from "../balancer/closing.ts";
import { abandonHop } from "../balancer/hops.ts";
import { UpstreamEvent, upstreamPart } from "../balancer/upstream.part.ts";
import { noteWritten } from "../delivery/volatile.ts";
import {
  dropCargo,
  dropPackets,
  frameOfPacket,
  frameOfSwitch,
  recordCargo,
  subjectOf,
} from "../fate/cargo.ts";
import { NONE } from "../network/packets.ts";
import { fly, isSteady, plainWays, transmit } from "../network/tcp.ts";
import { FrameKind } from "../trace/frames.ts";
import { packetCode } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { uncount } from "./limits.ts";

/** Whether the balancer still waits for this try, and has not gone on to the next. */
export function isServed({ tries }: World, tried: number): boolean {
  return tries.isOver[tried] === 0;
}

function send(
  world: World,
  tried: number,
  frame: number,
  subject: number,
  code: number,
  x: number,
  y: number,
): number {
  const { tries } = world;
  if (isServed(world, tried))
    return transmit(world, tries.stream[tried] + 1, frame, subject, code, tried, x, y);
  const exchange = tries.exchange[tried];
  dropCargo(world, frame, subject, whyClosed(world, exchange), balancerNode(world, exchange));
  return -1;
}

/** A server answers a request with a list of packets. */
export function answer(world: World, tried: number, status: number, error: number, list: number): void {
  const { exchanges, tries, nodes } = world;
  const exchange = tries.exchange[tried];
  const balancer = balancerNode(world, exchange);
  uncount(world, tried);
  if (!isServed(world, tried)) {
    dropPackets(world, list, false, whyClosed(world, exchange), balancer);
    return;
  }
  exchanges.answer[exchange] = list;
  const frame = status === 200 ? FrameKind.httpOk : FrameKind.httpError;
  const flightUs = send(world, tried, frame, exchange, UpstreamEvent.ANSWERED, status, error);
  recordCargo(world, list, false, nodes.first.server + tries.server[tried], balancer, flightUs);
}

/** Accepts a WebSocket: 101. */
export function switchProtocols(world: World, tried: number): void {
  send(
    world,
    tried,
    frameOfSwitch(world, world.tries.exchange[tried]),
    world.tries.exchange[tried],
    UpstreamEvent.SWITCHED,
    0,
    0,
  );
}

/** A server writes a packet to a WebSocket. */
function sendDown(world: World, tried: number, packet: number, subject: number): void {
  const exchange = world.tries.exchange[tried];
  const code = packetCode(upstreamPart, packet);
  const ways = plainWays(world, world.links.alike.server);
  if (ways !== null && isServed(world, tried)) {
    const stream = isSteady(ways[1]) ? NONE : world.tries.stream[tried] + 1;
    return fly(world, ways[1], stream, code, tried, exchange, subject);
  }
  const about = subjectOf(world, packet, subject, exchange);
  send(world, tried, frameOfPacket(packet, false), about, code, exchange, subject);
}

/** A server closes its end. */
export function closeServerEnd(world: World, tried: number, cause: number): void {
  uncount(world, tried);
  if (!isServed(world, tried)) return;
  const { exchanges, tries } = world;
  const exchange = tries.exchange[tried];
  exchanges.cause[exchange] = cause;
  abandonHop(world, exchange, tries.stream[tried]);
  send(world, tried, FrameKind.close, exchange, UpstreamEvent.CLOSED, 0, 0);
}

/** Nobody listens: the kernel refuses the connection at once. */
export function refuseConnection(world: World, tried: number): void {
  send(world, tried, FrameKind.close, world.tries.exchange[tried], UpstreamEvent.REFUSED, 0, 0);
}

/** The kernel takes a packet for a session, and sends it. */
export function writeToKernel(world: World, session: number, packet: number, subject: number): void {
  noteWritten(world, session);
  sendDown(world, world.sessions.socket[session], packet, subject);
}
