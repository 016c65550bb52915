/** That the exhaustive search is compared with brute force is enough to see what it forgets. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadMutant } from "../support/mutant.ts";
import { bruteForce } from "./brute-force.ts";
import {
  agrees,
  type Explore,
  explored,
  meetsAsMany,
  neverOn,
  type Small,
  scenario,
  small,
  TIGHT,
} from "./exploring.ts";

describe("the exhaustive search", () => {
  it.each([
    [
      "what is on its way",
      "src/model/future.ts",
      "    count += 6;\n",
      "    for (const other of [0, 1, 3, 4, 5]) words[count + other] = 0;\n    count += 6;\n",
      11,
    ],
    [
      "when it is on its way",
      "src/model/future.ts",
      "    words[count] = atUs;\n    words[count + 1] = Math.floor(atUs / 2 ** 32);\n",
      "    words[count] = 0;\n    words[count + 1] = 0;\n",
      11,
    ],
    ["what the rules remember", "src/check/branch-run.ts", "    watch.digest(hash.add);\n", "", 4],
  ])("would be caught if it forgot %s", async (_, file, find, replace, seed) => {
    const mutant = await loadMutant<{ explore: Explore }>(file, find, replace, "src/check/exhaustive.ts");
    const result = fc.check(
      fc.property(small, (one) => agrees(mutant.explore, one) !== false),
      // It fails at any seed; at this one it does so soon.
      { numRuns: 3000, seed, endOnFailure: true },
    );
    expect(result.failed).toBe(true);
  });

  it("would be caught if it took what an event draws for explored because it led to a state that is known", async () => {
    const mutant = await loadMutant<{ explore: Explore }>(
      "src/check/branch-run.ts",
      '      if (mayDepart) this.#drawOtherwise(run, events, ledger);\n      if (!this.#isNews(run, ledger)) run.end = "met";\n',
      '      if (!this.#isNews(run, ledger)) run.end = "met";\n      else if (mayDepart) this.#drawOtherwise(run, events, ledger);\n      if (run.end !== null) break;\n',
      "src/check/exhaustive.ts",
    );
    expect(meetsAsMany(mutant.explore, TIGHT)).toBe(false);
  });

  /**
   * The first client meets a server that is down, sooner or later. By the time that the second comes, only this is
   * left of it: until when that server is left out. Then it has fewer connections than the other.
   */
  const leftOut: Small = {
    scenario: scenario({
      clients: [
        { name: "early", count: 1, transport: "websocket", startMs: 10 },
        { name: "late", count: 1, transport: "websocket", startMs: 100 },
      ],
      servers: { count: 2 },
      network: { client: { latencyMs: 2 } },
      balancer: { policy: "least-connections", failTimeoutMs: 80 },
      faults: [
        { atMs: 1, act: "crash", target: "server-1" },
        { atMs: 50, act: "restart", target: "server-1" },
      ],
    }),
    bounds: { lateMs: 20, lateSteps: 1, losses: 0, crashes: 0 },
    depth: 1,
  };

  it.each([
    ["told", "failedUntilUs: until()", true],
    ["left out", "failedUntilUs: { ...until(), told: 0 }", false],
  ])("sees whether a column that matters is %s", async (_, replace, isSound) => {
    const { scenario, bounds, depth } = leftOut;
    const mutant = await loadMutant<{ explore: Explore }>(
      "src/model/balancer/upstream.part.ts",
      "failedUntilUs: until()",
      replace,
      "src/check/exhaustive.ts",
    );
    const rules = [neverOn(1, 0), neverOn(1, 1)];
    const brute = bruteForce(scenario, rules, bounds, depth)!;
    const merged = explored(mutant.explore, scenario, rules, bounds, depth);
    expect(brute.broken.size).toBe(2);
    expect(merged.broken.size).toBe(isSound ? 2 : 1);
  });
});
