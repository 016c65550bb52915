/** The rules that the page's worker takes for a scenario are those that all others take. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { claimsOf } from "../../src/check/claims.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { claimed } from "../../src/view/worker/claimed.ts";

function scenarioOf(lesson: string, more: object = {}): Scenario {
  const written = JSON.parse(readFileSync(`simulations/${lesson}/scenario.json`, "utf8"));
  const parsed = validateScenario({ ...written, ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scenario;
}

it.each(["broadcast-across-servers", "polling-handshake"])("of the lesson %s", async (name) => {
  const scenario = scenarioOf(name);
  expect(await claimed(scenario)).toEqual(claimsOf(scenario));
});

it("of a scenario with rules of its own", async () => {
  const ownRules = {
    heard: {
      type: "count",
      statement: "Somebody hears it.",
      of: { event: "delivered" },
      per: "run",
      atLeast: 1,
    },
  };
  const scenario = scenarioOf("broadcast-across-servers", {
    rules: ["order", "heard"],
    ownRules,
    variants: {},
  });
  expect((await claimed(scenario)).map(({ statement }) => statement)).toEqual([
    expect.any(String),
    "Somebody hears it.",
  ]);
});
