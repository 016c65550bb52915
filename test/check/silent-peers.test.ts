/** Who notices a peer that has fallen silent, as a rule: also one that stands still, and which end that is asked of. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarios } from "../../src/check/arbitraries.ts";
import { rules } from "../../src/check/rules/index.ts";
import { runTrial } from "../../src/check/trial.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { DEPTH } from "../support/depth.ts";
import { labScenario } from "../support/ground-truth.ts";

const rule = rules["half-open-noticed"];
type Fault = NonNullable<ScenarioInput["faults"]>[number];

/** How often the rule spoke, and of what it asked for nothing. */
function judged(...faults: Fault[]) {
  const scenario = labScenario({
    durationMs: 5000,
    clients: [{ name: "A", transport: "websocket" }],
    servers: { count: 1, pingIntervalMs: 700, pingTimeoutMs: 500 },
    faults,
  });
  const { watch } = runTrial(scenario, [rule]);
  expect(watch.found).toEqual([]);
  return watch.scopes()[rule.name]!;
}

describe("the rule on silent peers", () => {
  it("asks it of the client of a server that stands still, and of the server of a client that does", () => {
    for (const target of ["server-1", "A"])
      expect(judged({ atMs: 1000, act: "freeze", target })).toMatchObject({ spoke: 1, open: 0 });
  });

  it("asks nothing of an end that stands still itself", () => {
    const both = judged(
      { atMs: 1000, act: "freeze", target: "server-1" },
      { atMs: 1100, act: "freeze", target: "A" },
    );
    expect(both).toMatchObject({ spoke: 0, open: 0 });
    expect(Object.keys(both.exempt)).toEqual([
      "an end that stands still, or whose timers are late, notices nothing",
    ]);
  });

  it("holds on the model, whatever is cut and stands still", () => {
    const faulty = scenarios({
      transports: ["polling-first", "polling", "websocket", "webtransport"],
      pingIntervalMs: [700],
      pingTimeoutMs: [500],
      losses: [false],
      faults: [true],
      faultsOf: ["server", "client", "link"],
    });
    fc.assert(
      fc.property(faulty, (scenario) => {
        expect(runTrial(scenario, [rule]).watch.found).toEqual([]);
      }),
      { numRuns: 50 * DEPTH, seed: 1 },
    );
  });
});
