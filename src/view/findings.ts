/** What one run says of each rule that its scenario claims: read from the trace, in the worker, by the same monitors as every search. */
import { claimsOf } from "../check/claims.ts";
import type { Rule, RuleKind, Violation } from "../check/rule.ts";
import { settingOf } from "../check/setting.ts";
import { tell } from "../check/story.ts";
import { Watch } from "../check/watch.ts";
import type { RunResult } from "../run/result.ts";

export interface RuleFinding {
  readonly name: string;
  readonly kind: RuleKind;
  /** The rule in one plain sentence. */
  readonly statement: string;
  readonly outcome: "held" | "broken" | "seen" | "not seen" | "silent";
  /** When it broke, or was seen, µs; null if neither. */
  readonly timeUs: number | null;
  /** What broke it, or was seen; why it is silent; else nothing. */
  readonly text: string;
  /** How it came to break, in timed lines; empty if it did not. */
  readonly story: readonly { readonly timeUs: number; readonly text: string }[];
}

/** One finding for each rule, in the order of the scenario. */
export function findingsOf(run: RunResult): RuleFinding[] {
  const { scenario, trace } = run;
  const rules = claimsOf(scenario);
  const speaking = rules.filter((rule) => rule.silentOn?.(scenario) == null);
  const watch = new Watch(speaking, settingOf(scenario));
  watch.advance(trace, trace.length);
  // A run that was cut short proves nothing of what is only due at its end.
  if (run.endedBy === "time") watch.end(run.endUs);
  return rules.map((rule) => findingOf(run, rule, watch.found.find((one) => one.rule === rule.name) ?? null));
}

function findingOf(run: RunResult, rule: Rule, violation: Violation | null): RuleFinding {
  const { name, kind, statement } = rule;
  const head = { name, kind, statement, timeUs: null, text: "", story: [] };
  const why = rule.silentOn?.(run.scenario) ?? null;
  if (why !== null) return { ...head, outcome: "silent", text: why };
  const isSought = kind === "sometimes";
  if (violation === null) return { ...head, outcome: isSought ? "not seen" : "held" };
  const { timeUs, breach } = violation;
  const story = isSought
    ? []
    : tell(run, rule, violation).map((line) => ({ timeUs: line.timeUs, text: line.text }));
  return { ...head, outcome: isSought ? "seen" : "broken", timeUs, text: breach.text, story };
}
