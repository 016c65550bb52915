/**
 * The two sides of an exchange, each a TCP connection: one to whoever asked (its client, or the balancer before), and
 * one to whoever is asked (a server, or the next balancer). Here an exchange comes to be, and its balancer sends
 * either way.
 */
import { clientSocketPart } from "../client/client-socket.part.ts";
import { frameOfPacket } from "../fate/cargo.ts";
import { NONE, Packet } from "../network/packets.ts";
import { abandonStream, transmit } from "../network/tcp.ts";
import { SessionEvent, sessionPart } from "../server/session.part.ts";
import { FrameKind } from "../trace/frames.ts";
import { EVENT_MASK, packetCode } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { isLast } from "./balancers.ts";
import { whyClosed } from "./closing.ts";
import { ExchangeEvent, exchangePart } from "./exchange.part.ts";
import { UpstreamEvent, upstreamPart } from "./upstream.part.ts";

/**
 * A request that is on its way to a balancer, over a connection that is open. `connection` is
 * the client's that it is part of, `outer` the try of the balancer before (−1 none).
 */
export function addExchange(
  world: World,
  connection: number,
  kind: number,
  balancer: number,
  outer: number,
  stream: number,
): number {
  const { exchanges, tries, connections } = world;
  const exchange = world.add(exchangePart);
  exchanges.add();
  exchanges.client[exchange] = connections.owner[connection];
  exchanges.connection[exchange] = connection;
  exchanges.balancer[exchange] = balancer;
  exchanges.outer[exchange] = outer;
  exchanges.stream[exchange] = stream;
  exchanges.kind[exchange] = kind;
  const first = tries.add();
  tries.exchange[first] = exchange;
  exchanges.current[exchange] = first;
  world.start(exchangePart, exchange);
  return exchange;
}

/** To whoever asked. `event` is one of UpstreamEvent that ClientSocketEvent has, too. */
export function sendBack(
  world: World,
  exchange: number,
  frame: number,
  subject: number,
  event: number,
  x: number,
  y: number,
): number {
  const { balancer, outer, stream } = world.exchanges;
  const down = stream[exchange] + 1;
  // A client's socket and a balancer's upstream have like events. A client knows an exchange by its number, a
  // balancer by its try.
  const isFirst = balancer[exchange] === 0;
  const code = packetCode(isFirst ? clientSocketPart : upstreamPart, event & EVENT_MASK);
  return transmit(world, down, frame, subject, code, isFirst ? exchange : outer[exchange], x, y);
}

/** A packet of a WebSocket, on to the server. */
export function sendOn(world: World, exchange: number, packet: number, subject: number): void {
  const { exchanges, tries } = world;
  const current = exchanges.current[exchange];
  const about = packet === Packet.message ? subject : exchange;
  const frame = frameOfPacket(packet, true);
  const stream = tries.stream[current];
  if (isLast(world, exchanges.balancer[exchange])) {
    const code = packetCode(sessionPart, packet);
    transmit(world, stream, frame, about, code, exchanges.session[exchange], current, subject);
  } else transmit(world, stream, frame, about, ExchangeEvent.UP, tries.inner[current], packet, subject);
}

/** A packet of a WebSocket, back to whoever asked. */
export function sendPacketBack(world: World, exchange: number, packet: number, subject: number): void {
  const { balancer, client, outer } = world.exchanges;
  // Whose packet it is: looked up here, where a room's exchanges are at hand together, and not once more for each
  // where it arrives.
  const about = packet === Packet.message ? subject : exchange;
  const x = balancer[exchange] === 0 ? client[exchange] : world.tries.exchange[outer[exchange]];
  sendBack(world, exchange, frameOfPacket(packet, false), about, packet, x, subject);
}

export function closeTowardsServer(world: World, exchange: number): void {
  const { exchanges, tries, sessions } = world;
  const current = exchanges.current[exchange];
  const stream = tries.stream[current];
  if (stream === NONE) return;
  abandonHop(world, exchange, stream);
  const inner = tries.inner[current];
  if (inner !== NONE) {
    exchanges.cause[inner] = exchanges.cause[exchange];
    exchanges.closedAt[inner] = exchanges.closedAt[exchange];
    transmit(world, stream, FrameKind.close, exchange, ExchangeEvent.CLIENT_CLOSED, inner, 0, 0);
    return;
  }
  const session = exchanges.session[exchange];
  // Without a session it has not been answered yet: the answer will find it closed. A session of another server is not concerned.
  if (session === NONE || sessions.server[session] !== tries.server[current]) return;
  transmit(world, stream, FrameKind.close, exchange, SessionEvent.SOCKET_CLOSED, session, current, 0);
}

export function closeTowardsAsker(world: World, exchange: number): void {
  abandonHop(world, exchange, world.exchanges.stream[exchange]);
  sendBack(world, exchange, FrameKind.close, exchange, UpstreamEvent.CLOSED, 0, 0);
}

/** Both directions of one of an exchange's TCP connections end; `stream` is the upward one. */
export function abandonHop(world: World, exchange: number, stream: number): void {
  const why = whyClosed(world, exchange);
  abandonStream(world, stream, why);
  abandonStream(world, stream + 1, why);
}
