import { describe, expect, it } from "vitest";
import { readLedger } from "../../src/run/ledger.ts";
import { measure } from "../../src/run/metrics.ts";
import { Run } from "../../src/run/run.ts";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario, ScenarioInput } from "../../src/scenario/schema.ts";

function scenario(input: Partial<ScenarioInput> = {}): Scenario {
  const parsed = validateScenario({
    version: 1,
    name: "test",
    title: "test",
    summary: "test",
    durationMs: 2000,
    clients: [{ name: "c", count: 3, transport: "websocket" }],
    workload: [{ from: "c", to: "others", everyMs: 100 }],
    ...input,
  });
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors));
  return parsed.scenario;
}

describe("a run is bounded and says what ended it:", () => {
  it("time", () => expect(simulate(scenario()).endedBy).toBe("time"));

  it("the time asked for", () => {
    const result = simulate(scenario(), { untilUs: 500_000 });
    expect(result).toMatchObject({ endedBy: "time", endUs: 500_000 });
  });

  it("events", () =>
    expect(simulate(scenario(), { maxEvents: 50 })).toMatchObject({ endedBy: "events", events: 50 }));

  it("copies, also if one event makes very many", () => {
    const crowd = scenario({
      clients: [{ name: "c", count: 1000, startConnected: true, transport: "websocket" }],
    });
    const result = simulate(crowd, { maxCopies: 5000 });
    expect(result.endedBy).toBe("copies");
    expect(readLedger(result.trace).tally.sent).toBeLessThan(7000);
  });

  it("wall clock", () => {
    let asked = 0;
    const result = simulate(scenario({ durationMs: 3_600_000 }), { isOverdue: () => ++asked === 2 });
    expect(result).toMatchObject({ endedBy: "wall clock", events: 8192 });
  });
});

describe("a run", () => {
  it("steps event by event", () => {
    const run = new Run(scenario());
    let last = 0;
    while (run.step()) {
      expect(run.nowUs).toBeGreaterThanOrEqual(last);
      last = run.nowUs;
    }
    expect(run.endedBy).toBe("time");
    expect(run.step()).toBe(false);
  });

  it("forks: the same past, another future", () => {
    const run = new Run(scenario({ durationMs: 4000 }));
    run.seek(1_000_000);
    const fork = run.fork([{ atMs: 1500, act: "crash", target: "server-1" }]);
    expect(fork.nowUs).toBe(run.nowUs);
    run.finish();
    fork.finish();
    const [straight, forked] = [readLedger(run.result().trace), readLedger(fork.result().trace)];
    expect(straight.causes).toEqual({ "no-backplane": straight.tally.lost });
    expect(Object.keys(forked.causes)).toContain("server-crashed");
    const early = (ledger: typeof straight) =>
      ledger.messages.filter((message) => message.sentUs < 1_400_000);
    expect(early(forked)).toEqual(early(straight));
  });

  it("refuses to seek what is no time", () => {
    expect(() => new Run(scenario()).seek(Number.NaN)).toThrow("timeUs: found NaN; allowed: a number");
  });

  it("refuses to fork into its past", () => {
    const run = new Run(scenario());
    run.seek(1_000_000);
    expect(() => run.fork([{ atMs: 10, act: "crash", target: "server-1" }])).toThrow(
      "a fault at 10 ms is in the past of 1000 ms",
    );
    // Counting begins with the fault, so its past is looked up in the fork.
    expect(() => run.fork([{ act: "drop", target: "c-1/balancer", direction: "up", packet: 1 }])).toThrow(
      "packet 1 is in the past",
    );
  });
});

describe("metrics", () => {
  it("are read off the trace", () => {
    const result = simulate(
      scenario({
        backplane: { kind: "redis" },
        clients: ["A", "B"].map((name, i) => ({ name, transport: "websocket" as const, startMs: i })),
        workload: [
          { from: "A", to: "B", atMs: 500 },
          { from: "B", to: "B", atMs: 600 },
        ],
        network: { client: { latencyMs: 10 }, server: { latencyMs: 1 }, backplane: { latencyMs: 3 } },
      }),
    );
    const ledger = readLedger(result.trace);
    const metrics = measure(result, ledger);
    // A to B crosses the backplane: 10 + 1 + 3 + 3 + 1 + 10; B to itself does not.
    expect(metrics.latencyMs).toEqual({ p50: 22, p95: 28, p99: 28, max: 28 });
    expect(metrics.connections).toEqual({
      everConnected: 2,
      connectedAtEnd: 2,
      peak: 2,
      disconnects: 0,
      upgrades: 0,
      responses: { "101": 2 },
      ends: [],
    });
    expect(metrics.connectedOverTime.map(([, count]) => count)).toEqual([1, 2]);
    // Each message: up twice, a publish, two pushes, down twice.
    expect(metrics.amplification).toBe(7);
  });

  it("say so when nothing was delivered", () => {
    const result = simulate(scenario({ workload: [] }));
    const metrics = measure(result, readLedger(result.trace));
    expect(metrics.latencyMs).toEqual({ p50: null, p95: null, p99: null, max: null });
    expect(metrics.amplification).toBeNull();
  });
});
