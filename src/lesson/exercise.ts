/** Judges a playground's question on the learner's own settings: by rules and conditions, not by an answer key. */
import { check } from "../check/check.ts";
import { ruleNamed } from "../check/claims.ts";
import { coveredWords, standingOf, type Verdict, worthOf } from "../check/verdict.ts";
import { simulate } from "../run/simulate.ts";
import { followPath, resolvePath } from "../scenario/path.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Condition, Exercise } from "./lesson.ts";
import { holds } from "./notation.ts";
import { conditionInWords } from "./words.ts";

export interface Judgement {
  /** Every condition is met, and every rule was judged and not broken. */
  readonly isSolved: boolean;
  /** For each condition and each rule, whether it is met, in a sentence. */
  readonly lines: readonly { readonly isMet: boolean; readonly says: string }[];
  /** How many runs were made, and what that is worth. */
  readonly worth: string;
}

/** Random runs for each answer, of few events: each takes some milliseconds. */
const RUNS = 200;
/** Of many events fewer runs must do, since whoever has answered should not wait for long. */
const EVENTS_IN_ALL = 400_000;
/** Fewer would say nothing: the worth of what was found is told in any case. */
const LEAST_RUNS = 10;

/** Judges a scenario that a learner has made of the step's. */
export function judge(scenario: Scenario, { keeps, where }: Exercise): Judgement {
  const conditions = where.map((condition) => ({
    isMet: isMet(scenario, condition),
    says: conditionInWords(condition),
  }));
  const rules = keeps.map((name) => {
    const rule = ruleNamed(scenario, name);
    if (rule === null) throw new Error(`the scenario has no rule «${name}»`);
    return rule;
  });
  const report = check(scenario, { rules, runs: runsFor(scenario), isVerdictOnly: true });
  const judged = report.verdicts.map((verdict) => ({
    isMet: standingOf(verdict.outcome) === "kept",
    says: `${verdict.rule}: ${said(verdict)}. ${verdict.statement}`,
  }));
  const lines = [...conditions, ...judged];
  return { isSolved: lines.every((line) => line.isMet), lines, worth: worthOf(report) };
}

/** As many as the events of one run let there be. */
function runsFor(scenario: Scenario): number {
  const { events } = simulate(scenario);
  return Math.min(RUNS, Math.max(LEAST_RUNS, Math.floor(EVENTS_IN_ALL / events)));
}

function said(verdict: Verdict): string {
  const covered = coveredWords(verdict);
  return covered === "" ? verdict.outcome : `${verdict.outcome} (${covered})`;
}

/** Whether a condition holds at every place that its path means. */
function isMet(scenario: Scenario, condition: Condition): boolean {
  const resolved = resolvePath(scenario, condition.name);
  return (
    "places" in resolved && resolved.places.every((keys) => holds(condition, followPath(scenario, keys)))
  );
}
