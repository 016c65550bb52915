import { flag, packetsUp, row, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A connection to Redis: one of a server's two, or a publisher's. PUBLISH: x the message. ANSWERED: Redis has answered the first that waits for it. JOIN, LEAVE: x a room that has its first member at the server, or has none any more. READ: x how many entries of the stream there were when it had read the latest. */
export const redisClientPart = part({
  name: "redisClient",
  number: 8,
  home: { column: "node", of: "redisClients" },
  events: [
    "READY",
    "START",
    "PUBLISH",
    "ACCEPTED",
    "REFUSED",
    "SOCKET_CLOSED",
    "STOP",
    "ANSWERED",
    "JOIN",
    "LEAVE",
    "READ",
  ],
  causes: ["serverCrashed", "connectionClosed", "publishRefused"],
  ends: ["serverCrashed", "serverExited"],
});
export const RedisClientEvent = redisClientPart.on;

/** Two rows a server, one to publish and, next, one to subscribe; then a row for each publisher. */
export class RedisClients extends tableOf({
  /** The node whose connection it is. */
  node: untold(row()),
  /** 1: it subscribes; 0: it publishes. */
  subscribes: untold(flag()),
  /** The upward stream of its connection, and the next is the downward one. */
  stream: untold(row()),
  /** Its connection, or latest attempt at one. Of it, future.ts tells whether it is open. */
  connection: untold(row()),
  /** Attempts to connect since the connection broke. */
  attempts: whole(),
  /** Publishes that wait for the connection (the library's offline queue). */
  offlineQueue: packetsUp(),
  /** 1: whoever publishes waits for Redis' answer. */
  isAnswered: untold(flag()),
  /** 1: its server hands out to its own sockets only what is answered or refused. */
  isAwaited: untold(flag()),
  /** 1: its server hands out to its own sockets only what it hears. */
  hearsOwn: untold(flag()),
  /** Publishes that Redis has not answered, the first first. Each is a branch, beside that which goes on from Redis. */
  unanswered: packetsUp(),
  /** 1: it is subscribed by what its process does when it starts, or was. */
  hasSubscribed: flag(),
  /** On the backplane's side: whether its kernel has this connection. */
  accepted: flag(1),
  /** On the backplane's side: whether this subscriber is subscribed. */
  subscribed: flag(),
}) {}

/** Which rooms have a channel of their own that servers are subscribed to: a row for each server and room, if there are any. */
export class RoomChannels extends tableOf({
  /** 1: the server has members of the room. */
  isWanted: flag(),
  /** On the backplane's side: whether the server is subscribed. */
  isSubscribed: flag(),
}) {}
