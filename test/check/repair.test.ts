/** Repairs mend the very run that broke the rule, stand a search of their own, and do not work by luck. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { rules } from "../../src/check/rules/index.ts";
import { breachOf } from "../../src/check/trial.ts";
import { isBroken } from "../../src/check/verdict.ts";
import { parseScenario, withSettings, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

function lesson(name: string, variant: string): Scenario {
  const file = join(import.meta.dirname, "../../simulations", name, "scenario.json");
  const parsed = parseScenario(readFileSync(file, "utf8"));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const chosen = withVariant(parsed.scenario, variant);
  if (!chosen.ok) throw new Error(JSON.stringify(chosen.errors));
  return chosen.scenario;
}

describe("repairs", () => {
  it.each([
    ["broadcast-across-servers", "no-backplane", "delivery"],
    ["polling-handshake", "round-robin", "affinity"],
    ["polling-handshake", "round-robin", "handshake-completes"],
  ] as const)("of %s, %s, %s keep the rule in other searches too", (name, variant, rule) => {
    const scenario = lesson(name, variant);
    const [verdict] = check(scenario, { rules: [rules[rule]] }).verdicts;
    if (verdict?.outcome !== "broken") throw new Error(`found ${verdict?.outcome}`);
    expect(verdict.repairs.length).toBeGreaterThan(1);
    for (const { set } of verdict.repairs) {
      const mended = withSettings(scenario, set);
      if (!mended.ok) throw new Error(JSON.stringify(mended.errors));
      expect(Object.keys(set)).toHaveLength(1);
      expect(check(mended.scenario, { rules: [rules[rule]], seed: 77 }).verdicts.some(isBroken)).toBe(false);
    }
  });

  it("are none that help only because two clients' addresses happen to be hashed alike", () => {
    const scenario = lesson("broadcast-across-servers", "no-backplane");
    const [verdict] = check(scenario, { rules: [rules.delivery] }).verdicts;
    if (verdict?.outcome !== "broken") throw new Error(`found ${verdict?.outcome}`);
    const lucky = { "balancer.policy": "ip-hash" };
    const turned = withSettings(verdict.counterexample.scenario, lucky);
    expect(turned.ok && breachOf(turned.scenario, rules.delivery)).toBeNull();
    expect(verdict.repairs.map(({ set }) => set)).toEqual([
      { "servers.count": 1 },
      { "backplane.kind": "redis" },
    ]);
  });
});
