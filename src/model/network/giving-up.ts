/**
 * One end of a connection gives it up: TCP (ETIMEDOUT), since nothing that it sent was acknowledged, for longer than it waits
 * (tcp.ts), or since something on the way has reset it (nat.ts); QUIC, since it has heard nothing for its idle timeout (quic.ts).
 * That end's application is told, and closes. The other end hears nothing: if it is there at all, for it the connection is open until
 * it sends something itself, or its own timers strike. FACTS §4.
 */
import { BackplaneEvent } from "../backplane/backplane.part.ts";
import { RedisClientEvent } from "../backplane/redis-client.part.ts";
import { endWith, isOver, whyClosed } from "../balancer/closing.ts";
import { ExchangeEvent } from "../balancer/exchange.part.ts";
import { ClientSocketEvent } from "../client/client-socket.part.ts";
import { endConnection, whyOf } from "../fate/ends.ts";
import { isFrozen, postpone } from "../process/frozen.ts";
import { SessionEvent } from "../server/session.part.ts";
import type { CauseIndex } from "../trace/causes.ts";
import type { World } from "../world/world.ts";
import { NONE } from "./packets.ts";
import { isUpward } from "./tcp.part.ts";

/** The two ends of a TCP connection, by the rows of those who have it; −1 where it is no part of such a thing. */
interface Ends {
  /** At the end that clients are nearer to: an exchange of theirs, a balancer's try, or a server's Redis client. */
  readonly client: number;
  readonly tried: number;
  readonly redisClient: number;
  /** The exchange that came by it, if its other end is a balancer. */
  readonly exchange: number;
}

/** Whose connection a stream is part of. A search, since it is asked once in a quarter of an hour. */
function endsOf({ exchanges, tries, redisClients }: World, stream: number): Ends {
  const up = stream - (stream % 2);
  const exchange = exchanges.stream.subarray(0, exchanges.rows).indexOf(up);
  return {
    client: exchange !== NONE && exchanges.outer[exchange] === NONE ? exchange : NONE,
    tried: tries.stream.subarray(0, tries.rows).indexOf(up),
    redisClient: redisClients.stream.subarray(0, redisClients.rows).indexOf(up),
    exchange,
  };
}

/**
 * The exchanges that a connection between a client, balancers and a server is part of: one, unless requests share it. Of those, all that
 * still use it.
 */
function exchangesOf(world: World, stream: number, { exchange, tried }: Ends): number[] {
  const { exchanges, tries } = world;
  if (exchange === NONE) return [tries.exchange[tried]];
  const client = exchanges.client[exchange];
  if (world.clients.shared[client] !== stream - (stream % 2)) return [exchange];
  const open: number[] = [];
  for (let each = exchange; each < exchanges.rows; each++)
    if (exchanges.stream[each] === exchanges.stream[exchange] && exchanges.clientOpen[each] === 1)
      open.push(each);
  return open.length === 0 ? [exchange] : open;
}

/** The client's next request needs a new connection, if this is the one that its requests share. */
export function forgetShared({ clients, streams }: World, stream: number): void {
  const client = streams.link[stream];
  if (client < clients.rows && clients.shared[client] === stream - (stream % 2))
    clients.shared[client] = NONE;
}

/** The connection ends where the stream begins. Returns why what is on its way is lost: see fate/ends.ts. */
export function endAtSender(
  world: World,
  stream: number,
  reason: number,
  cause: CauseIndex,
  root: number,
): number {
  const { streams, links, redisClients, exchanges, connections } = world;
  const ends = endsOf(world, stream);
  const link = streams.link[stream];
  const place = isUpward(stream) ? links.from[link] : links.to[link];
  if (ends.redisClient !== NONE) {
    const connection = redisClients.connection[ends.redisClient];
    endConnection(world, connection, reason, place, root);
    return whyOf(world, connection, cause);
  }
  const [first, ...others] = exchangesOf(world, stream, ends);
  for (const exchange of [first!, ...others]) {
    // What was left of a connection that had ended before changes nothing of why.
    if (connections.end[exchanges.connection[exchange]] !== NONE) continue;
    exchanges.cause[exchange] = cause;
    exchanges.closedAt[exchange] = place;
    endWith(world, exchange, reason, place, root);
  }
  return whyClosed(world, first!);
}

/** Whether the end that a client's or its balancer's stream leads from still uses the connection. */
export function isOpenAt(world: World, stream: number): boolean {
  const isOpen = (exchange: number) =>
    isUpward(stream) ? world.exchanges.clientOpen[exchange] === 1 : !isOver(world, exchange);
  return exchangesOf(world, stream, endsOf(world, stream)).some(isOpen);
}

/** The application at the stream's beginning is told. Whoever has closed already hears it and does nothing. */
export function tellGivenUp(world: World, stream: number): void {
  const { exchanges, nodes, sessions, tries } = world;
  const ends = endsOf(world, stream);
  const { client, tried, redisClient, exchange } = ends;
  if (redisClient !== NONE) {
    if (isUpward(stream)) world.send(RedisClientEvent.SOCKET_CLOSED, redisClient, 0, 0);
    else world.send(BackplaneEvent.DISCONNECT, 0, redisClient, 0);
  } else if (!isUpward(stream)) {
    if (exchange !== NONE) {
      for (const each of exchangesOf(world, stream, ends))
        world.send(ExchangeEvent.CLIENT_CLOSED, each, 0, 0);
      return;
    }
    const session = exchanges.session[tries.exchange[tried]];
    if (session !== NONE && sessions.server[session] === tries.server[tried])
      tell(world, nodes.first.server + sessions.server[session], SessionEvent.SOCKET_CLOSED, session, tried);
  } else if (client !== NONE) {
    for (const each of exchangesOf(world, stream, ends))
      if (exchanges.clientOpen[each] === 1)
        tell(world, exchanges.client[each], ClientSocketEvent.CLOSED, each, 0);
  } else if (tries.isOver[tried] === 0) world.send(ExchangeEvent.SERVER_CLOSED, tries.exchange[tried], 0, 0);
}

/** A process hears of it when it runs. */
function tell(world: World, node: number, code: number, entity: number, x: number): void {
  if (isFrozen(world, node)) postpone(world, node, code, entity, x, 0);
  else world.send(code, entity, x, 0);
}
