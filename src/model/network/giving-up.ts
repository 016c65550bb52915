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

/** The exchange that a connection between a client, balancers and a server is part of. */
function exchangeOf({ tries }: World, { exchange, tried }: Ends): number {
  return exchange === NONE ? tries.exchange[tried] : exchange;
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
  const exchange = exchangeOf(world, ends);
  // What was left of a connection that had ended before changes nothing of why.
  if (connections.end[exchanges.connection[exchange]] !== NONE) return whyClosed(world, exchange);
  exchanges.cause[exchange] = cause;
  exchanges.closedAt[exchange] = place;
  endWith(world, exchange, reason, place, root);
  return whyClosed(world, exchange);
}

/** Whether the end that a client's or its balancer's stream leads from still uses the connection. */
export function isOpenAt(world: World, stream: number): boolean {
  const { client } = endsOf(world, stream);
  return isUpward(stream) ? world.exchanges.clientOpen[client] === 1 : !isOver(world, client);
}

/** The application at the stream's beginning is told. Whoever has closed already hears it and does nothing. */
export function tellGivenUp(world: World, stream: number): void {
  const { exchanges, nodes, sessions, tries } = world;
  const { client, tried, redisClient, exchange } = endsOf(world, stream);
  if (redisClient !== NONE) {
    if (isUpward(stream)) world.send(RedisClientEvent.SOCKET_CLOSED, redisClient, 0, 0);
    else world.send(BackplaneEvent.DISCONNECT, 0, redisClient, 0);
  } else if (!isUpward(stream)) {
    if (exchange !== NONE) return world.send(ExchangeEvent.CLIENT_CLOSED, exchange, 0, 0);
    const session = exchanges.session[tries.exchange[tried]];
    if (session !== NONE && sessions.server[session] === tries.server[tried])
      tell(world, nodes.first.server + sessions.server[session], SessionEvent.SOCKET_CLOSED, session, tried);
  } else if (client !== NONE) {
    if (exchanges.clientOpen[client] === 1)
      tell(world, exchanges.client[client], ClientSocketEvent.CLOSED, client, 0);
  } else if (tries.isOver[tried] === 0) world.send(ExchangeEvent.SERVER_CLOSED, tries.exchange[tried], 0, 0);
}

/** A process hears of it when it runs. */
function tell(world: World, node: number, code: number, entity: number, x: number): void {
  if (isFrozen(world, node)) postpone(world, node, code, entity, x, 0);
  else world.send(code, entity, x, 0);
}
