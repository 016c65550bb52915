import { OneOrderMonitor } from "../one-order.ts";
import type { Rule } from "../rule.ts";

/**
 * Pub/Sub does not give this: a server hands its own messages out at once, and those of others when they come, so that of two who speak at
 * the same time each server hears its own first; the sharded adapter and that of streams hand out their own when Redis has answered, which
 * is no better (ground-truth 24). What servers hand out only when they hear it from one place does, their own too (FACTS §2.2, ground-truth 32), numbered (a history, FACTS §13.8) or not; and so does one server.
 */
export const orderEverywhere: Rule = {
  name: "order-everywhere",
  kind: "always",
  statement: "Everybody hears a room's messages in one order, on whichever server.",
  subject: ["copy that arrived", "copies that arrived"],
  whenNone: "no copy arrives",
  watch: (setting) => new OneOrderMonitor(setting, () => true),
};
