import { flag, owner, row, small, time, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * The last balancer's health checks of one server. Entity: the server. ARRIVED: a check has come to the server's kernel; OUTCOME: its
 * word has come back, y 1 if there is somebody. x: which check it is of. STOP, START: the
 * balancer's process dies, and runs again.
 */
export const healthPart = part({
  name: "health",
  number: 22,
  home: { column: "node", of: "healthChecks" },
  events: ["ARRIVED", "OUTCOME", "STOP", "START"],
});
export const HealthEvent = healthPart.on;

/** One row a server, where there are checks. */
export class HealthChecks extends tableOf({
  /** The balancer, where checks run. */
  node: untold(owner()),
  /** Below `rise` the server is marked down; above, how many checks may fail until it is. */
  health: small(),
  /** How many checks there have been. */
  number: whole(),
  /** When the current one began. µs. The timer in the queue may be that of a packet, and does not say it. */
  askedUs: time(),
  /** The upward stream of its connection, and the next is its downward one. */
  stream: untold(row()),
  /** 1: its packet or the answer is on its way. */
  isUnderWay: flag(),
}) {}
