/** A scenario as a person would write it parses back to the same scenario. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { smaller } from "../../src/check/shrink.ts";
import { brief } from "../../src/scenario/brief.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { sampled } from "../support/depth.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";
import { everything, mutatedScenario } from "./mutations.ts";
import { small } from "./samples.ts";

const root = new URL("../../simulations/", import.meta.url);
const lessons = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());

function parsed(text: string): Scenario {
  const result = parseScenario(text);
  if (!result.ok) throw new Error(result.errors[0]!.message);
  return result.scenario;
}

function expectBack(scenario: Scenario): void {
  expect(parsed(JSON.stringify(brief(scenario)))).toEqual(scenario);
}

test.each(sampled(lessons, 2).map(({ name }) => name))("the lesson %s, and each of its variants", (name) => {
  const scenario = parsed(readFileSync(new URL(`${name}/scenario.json`, root), "utf8"));
  for (const variant of [null, ...Object.keys(scenario.variants)]) {
    const turned = withVariant(scenario, variant);
    if (!turned.ok) throw new Error(turned.errors[0]!.message);
    expectBack(turned.scenario);
  }
});

test("a scenario with every field of the format", () => expectBack(parsed(JSON.stringify(everything))));

test("what is at its default is left out, all else is kept", () => {
  expect(brief(parsed(small({ servers: { count: 3, pingIntervalMs: 25_000 }, network: {} })))).toEqual({
    version: 1,
    name: "small",
    title: "Small",
    summary: "Two clients.",
    clients: [{ name: "A" }, { name: "B" }],
    servers: { count: 3 },
    workload: [{ from: "A", atMs: 500 }],
  });
});

test("a distribution stays whole, also where a part of it is as the default's", () => {
  const latencyMs = { distribution: "exponential", minMs: 20, meanMs: 20 };
  expect(brief(parsed(small({ network: { client: { latencyMs } } }))).network).toEqual({
    client: { latencyMs },
  });
});

test("generated scenarios, and what shrinking makes of them", () => {
  check(
    fc.tuple(scenarios, fc.nat(20)),
    ([scenario, steps]) => {
      expectBack(scenario);
      let left = steps;
      for (const step of smaller(scenario)) {
        expectBack(step.scenario);
        if (left-- === 0) break;
      }
    },
    { runs: 300 },
  );
});

test("whatever the parser lets through", () => {
  check(
    mutatedScenario,
    (document) => {
      const result = parseScenario(JSON.stringify(document));
      if (result.ok) expectBack(result.scenario);
    },
    { runs: 300 },
  );
});
