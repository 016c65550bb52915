/** What can't be searched is refused, with what was found and what is allowed; a search never speaks of what it was not asked. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithin, scenarios } from "../../src/check/arbitraries.ts";
import { check } from "../../src/check/check.ts";
import type { CheckOptions } from "../../src/check/options.ts";
import { rules } from "../../src/check/rules/index.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";

const parsed = parseScenario(small({ durationMs: 600 }));
if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
const { scenario } = parsed;

describe("check refuses", () => {
  it.each<[string, CheckOptions, string]>([
    [
      "no number of runs",
      { runs: Number.NaN },
      "runs: found NaN; allowed: a whole number from 1 to 10000000",
    ],
    ["no runs", { runs: 0 }, "runs: found 0"],
    ["half a run", { runs: 0.5 }, "runs: found 0.5"],
    ["a shard before the first", { shard: [0, 2] }, "shard[0]: found 0; allowed: a whole number from 1 to 2"],
    ["a shard after the last", { shard: [3, 2] }, "shard[0]: found 3"],
    ["no shards", { shard: [1, 0] }, "shard[1]: found 0"],
    ["no steps", { exhaustive: true, bounds: { lateSteps: 0 } }, "bounds.lateSteps: found 0; allowed: a"],
    ["a depth below 0", { exhaustive: true, depth: -1 }, "depth: found -1"],
    [
      "packets that come early",
      { bounds: { lateMs: -1 } },
      "bounds.lateMs: found -1; allowed: a number of ms",
    ],
    ["kills below 0", { bounds: { crashes: -3 } }, "bounds.crashes: found -3"],
    ["runs of an exhaustive search", { exhaustive: true, runs: 3 }, "Choose one of them"],
    ["shards of an exhaustive search", { exhaustive: true, shard: [1, 2] }, "Choose one of them"],
    [
      "names of rules",
      { rules: ["delivery" as never] },
      'rules[0]: found "delivery"; allowed: rules as objects',
    ],
    ["no rules", { rules: [undefined as never] }, "rules[0]: found undefined"],
  ])("%s", (_, options, message) => {
    expect(() => check(scenario, options)).toThrow(message);
  });

  it("what is no scenario, and says all that is missing", () => {
    expect(() => check({ version: 1 } as Scenario)).toThrow(/this is no valid scenario:[\s\S]*clients/);
  });

  it("nothing that is within its limits", () => {
    const report = check(scenario, {
      rules: [rules.conservation],
      runs: 1,
      shard: [1, 1],
      seed: 0,
      depth: null,
    });
    expect(report.search.runs).toBe(1);
  });
});

describe("generated scenarios", () => {
  it("stay within their limits, also when they are made smaller", () => {
    const limits = {
      policies: ["ip-hash"],
      transports: ["polling"],
      backplanes: ["redis"],
      servers: [2, 3],
      cookies: [true],
      idleTimeoutMs: [1500],
      pingIntervalMs: [700],
      pingTimeoutMs: [500],
      upgradeTimeoutMs: [80],
    } as const;
    const isAllowed = isWithin(limits);
    let smallest: Scenario | null = null;
    fc.check(
      fc.property(scenarios(limits), (one) => {
        expect(isAllowed(one)).toBe(true);
        smallest = one;
        return false;
      }),
      { seed: 1 },
    );
    // Shrunk as far as the limits let it.
    expect(smallest).toMatchObject({
      durationMs: 1,
      clients: [{ count: 1, transport: "polling" }],
      servers: { count: 2, pingIntervalMs: 700 },
      backplane: { kind: "redis" },
      balancer: { policy: "ip-hash", idleTimeoutMs: 1500 },
      workload: [],
      faults: [],
    });
  });
});
