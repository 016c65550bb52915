/**
 * The rules that a scenario can claim by name, and the shapes of rules of its own. What each built-in rule watches for is in
 * `src/check/rules/`, one file a rule.
 */
import { z } from "zod";
import { CAUSES } from "../model/trace/causes.ts";
import type { Value } from "../model/trace/records.ts";
import { quote } from "./words.ts";

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
] as const;
export type RuleEvent = (typeof RULE_EVENTS)[number];

/** Over what a rule of one's own is kept: once for the run, or once for each of these. */
const RULE_SCOPES = ["run", "client", "server", "message", "copy"] as const;
export type RuleScope = (typeof RULE_SCOPES)[number];

/** What a record must have to be about one of these: of a client, who sent, received, lost, asked, or was connected. */
export const SCOPE_VALUES: Readonly<Record<Exclude<RuleScope, "run">, readonly Value[]>> = {
  client: ["client"],
  /** That was asked, answered, or holds the connection; where a copy was lost. */
  server: ["server", "place"],
  message: ["message"],
  copy: ["copy"],
};

const pattern = z.strictObject({
  event: z
    .enum(RULE_EVENTS)
    .describe(
      "A record of the trace, as `fanout trace` names it. docs/reference/rules.md says what each is about",
    ),
  client: z
    .string()
    .max(70)
    .optional()
    .describe("Only those of this client (sender, recipient, or who asked)"),
  server: z.string().max(70).optional().describe("Only those at this server"),
  cause: z
    .enum(CAUSES.map((cause) => cause.name) as [string, ...string[]])
    .optional()
    .describe("Only losses with this cause"),
  status: z.int().min(100).max(599).optional().describe("Only responses with this HTTP status"),
});
export type EventPattern = z.output<typeof pattern>;

const statement = z
  .string()
  .min(1)
  .max(300)
  .refine((value) => !/\p{Cc}/u.test(value), {
    error: ({ input }) => `found ${quote(input)}; control characters and line ends are not allowed`,
  })
  .describe("The rule in one plain sentence");
const per = z.enum(RULE_SCOPES).default("run").describe("Kept once for the run, or once for each of these");

export const ownRule = z.union([
  z.strictObject({
    type: z.literal("count").describe("What kind of rule: count, within or order"),
    statement,
    of: pattern.describe("What is counted"),
    per,
    atMost: z.int().min(0).max(1_000_000_000).optional().describe("Breaks at the one that is too many"),
    atLeast: z.int().min(1).max(1_000_000_000).optional().describe("Breaks at the end of the run"),
  }),
  z.strictObject({
    type: z.literal("within").describe("What kind of rule: count, within or order"),
    statement,
    from: pattern.describe("What starts the clock"),
    to: pattern.describe("What stops it"),
    per,
    withinMs: z.number().min(0.001).max(86_400_000).describe("How long the clock may run"),
  }),
  z.strictObject({
    type: z.literal("order").describe("What kind of rule: count, within or order"),
    statement,
    first: pattern.describe("What must come first"),
    // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
    then: pattern.describe("What must not come before it"),
    per,
  }),
]);
export type OwnRule = z.output<typeof ownRule>;
