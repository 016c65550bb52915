/** What the lessons say of themselves is so, in random runs: a variant breaks the rules that it says it breaks, and no other. */
import { describe, expect, it } from "vitest";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import { claimsOf, ruleNamed } from "../../src/check/claims.ts";
import { Coverage } from "../../src/check/coverage.ts";
import { BATCH_RUNS, searchBatch } from "../../src/check/random.ts";
import { Scopes } from "../../src/check/scope.ts";
import { MAX_EVENTS } from "../../src/check/trial.ts";
import { simulate } from "../../src/run/simulate.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { DEPTH, sampled } from "../support/depth.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";

/**
 * All runs of a variant together have so many events: those of a fiftieth of a second, in the deep run many more. Only the largest have more, since
 * the run that is written and one other are always made. So sixty lessons of four variants stay below half a minute.
 */
const MAX_EVENTS_OF_ALL = DEPTH === 1 ? 6_000 : 1_500;
const MIN_RUNS = 2;
const MAX_RUNS = DEPTH === 1 ? 300 : 50;

function runsFor(scenario: Scenario): number {
  const inTime = Math.floor(MAX_EVENTS_OF_ALL / simulate(scenario).events);
  return Math.ceil(Math.max(MIN_RUNS, DEPTH * Math.min(inTime, MAX_RUNS)));
}

/**
 * The rules that break, and those that judge nothing, in the order in which the scenario claims them. What breaks is
 * not made small: that takes many times as long.
 */
function saidIn(scenario: Scenario): { broken: string[]; silent: string[] } {
  const claims = claimsOf(scenario).filter(({ kind }) => kind !== "sometimes");
  const broken = new Set<string>();
  const scopes = new Scopes();
  const runs = runsFor(scenario);
  for (let batch = 0; batch * BATCH_RUNS < runs; batch++) {
    const { found, scopes: spoken } = searchBatch(
      stripped(scenario),
      claims.filter(({ name }) => !broken.has(name)),
      {
        bounds: DEFAULT_BOUNDS,
        seed: scenario.seed,
        batch,
        runs: Math.min(BATCH_RUNS, runs - batch * BATCH_RUNS),
        maxEvents: MAX_EVENTS,
      },
      new Coverage(),
    );
    for (const { violation } of found) broken.add(violation.rule);
    scopes.addAll(spoken);
  }
  const names = claims.map(({ name }) => name);
  const silent = names.filter((name) => !broken.has(name) && scopes.of(name).spoke === 0);
  return { broken: names.filter((name) => broken.has(name)), silent };
}

describe.each(sampled(LESSON_VARIANTS, 6))("$name, $variant", ({ scenario, breaks, silent }) => {
  it("claims rules", () => {
    expect(claimsOf(scenario).length).toBeGreaterThan(2);
  });

  it(breaks.length === 0 ? "holds in random runs" : `breaks ${breaks.join(" and ")} in random runs`, () => {
    // That something can never be seen only an exhaustive search can say.
    const seeable = breaks.filter((rule) => ruleNamed(scenario, rule)!.kind !== "sometimes");
    expect(saidIn(scenario)).toEqual({ broken: seeable, silent });
  });
});

it("looks at every lesson", () => {
  expect(new Set(LESSON_VARIANTS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(2);
  expect(LESSON_VARIANTS.filter(({ breaks }) => breaks.length > 0).length).toBeGreaterThanOrEqual(2);
});
