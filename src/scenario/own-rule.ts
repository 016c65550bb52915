/** The shapes of rules of one's own. */
import { z } from "zod";
import { CAUSES } from "../model/trace/causes.ts";
import { RULE_EVENTS, RULE_SCOPES } from "./rules.ts";
import { quote } from "./words.ts";

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
    share: z
      .number()
      .min(0.001)
      .max(1)
      .optional()
      .describe(
        "What share of the clocks must stop in time, over the whole run, as 0.99; without it each must",
      ),
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
