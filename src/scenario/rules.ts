/**
 * The rules that a scenario can claim by name, and what rules of its own can speak of. What each built-in rule watches for is in
 * `src/check/rules/`, one file a rule.
 */
import type { Value } from "../model/trace/records.ts";

/** Names of the built-in rules, in the order in which they are told. */
export const RULE_NAMES = [
  "conservation",
  "at-most-once",
  "delivery",
  "order",
  "affinity",
  "handshake-completes",
  "no-idle-cut",
  "half-open-noticed",
  "within-limits",
  "gapless",
  "something-arrives",
  "fallback-connects",
  "stream-order",
  "caught-up",
  "recovered",
  "told-once",
  "within-budget",
  "at-least-once",
  "effectively-once",
  "outcome-is-true",
  "order-under-retry",
  "no-ghost",
  "nobody-missing",
  "filter-denies-nobody",
  "bill-within-budget",
  "context-survives",
  "newest-wins",
  "snapshot-continues",
  "told-iff-done",
  "stream-replays",
  "stale-owner-noticed",
  "said-before-stop",
  "affinity-under-failure",
  "order-per-server",
  "order-everywhere",
  "back-in-three",
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** What a rule of one's own can count, time and order: the records of the trace, by the names that `fanout trace` gives them. */
export const RULE_EVENTS = [
  "message",
  "copy",
  "delivered",
  "duplicated",
  "lost",
  "request",
  "response",
  "connected",
  "disconnected",
  "upgraded",
  "idleClosed",
  "fault",
  "turnedAway",
  "queued",
  "recovery",
  "channelSent",
  "channelArrived",
  "read",
  "receipt",
  "tried",
  "done",
  "recognised",
  "settled",
  "context",
  "written",
  "neverWritten",
  "published",
  "shownBefore",
  "buffered",
] as const;
export type RuleEvent = (typeof RULE_EVENTS)[number];

/** Over what a rule of one's own is kept: once for the run, or once for each of these. */
export const RULE_SCOPES = ["run", "client", "server", "message", "copy"] as const;
export type RuleScope = (typeof RULE_SCOPES)[number];

/** What a record must have to be about one of these: of a client, who sent, received, lost, asked, or was connected. */
export const SCOPE_VALUES: Readonly<Record<Exclude<RuleScope, "run">, readonly Value[]>> = {
  client: ["client"],
  /** That was asked, answered, or holds the connection; where a copy was lost. */
  server: ["server", "place"],
  message: ["message"],
  copy: ["copy"],
};
