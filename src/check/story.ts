/**
 * A counterexample as a story: a handful of timed lines, each saying who did what and why it mattered. Told
 * from the trace alone, of the clients and the message that the breach is about, in the scenario's own names.
 */
import type { RunResult } from "../run/result.ts";
import type { Rule, Violation } from "./rule.ts";
import { type StoryLine, storyLines } from "./story-lines.ts";
import { StoryTeller } from "./story-teller.ts";

/** The story of how a rule broke in a run. The last line is the breach. */
export function tell(
  run: RunResult,
  rule: Pick<Rule, "statement">,
  { breach, timeUs, row }: Violation,
): StoryLine[] {
  const teller = new StoryTeller(run, breach.clients, breach.message, row);
  // Where silence broke it, the record that showed so is later.
  const happenings = teller.happenings().filter((one) => one.timeUs <= timeUs);
  const lines = storyLines(happenings, row, (clients) => teller.crowd(clients));
  const isTold = lines.at(-1)?.timeUs === timeUs;
  return [
    ...lines,
    { timeUs, text: `${isTold ? "" : `${breach.text} `}So this is broken: «${rule.statement}»` },
  ];
}
