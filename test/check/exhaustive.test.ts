/** The exhaustive search says what brute force says: merging equal states changes no verdict. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explore } from "../../src/check/exhaustive.ts";
import { runTrial } from "../../src/check/trial.ts";
import { IS_DEEP } from "../support/depth.ts";
import { checkProperty } from "../support/property.ts";
import { bruteForce } from "./brute-force.ts";
import {
  explored,
  MAX_RUNS,
  meetsAsMany,
  neverInOrder,
  ordered,
  rulesFor,
  type Small,
  scenario,
  small,
  TIGHT,
  touchy,
} from "./exploring.ts";

interface Tally {
  compared: number;
  broke: number;
  /** With fewer states for merging. */
  merging: number;
}

/** One model, unless brute force would take too long. */
function compare({ scenario, bounds, depth }: Small, tally: Tally): void {
  const rules = rulesFor(scenario);
  const brute = bruteForce(scenario, rules, bounds, depth, MAX_RUNS);
  if (brute === null) return;
  tally.compared++;
  tally.broke += brute.broken.size;
  const merged = explored(explore, scenario, rules, bounds, depth);
  const plain = explored(explore, scenario, rules, bounds, depth, false);
  expect(ordered(merged.broken)).toEqual(ordered(brute.broken));
  expect(ordered(plain.broken)).toEqual(ordered(brute.broken));
  if (merged.last.states < plain.last.states) tally.merging++;
  // What is found is a scenario like any other: it breaks the rule at the same moment when it is run.
  for (const { violation, scenario } of merged.found) {
    const rule = rules.find(({ name }) => name === violation.rule)!;
    expect(runTrial(scenario, [rule]).watch.found[0]).toEqual(violation);
  }
}

describe("the exhaustive search", () => {
  const property = (tally: Tally) => fc.property(small, (one) => compare(one, tally));

  it.runIf(IS_DEEP)(
    "breaks the rules that brute force breaks, with as few departures, with and without merging states",
    () => {
      const tally = { compared: 0, broke: 0, merging: 0 };
      checkProperty(property(tally), { runs: 20 });
      console.info(tally);
    },
  );

  it("is compared with it where rules break and states are merged", () => {
    const tally = { compared: 0, broke: 0, merging: 0 };
    fc.assert(property(tally), { numRuns: IS_DEEP ? 8 : 3, seed: 3 });
    console.info(tally);
    expect(tally.compared).toBeGreaterThan(1);
    expect(tally.broke).toBeGreaterThan(5);
    expect(tally.merging).toBeGreaterThan(1);
  });

  it("meets every state that brute force meets, and no other", () => {
    let compared = 0;
    for (const one of [TIGHT, ...fc.sample(small, { numRuns: IS_DEEP ? 25 : 1, seed: 6 })]) {
      const met = meetsAsMany(explore, one);
      if (met !== null) compared++;
      expect(met, JSON.stringify(one)).not.toBe(false);
    }
    expect(compared).toBeGreaterThan(0);
  });

  it("explores all there is: without a bound on departures, every combination", () => {
    const one = scenario({
      clients: [{ name: "c", count: 2, startConnected: true }],
      servers: { count: 1 },
      network: { client: { latencyMs: 2 } },
      workload: [{ from: "c-1", to: "everyone", atMs: 10 }],
      durationMs: 60,
    });
    const bounds = { lateMs: 3, lateSteps: 1, losses: 0, crashes: 0 };
    const rules = touchy(one);
    // Client to server and back to two clients: six packets, 64 runs; and wherever both clients have something to do in the same
    // microsecond, either may go first.
    const brute = bruteForce(one, rules, bounds, 6)!;
    expect(brute.runs).toBe(87);
    const merged = explored(explore, one, rules, bounds, null);
    expect(ordered(merged.broken)).toEqual(ordered(brute.broken));
    expect(merged.last.waiting).toBe(0);
    expect(merged.last.runs).toBeLessThan(64);
  });

  it("with as many steps as racing packets less one, sees every order in which they can arrive", () => {
    const race = scenario({
      clients: [{ name: "c", count: 3, startConnected: true }],
      servers: { count: 1 },
      network: { client: { latencyMs: 2 } },
      workload: ["c-1", "c-2", "c-3"].map((from) => ({ from, to: "others", atMs: 10 })),
      durationMs: 13,
    });
    const ordersWith = (lateSteps: number) => {
      const rules = ["012", "021", "102", "120", "201", "210"].map(neverInOrder);
      return explored(explore, race, rules, { lateMs: 0.4, lateSteps, losses: 0, crashes: 0 }, null).broken
        .size;
    };
    expect(ordersWith(1)).toBeLessThan(6);
    expect(ordersWith(2)).toBe(6);
  });
});
