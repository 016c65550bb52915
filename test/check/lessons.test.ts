/** What the lessons say of themselves is so: a variant breaks the rules that it says it breaks, and no other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { isBroken, type Report } from "../../src/check/verdict.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";

const SIMULATIONS = join(import.meta.dirname, "../../simulations");

const CASES = readdirSync(SIMULATIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => {
    const parsed = parseScenario(readFileSync(join(SIMULATIONS, name, "scenario.json"), "utf8"));
    if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.errors)}`);
    return Object.entries(parsed.scenario.variants).map(([variant, { breaks }]) => {
      const chosen = withVariant(parsed.scenario, variant);
      if (!chosen.ok) throw new Error(`${name} ${variant}: ${JSON.stringify(chosen.errors)}`);
      return { name, variant, breaks, scenario: chosen.scenario };
    });
  });

function brokenIn({ verdicts }: Report): string[] {
  return verdicts.filter(isBroken).map(({ rule }) => rule);
}

describe.each(CASES)("$name, $variant", ({ scenario, breaks }) => {
  it("claims rules", () => {
    expect(claimsOf(scenario).length).toBeGreaterThan(2);
  });

  it(breaks.length === 0 ? "holds in random runs" : `breaks ${breaks.join(" and ")} in random runs`, () => {
    const report = check(scenario, { runs: 300 });
    // That something can never be seen only an exhaustive search can say.
    const seeable = breaks.filter(
      (rule) => report.verdicts.find((one) => one.rule === rule)!.kind !== "sometimes",
    );
    expect(brokenIn(report)).toEqual(seeable);
  });

  it(
    breaks.length === 0
      ? "holds in all runs within the bounds"
      : "breaks nothing else with at most one departure",
    () => {
      const report = check(scenario, { exhaustive: true, depth: breaks.length === 0 ? null : 1 });
      expect(brokenIn(report)).toEqual(breaks);
      expect(report.search.kind === "exhaustive" && report.search.isComplete).toBe(true);
    },
  );
});

it("looks at every lesson", () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBeGreaterThanOrEqual(2);
  expect(CASES.filter(({ breaks }) => breaks.length > 0).length).toBeGreaterThanOrEqual(2);
});
