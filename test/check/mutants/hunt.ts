/** Searches in copies of the model: with a bug, until the rule breaks that should notice it; without one, in vain. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_EVENTS } from "../../../src/check/trial.ts";
import * as library from "../../../src/index.ts";
import type { RuleName } from "../../../src/scenario/rules.ts";
import type { Scenario } from "../../../src/scenario/schema.ts";
import { DEPTH } from "../../support/depth.ts";
import { loadMutant } from "../../support/mutant.ts";
import { BUGS, type Bug } from "./bugs.ts";

type Library = typeof library;

/** More than ten times what the bug needs that is hardest to find: 7 scenarios. */
const MAX_SCENARIOS = Math.ceil(100 * DEPTH);
/** Of those that are explored wholly. */
const MAX_EXPLORED = 20;
/** Of large scenarios some dozen runs will do: if the bug does not show in them, the next scenario may be better. */
const MAX_RUNS = 80;

/** The tests of a part of the model. */
export function huntIn(part: keyof typeof BUGS): void {
  const bugs: readonly Bug[] = BUGS[part];

  describe("the search finds", () => {
    it.each(bugs)("$bug ($rule)", async (bug) => {
      const mutant = await loadMutant<Library>(bug.file, bug.find, bug.replace, "src/index.ts");
      if (library.rules[bug.rule].kind === "sometimes") expectNever(mutant, bug);
      else expectBroken(mutant, bug);
    });
  });

  describe("the model as it is", () => {
    it.each(kindsOf(bugs))("keeps $words", ({ rules, bugs: [bug] }) => {
      const seen = new Set<string>();
      for (const scenario of scenariosFor(library, bug!, MAX_SCENARIOS))
        for (const verdict of runOnce(library, scenario, rules)) {
          expect(verdict.outcome, verdict.rule).not.toBe("broken");
          if (verdict.outcome === "seen") seen.add(verdict.rule);
        }
      // Nothing here is judged by silence: what should be seen sometimes was.
      expect([...seen]).toEqual(rules.filter((rule) => library.rules[rule].kind === "sometimes"));
    });
  });
}

/** Bugs that show in the same scenarios, and their rules: one search will do for all of them. */
function kindsOf(bugs: readonly Bug[]): { rules: RuleName[]; bugs: Bug[]; words: string }[] {
  const kinds: Bug[][] = [];
  for (const bug of bugs) {
    const kind = kinds.find(([first]) => first!.limits === bug.limits && first!.change === bug.change);
    if (kind === undefined) kinds.push([bug]);
    else kind.push(bug);
  }
  return kinds.map((kind) => {
    const rules = [...new Set(kind.map(({ rule }) => rule))];
    return { rules, bugs: kind, words: `${rules.join(", ")} where ${kind[0]!.bug} breaks a rule` };
  });
}

/** Generated scenarios of the kind in which a bug shows, the same ones each time. */
function scenariosFor({ arbitraries }: Library, bug: Bug, count: number): Scenario[] {
  const { limits, change = (scenario) => scenario } = bug;
  return fc.sample(arbitraries.scenarios(limits), { numRuns: count, seed: 1 }).map(change);
}

function runOnce({ rules, check }: Library, scenario: Scenario, names: readonly RuleName[]) {
  const options = {
    rules: names.map((name) => rules[name]),
    runs: 1,
    bounds: { lateMs: 0 },
    // Found out by a run more, if it is not said.
    maxEvents: MAX_EVENTS,
    isVerdictOnly: true,
  };
  return check(scenario, options).verdicts;
}

/** One run a scenario finds the bug soon, and so does exploring them. */
function expectBroken(mutant: Library, bug: Bug): void {
  const scenarios = scenariosFor(mutant, bug, MAX_SCENARIOS);
  const at = scenarios.findIndex((scenario) => {
    const [verdict] = runOnce(mutant, scenario, [bug.rule]);
    if (verdict!.outcome !== "broken") return false;
    console.info(`${bug.bug}: ${verdict!.counterexample.text}`);
    return true;
  });
  expect(at, "no run breaks the rule").toBeGreaterThanOrEqual(0);
  console.info(`${bug.rule} broken in scenario ${at + 1} of ${scenarios.length}`);
  // Some take seconds to explore: those before this one show nothing in one run, and come last.
  const inTurn = [...scenarios.slice(at), ...scenarios.slice(0, at)].slice(0, MAX_EXPLORED);
  expect(inTurn.some((scenario) => isBrokenIn(mutant, bug.rule, scenario))).toBe(true);
}

/** Whether some run with at most one packet late breaks the rule, of the first that an exhaustive search makes. */
function isBrokenIn({ rules, checking }: Library, rule: RuleName, scenario: Scenario): boolean {
  for (const { broken, runs } of checking(scenario, { rules: [rules[rule]], exhaustive: true, depth: 1 })) {
    if (broken > 0) return true;
    if (runs > MAX_RUNS) return false;
  }
  return false;
}

/** What should be seen sometimes is seen in no run: not in those that are tried, and not in any within the bounds. */
function expectNever(mutant: Library, bug: Bug): void {
  const scenarios = scenariosFor(mutant, bug, MAX_SCENARIOS);
  for (const scenario of scenarios) {
    const [verdict] = runOnce(mutant, scenario, [bug.rule]);
    expect(verdict!.outcome).not.toBe("seen");
  }
  // Nothing can arrive where nobody sends.
  const telling = scenarios.find(({ workload }) => workload.length > 0)!;
  const options = { rules: [mutant.rules[bug.rule]], exhaustive: true, depth: 0 };
  expect(mutant.check(telling, options).verdicts[0]!.outcome).toBe("never");
}
