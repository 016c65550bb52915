/** A client's side of its exchanges: it opens them, writes to them, and closes its end. */
import { ExchangeEvent } from "../balancer/exchange.part.ts";
import { abandonHop, addExchange } from "../balancer/hops.ts";
import { dropPackets, frameOfPacket, frameOfRequest, recordCargo, subjectOf } from "../fate/cargo.ts";
import { openConnection, whyOf } from "../fate/ends.ts";
import { keepAlive } from "../network/keepalive.ts";
import { NONE, Packet } from "../network/packets.ts";
import { usesQuic } from "../network/quic.part.ts";
import { openPaths } from "../network/quic.ts";
import { fly, openStreams, plainWays, transmit } from "../network/tcp.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import { RequestKind } from "../trace/records.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { hasOpened, leaves, mayOpen } from "./browser-sockets.ts";
import { freed, mayLeave, waitsNoMore } from "./browsers.ts";
import { connectionPart } from "./connection.part.ts";
import { subscribes } from "./subscriptions.ts";

/** A client opens an exchange: the request leaves for the balancer. `body` is a list of packets. */
export function openExchange(
  world: World,
  client: number,
  kind: number,
  session: number,
  body: number,
  connection = world.clients.connection[client],
): number {
  const { exchanges, clients } = world;
  const exchange = addExchange(world, connection, kind, 0, NONE, streamFor(world, client, kind));
  exchanges.session[exchange] = session;
  exchanges.body[exchange] = body;
  exchanges.cookie[exchange] = clients.cookie[client];
  if (mayLeave(world, exchange) && mayOpen(world, exchange)) sendRequest(world, exchange);
  return exchange;
}

function sendRequest(world: World, exchange: number): void {
  const { client, kind, body } = world.exchanges;
  keepAlive(world, exchange);
  const frame = frameOfRequest(kind[exchange]);
  const flightUs = sendToBalancer(world, exchange, frame, exchange, ExchangeEvent.REQUEST, 0, 0);
  recordCargo(world, body[exchange], true, client[exchange], world.nodes.first.balancer, flightUs);
}

/** A WebSocket's turn may have come. */
export function leave(world: World, exchange: number, isRested: boolean): void {
  const next = leaves(world, exchange, isRested);
  if (next !== NONE) sendRequest(world, next);
}

/** A request is over for its client's browser, in which another may have waited for that. */
export function letNextLeave(world: World, exchange: number): void {
  const next = freed(world, exchange);
  if (next !== NONE) sendRequest(world, next);
}

/** The upward stream of the connection that a request leaves by: a new one, or that which its client's requests share. */
function streamFor(world: World, client: number, kind: number): number {
  const { clients, settings } = world;
  const { httpVersion } = ofClient(world, connectionPart, client);
  const isShared = kind === RequestKind.plain && httpVersion !== "1.1";
  if (isShared && clients.shared[client] !== NONE) return clients.shared[client];
  const stream = openStreams(world, client);
  if (usesQuic(settings.groups[clients.group[client]]!)) openPaths(world, stream);
  if (isShared) clients.shared[client] = stream;
  return stream;
}

/** A client sends a message as a request of its own: in the books, a connection that lasts until it is answered. */
export function sendPlain(world: World, client: number, message: number): void {
  const { clients, packets } = world;
  const connection = openConnection(world, client, clients.connection[client]);
  // Who is told over another one keeps that.
  if (!subscribes(world, client)) clients.connection[client] = connection;
  openExchange(world, client, RequestKind.plain, NONE, packets.one(Packet.message, message), connection);
}

/** A page asks for all that is stored, before it listens: over a connection of its own, as for a message. Returns the exchange. */
export function requestSnapshot(world: World, client: number): number {
  const connection = openConnection(world, client, world.clients.connection[client]);
  return openExchange(world, client, RequestKind.snapshot, NONE, NONE, connection);
}

function sendToBalancer(
  world: World,
  exchange: number,
  frame: number,
  subject: number,
  code: number,
  x: number,
  y: number,
): number {
  return transmit(world, world.exchanges.stream[exchange], frame, subject, code, exchange, x, y);
}

/** A client writes a packet to its WebSocket. */
export function sendUp(world: World, exchange: number, packet: number, subject: number): void {
  const ways = plainWays(world, world.links.alike.client);
  if (ways !== null)
    return fly(world, ways[0], world.exchanges.stream[exchange], ExchangeEvent.UP, exchange, packet, subject);
  const about = subjectOf(world, packet, subject, exchange);
  sendToBalancer(world, exchange, frameOfPacket(packet, true), about, ExchangeEvent.UP, packet, subject);
}

/** A client closes its end: what arrives from now on finds the socket closed. Tells the balancer if it is a WebSocket. */
export function closeClientEnd(world: World, exchange: number, cause: number): void {
  if (!shut(world, exchange, cause)) return;
  const kind = world.exchanges.kind[exchange];
  // Engine.IO's pending poll is left alone, as engine.io-client leaves it: its answer is ignored.
  if (kind === RequestKind.poll || kind === RequestKind.post || kind === RequestKind.handshake) return;
  closeConnection(world, exchange);
}

/** The process of an exchange's client is gone. A POST that it has written still arrives. */
export function killClientEnd(world: World, exchange: number): void {
  const { exchanges } = world;
  if (!shut(world, exchange, Cause.connectionClosed)) return;
  if (exchanges.kind[exchange] !== RequestKind.post) return closeConnection(world, exchange);
  if (!waitsNoMore(world, exchange)) return;
  const client = exchanges.client[exchange];
  const why = whyOf(world, exchanges.connection[exchange], Cause.connectionClosed);
  dropPackets(world, exchanges.body[exchange], true, why, client);
  exchanges.body[exchange] = NONE;
}

/** A client's end is open no longer. Whether it was. */
function shut({ exchanges }: World, exchange: number, cause: number): boolean {
  if (exchange === NONE || exchanges.clientOpen[exchange] === 0) return false;
  exchanges.clientOpen[exchange] = 0;
  exchanges.cause[exchange] = cause;
  return true;
}

function closeConnection(world: World, exchange: number): void {
  const { exchanges } = world;
  if (waitsNoMore(world, exchange)) return;
  if (hasOpened(world, exchange, false)) return;
  abandonHop(world, exchange, exchanges.stream[exchange]);
  sendToBalancer(world, exchange, FrameKind.close, exchange, ExchangeEvent.CLIENT_CLOSED, 0, 0);
  letNextLeave(world, exchange);
}
