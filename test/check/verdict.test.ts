/** Verdicts say no more than the search has seen. */
import { describe, expect, it } from "vitest";
import { stripped } from "../../src/check/bounds.ts";
import { check } from "../../src/check/check.ts";
import { explore } from "../../src/check/exhaustive.ts";
import { rules } from "../../src/check/rules/index.ts";
import { worthOf } from "../../src/check/verdict.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { small } from "../scenario/samples.ts";
import { sampled } from "../support/depth.ts";

/**
 * A heartbeat every millisecond: a small state, and some 225,000 events, more than a run may have unless the plainest
 * has as many.
 */
const hectic = parseScenario(
  small({
    durationMs: 76_000,
    clients: [{ name: "A", startConnected: true, transport: "websocket" }],
    servers: { count: 1, pingIntervalMs: 1 },
    // So that no two nodes do something in the same microsecond, whose order a search would draw.
    network: { client: { latencyMs: 0.213 }, server: { latencyMs: 0.127 } },
    workload: [{ from: "A", to: "everyone", atMs: 50.05 }],
  }),
);
if (!hectic.ok) throw new Error(hectic.errors[0]!.message);
const { scenario } = hectic;
const CERTAIN = { lateMs: 0, losses: 0, crashes: 0 };

describe("a run that is too long to be seen to its end", () => {
  it.each(sampled([false, true], 2))("proves nothing (exhaustive: %s)", (exhaustive) => {
    const maxEvents = 20_000;
    const report = check(scenario, { exhaustive, maxEvents, bounds: CERTAIN, rules: [rules.conservation] });
    expect(report.search.cut).toBe(1);
    expect(report.verdicts.map(({ outcome }) => outcome)).toEqual(["unfinished"]);
    expect(worthOf(report)).toContain(
      "The only run was cut at 20,000 events; nothing is known of what came after.",
    );
  });

  it("is one that has many more events than the plainest run, if nothing else is asked for", () => {
    const report = check(scenario, { bounds: CERTAIN, rules: [rules.conservation] });
    expect(report.search.maxEvents).toBeGreaterThan(800_000);
    expect(report.verdicts).toMatchObject([{ outcome: "holds", scope: { spoke: 1, open: 0 } }]);
  });

  it("says little if there are few like it, which is not said beside a breach", () => {
    const few = (more: object, rule: "conservation" | "delivery") => {
      const parsed = parseScenario(
        small({ durationMs: 1000, workload: [{ from: "A", atMs: 500 }], ...more }),
      );
      if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
      return worthOf(check(parsed.scenario, { runs: 5, rules: [rules.conservation, rules[rule]] }));
    };
    const clients = ["A", "B"].map((name) => ({ name, transport: "websocket" }));
    expect(few({ clients, servers: { count: 1 } }, "delivery")).toContain("That says little.");
    expect(few({ clients }, "delivery")).toBe("5 random runs from seed 1.");
  });

  it("is one that has no end within the limit: a shorter one is proof", () => {
    const short = { ...scenario, durationMs: 100 };
    const report = check(short, { exhaustive: true, bounds: CERTAIN, rules: [rules.conservation] });
    expect(report.search.cut).toBe(0);
    expect(report.verdicts.map(({ outcome }) => outcome)).toEqual(["holds"]);
  });
});

describe("a verdict that is asked for alone", () => {
  it("is the same one, about the run as it was found, and nothing is looked for beyond it", () => {
    const parsed = parseScenario(small({ workload: [{ from: "A", everyMs: 100 }] }));
    if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
    const broken = (isVerdictOnly: boolean) => {
      const options = { runs: 5, rules: [rules.delivery], isVerdictOnly };
      const [verdict] = check(parsed.scenario, options).verdicts;
      if (verdict?.outcome !== "broken") throw new Error(`found ${verdict?.outcome}`);
      return verdict;
    };
    const [alone, whole] = [broken(true), broken(false)];
    expect(alone.counterexample.key).toBe(whole.counterexample.key);
    expect(alone).toMatchObject({ repairs: [], isUnfinished: true });
    expect(whole.repairs.length).toBeGreaterThan(0);
    expect(alone.counterexample.scenario.workload).toEqual(parsed.scenario.workload);
    expect(whole.counterexample.scenario.workload).not.toEqual(parsed.scenario.workload);
  });
});

describe("a search of all runs that ends early", () => {
  const parsed = parseScenario(
    small({
      durationMs: 500,
      clients: [
        { name: "A", transport: "websocket", startConnected: true },
        { name: "B", transport: "websocket", startConnected: true },
      ],
      workload: [{ from: "A", to: "everyone", atMs: 50 }],
    }),
  );
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  const racing = parsed.scenario;
  const claimed = [rules.conservation];
  const bounds = { lateMs: 5, lateSteps: 1, losses: 0, crashes: 0 };
  /** By number of departures: how many branches have so many. */
  const layers: number[] = [];
  const options = { bounds, depth: null, maxEvents: 10_000 };
  for (const { depth } of explore(stripped(racing), claimed, options, () => {})) {
    layers[depth] ??= 0;
    layers[depth]++;
  }
  const worthAfter = (runs: number) => {
    let asked = 0;
    const isOver = () => (++asked >= runs ? ("time" as const) : null);
    return worthOf(check(racing, { exhaustive: true, bounds, rules: claimed, isOver }));
  };
  const [plainest = 0, once = 0, twice = 0] = layers;

  it("says how far it came", () => {
    expect(plainest).toBe(1);
    expect(Math.min(once, twice)).toBeGreaterThan(2);
    const all = "all with at most 1 departure from the plainest";
    expect(worthAfter(plainest)).toMatch(/ in 1 run; the plainest alone\. This is no proof/);
    const some = Math.floor(100 / once);
    expect(worthAfter(plainest + 1)).toContain(` in 2 runs; the plainest, and ${some} % of those with 1.`);
    expect(worthAfter(plainest + once)).toContain(` in ${1 + once} runs; ${all}. This is no proof`);
    const half = Math.ceil(twice / 2);
    const percent = Math.floor((100 * half) / twice);
    expect(worthAfter(plainest + once + half)).toContain(`; ${all}, and ${percent} % of those with 2.`);
  });
});
