import { flag, packetsUp, row, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A connection to Redis: one of a server's two, or a publisher's. PUBLISH: x the message. */
export const redisClientPart = part({
  name: "redisClient",
  number: 8,
  home: { column: "node", of: "redisClients" },
  events: ["READY", "START", "PUBLISH", "ACCEPTED", "REFUSED", "SOCKET_CLOSED", "STOP"],
  causes: ["serverCrashed"],
  ends: ["serverCrashed"],
});
export const RedisClientEvent = redisClientPart.on;

/** node-redis tries again after min(retries × step, most). FACTS §1.8. */
export const RETRY_STEP_US = 50_000;
export const RETRY_MAX_US = 500_000;

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
  retries: whole(),
  /** Publishes that wait for the connection (node-redis' offline queue). */
  offlineQueue: packetsUp(),
  /** On the backplane's side: whether its kernel has this connection. */
  accepted: flag(1),
  /** On the backplane's side: whether this subscriber is subscribed. */
  subscribed: flag(),
}) {}
