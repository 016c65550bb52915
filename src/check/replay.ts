/** Repeating a counterexample: in a regression test, or wherever somebody doubts it. */
import { ruleNamed } from "./claims.ts";
import { refuseOthers, validScenario } from "./limits.ts";
import type { Rule } from "./rule.ts";
import { breachOf } from "./trial.ts";

export interface ReplayedBreach {
  readonly rule: string;
  readonly timeMs: number;
  /** What broke the rule, in one sentence. */
  readonly text: string;
}

/**
 * Runs a scenario as it is written, with its own choices, and says how a rule broke, or null if it did not.
 * The rule is given by its name if it is built in or the scenario's own, else as an object.
 *
 * @throws Error if the document is not a valid scenario, or if there is no such rule
 */
export function replay(document: unknown, rule: string | Rule): ReplayedBreach | null {
  const scenario = validScenario(document);
  const found = typeof rule === "string" ? ruleNamed(scenario, rule) : rule;
  if (found === null)
    throw new Error(
      `there is no rule ${JSON.stringify(rule)}, neither built in nor among the scenario's ownRules`,
    );
  refuseOthers([found]);
  const violation = breachOf(scenario, found);
  if (violation === null) return null;
  return { rule: found.name, timeMs: violation.timeUs / 1000, text: violation.breach.text };
}
