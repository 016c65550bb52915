/**
 * The two sides of an exchange, each a TCP connection: one to whoever asked (its client, or the balancer before), and
 * one to whoever is asked (a server, or the next balancer). Here an exchange comes to be, and its balancer sends
 * either way.
 */
import { clientSocketPart } from "../client/client-socket.part.ts";
import { frameOfPacket, subjectOf } from "../fate/cargo.ts";
import { NONE } from "../network/packets.ts";
import { abandonStream, fly, isSteady, plainWays, transmit } from "../network/tcp.ts";
import { closeCode, packetReader } from "../server/reader.ts";
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
  const { outer, stream } = world.exchanges;
  const down = stream[exchange] + 1;
  // A client's socket and a balancer's upstream have like events. A client knows an exchange by its number, a
  // balancer by its try.
  const isFirst = isAtFirst(world, exchange);
  const code = packetCode(isFirst ? clientSocketPart : upstreamPart, event & EVENT_MASK);
  return transmit(world, down, frame, subject, code, isFirst ? exchange : outer[exchange], x, y);
}

/** Whether an exchange is at the balancer that clients reach. With one balancer, there is nothing to look up. */
function isAtFirst({ nodes, exchanges }: World, exchange: number): boolean {
  return nodes.count.balancer === 1 || exchanges.balancer[exchange] === 0;
}

/** Whether an exchange is at the balancer that has the servers. */
function isAtLast(world: World, exchange: number): boolean {
  return world.nodes.count.balancer === 1 || isLast(world, world.exchanges.balancer[exchange]);
}

/** A packet of a WebSocket, on to the server. */
export function sendOn(world: World, exchange: number, packet: number, subject: number): void {
  const { exchanges, tries } = world;
  const current = exchanges.current[exchange];
  const last = isAtLast(world, exchange);
  const code = last ? packetCode(packetReader(world), packet) : ExchangeEvent.UP;
  const entity = last ? exchanges.session[exchange] : tries.inner[current];
  const x = last ? current : packet;
  const { alike } = world.links;
  const ways = plainWays(world, last ? alike.server : alike.balancer);
  if (ways !== null) {
    const stream = isSteady(ways[0]) ? NONE : tries.stream[current];
    return fly(world, ways[0], stream, code, entity, x, subject);
  }
  const about = subjectOf(world, packet, subject, exchange);
  transmit(world, tries.stream[current], frameOfPacket(packet, true), about, code, entity, x, subject);
}

/** A packet of a WebSocket, back to whoever asked. */
export function sendPacketBack(world: World, exchange: number, packet: number, subject: number): void {
  const { client, outer, stream } = world.exchanges;
  // Whose packet it is: looked up here, where a room's exchanges are at hand together, and not once more for each
  // where it arrives.
  const isFirst = isAtFirst(world, exchange);
  const x = isFirst ? client[exchange] : world.tries.exchange[outer[exchange]];
  const { alike } = world.links;
  const ways = plainWays(world, isFirst ? alike.client : alike.balancer);
  if (ways !== null) {
    const code = packetCode(isFirst ? clientSocketPart : upstreamPart, packet);
    const entity = isFirst ? exchange : outer[exchange];
    return fly(world, ways[1], isSteady(ways[1]) ? NONE : stream[exchange] + 1, code, entity, x, subject);
  }
  const about = subjectOf(world, packet, subject, exchange);
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
  transmit(world, stream, FrameKind.close, exchange, closeCode(world), session, current, 0);
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
