import { OneOrderMonitor } from "../one-order.ts";
import type { Rule } from "../rule.ts";

/**
 * A server hands each message out to all of its members before the next, and their connections keep it: members of one room on one server
 * agree on who spoke first (ground-truth 24). Of two servers nothing is promised: `order-everywhere` asks for that.
 */
export const orderPerServer: Rule = {
  name: "order-per-server",
  kind: "always",
  statement: "Everybody on one server hears a room's messages in one order.",
  subject: ["copy that arrived", "copies that arrived"],
  whenNone: "no copy arrives",
  watch: (setting) => new OneOrderMonitor(setting, (server, other) => server === other),
};
