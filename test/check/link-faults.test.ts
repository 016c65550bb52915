/** What a search makes of faults of links: a group's, and those that a bound must widen. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarios } from "../../src/check/arbitraries.ts";
import { DEFAULT_BOUNDS, widened } from "../../src/check/bounds.ts";
import { check } from "../../src/check/check.ts";
import { withMembers } from "../../src/check/without.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import { DEPTH } from "../support/depth.ts";
import { labScenario } from "../support/ground-truth.ts";

const crowd = { name: "P", count: 4, transport: "websocket" as const, startConnected: true };

/** Nobody hears anything while the group's links are cut. */
const cutGroup = labScenario({
  durationMs: 3000,
  clients: [crowd, { name: "A", transport: "websocket", startConnected: true }],
  servers: { count: 1 },
  workload: [{ from: "A", to: "others", atMs: 1000 }],
  faults: [{ atMs: 500, act: "cut", target: "P/balancer" }],
  network: { links: { "P/balancer": { latencyMs: 7 } } },
  rules: ["heard"],
  ownRules: {
    heard: { type: "count", statement: "Somebody hears it.", of: { event: "delivered" }, atLeast: 1 },
  },
});

describe("faults and settings of a group's links", () => {
  it("stay those of the members that stay", () => {
    const some = withMembers(cutGroup, 0, { first: 2, others: [3] })!;
    expect(some.faults.map(({ target }) => target)).toEqual(["P/balancer", "P-4/balancer"]);
    const one = withMembers(cutGroup, 0, { first: 0, others: [1] })!;
    expect(one.faults.map(({ target }) => target)).toEqual(["P-2/balancer"]);
    expect(one.network.links).toEqual({ "P-2/balancer": { latencyMs: 7 } });
    expect(validateScenario(one).ok).toBe(true);
    expect(withMembers(cutGroup, 0, { first: 0, others: [] })!.faults).toEqual([]);
  });

  it("are in a counterexample that is small, and still a scenario", () => {
    const [verdict] = check(cutGroup, { runs: 3 }).verdicts;
    if (verdict?.outcome !== "broken") throw new Error(`${verdict?.outcome}`);
    const { scenario } = verdict.counterexample;
    expect(validateScenario(scenario).ok).toBe(true);
    expect(scenario.clients.length).toBeLessThan(3);
  });
});

describe("generated faults of links", () => {
  it("are never two about the same packet, which no scenario may have", () => {
    const ofLinks = scenarios({ faultsOf: ["link"], losses: [true], faults: [true], servers: [1, 1] });
    expect(() => fc.sample(ofLinks, { numRuns: 400 * DEPTH, seed: 1 })).not.toThrow();
  });
});

describe("bounds", () => {
  it("widen what faults make of links, too", () => {
    const { faults } = widened(
      labScenario({
        clients: [{ name: "A" }],
        faults: [
          { atMs: 1, act: "slow", target: "A/balancer", latencyMs: 20 },
          { atMs: 2, act: "lose", target: "A/balancer", loss: 0 },
        ],
      }),
      { ...DEFAULT_BOUNDS, losses: 1 },
    );
    expect(faults).toEqual([
      expect.objectContaining({ latencyMs: { distribution: "uniform", minMs: 20, maxMs: 25 } }),
      expect.objectContaining({ loss: 0.01 }),
    ]);
  });
});
