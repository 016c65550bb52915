/**
 * What one run says of each rule that its scenario claims: read from the trace, in the worker, by the same
 * monitors as every search.
 */
import type { Rule, RuleKind, Violation } from "../../check/rule.ts";
import { NOTHING, type Scope, scopeWords, silenceWords } from "../../check/scope.ts";
import { settingOf } from "../../check/setting.ts";
import { Watch } from "../../check/watch.ts";
import { grouped } from "../../run/grouped.ts";
import type { RunResult } from "../../run/result.ts";

export interface RuleFinding {
  readonly name: string;
  readonly kind: RuleKind;
  /** The rule in one plain sentence. */
  readonly statement: string;
  readonly outcome: "held" | "broken" | "seen" | "not seen" | "silent" | "unfinished";
  /** When it broke, or was seen, µs; null if neither. */
  readonly timeUs: number | null;
  /** What broke it, or was seen; what it judged while it held; why it is silent, or unfinished. */
  readonly text: string;
  /** What broke it, for whoever tells how it came to that; null: nothing did. */
  readonly violation: Violation | null;
}

/** One finding for each of the rules, in their order. */
export function findingsOf(run: RunResult, rules: readonly Rule[]): RuleFinding[] {
  const { scenario, trace } = run;
  const watch = new Watch(rules, settingOf(scenario));
  watch.advance(trace, trace.length);
  // A run that was cut short proves nothing about rules that are decided only at the end.
  if (run.endedBy === "time") watch.end(run.endUs);
  const scopes = watch.scopes();
  return rules.map((rule) => {
    const violation = watch.found.find((one) => one.rule === rule.name);
    return violation === undefined
      ? unbroken(run, rule, scopes[rule.name] ?? NOTHING)
      : brokenOrSeen(rule, violation);
  });
}

function unbroken({ endedBy, events }: RunResult, rule: Rule, scope: Scope): RuleFinding {
  const { name, kind, statement, subject = ["run", "runs"], whenNone = "there is nothing to judge" } = rule;
  const head = { name, kind, statement, timeUs: null, violation: null };
  if (endedBy !== "time")
    return {
      ...head,
      outcome: "unfinished",
      text: `the run was cut after ${grouped(events)} events, and what comes after is not known`,
    };
  if (kind === "sometimes") return { ...head, outcome: "not seen", text: "" };
  if (scope.spoke === 0) return { ...head, outcome: "silent", text: silenceWords(scope, subject, whenNone) };
  return { ...head, outcome: "held", text: scopeWords(scope, subject) };
}

function brokenOrSeen(rule: Rule, violation: Violation): RuleFinding {
  const { name, kind, statement } = rule;
  const { timeUs, breach } = violation;
  const head = { name, kind, statement, timeUs, text: breach.text };
  if (kind === "sometimes") return { ...head, outcome: "seen", violation: null };
  return { ...head, outcome: "broken", violation };
}
