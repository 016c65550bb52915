/** Ground truth 34: a consumer group on a stream: who does it, how often, and what a crash or a pause makes of it. */
import { describe, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { labScenario, observed, runLab } from "../support/ground-truth.ts";
import { imbalance } from "../support/imbalance.ts";

type Servers = NonNullable<ScenarioInput["servers"]>;

const scenario = (servers: Servers, faults: ScenarioInput["faults"] = [], everyMs = 100) => ({
  durationMs: 4000,
  clients: [{ name: "A", transport: "websocket" as const, startConnected: true, delivery: "ack" as const }],
  servers: { count: 2, tasks: "stream" as const, effectMs: 60, ackDelayMs: 20, ...servers },
  workload: [{ from: "A", to: "server", firstMs: 500, everyMs, untilMs: 1500 }],
  faults,
});

/** Where what was asked for is done, and how often entries were given to a worker. */
function outcome(...of: Parameters<typeof scenario>) {
  const lab = runLab(scenario(...of));
  const at = (server: string) => lab.records(RecordKind.done).filter((row) => row[2] === lab.node(server));
  return {
    tally: lab.ledger.tally,
    causes: lab.ledger.causes,
    done: [at("server-1").length, at("server-2").length],
    taken: lab.records(RecordKind.taken).map((row) => row[3]!),
    recognised: lab.records(RecordKind.recognised).length,
    settled: lab.records(RecordKind.settled).length,
  };
}

const CRASH = [{ atMs: 830, act: "crash" as const, target: "server-2" }];

describe("a consumer group", () => {
  it("gives each entry to one worker, in turns, and whoever asks is told when it is appended", () => {
    const { tally, done, taken, settled } = outcome({});
    expect(tally).toMatchObject({ sent: 11, delivered: 11, duplicated: 0 });
    expect(done).toEqual([6, 5]);
    expect(taken).toEqual(new Array(11).fill(1));
    expect(settled).toBe(11);
  });

  it("keeps what waits in order while all are at work", () => {
    const { tally, taken } = outcome({ effectMs: 200 }, [], 20);
    expect(tally).toMatchObject({ sent: 51, duplicated: 0, lost: 0 });
    expect(taken.every((times) => times === 1)).toBe(true);
  });

  it("acknowledged after the effect: what a worker had when it died is done by another, once it is idle for long enough", () => {
    const lost = outcome({}, CRASH);
    // Nobody looks, and it stays with who had it.
    expect(lost.tally).toMatchObject({ sent: 11, delivered: 10, lost: 0, inFlight: 1 });
    const claimed = outcome({ claimIdleMs: 300 }, CRASH);
    expect(claimed.tally).toMatchObject({ delivered: 11, duplicated: 0, inFlight: 0 });
    expect(claimed.taken.filter((times) => times > 1)).toEqual([2]);
  });

  it("acknowledged before it: what a worker had when it died nobody has", () => {
    const { tally, causes, settled } = outcome({ claimIdleMs: 300, acksEntries: "before" }, CRASH);
    expect(tally).toMatchObject({ delivered: 10, lost: 1, inFlight: 0 });
    expect(causes).toEqual({ "server-crashed": 1 });
    expect(settled).toBe(11);
  });

  it("that dies between effect and acknowledgement has it done again", () => {
    const faults = [{ ...CRASH[0]!, atMs: 870 }];
    expect(outcome({ claimIdleMs: 300 }, faults).tally).toMatchObject({ delivered: 11, duplicated: 1 });
    const { tally, recognised } = outcome(
      { claimIdleMs: 300, seenIds: "redis", marksIds: "together" },
      faults,
    );
    expect(tally).toMatchObject({ delivered: 11, duplicated: 0 });
    expect(recognised).toBe(1);
  });

  it("claimed too soon, or from who stands still, is done twice, though nobody died", () => {
    const soon = outcome({ effectMs: 150, claimIdleMs: 50 }, [], 400);
    expect(soon.tally).toMatchObject({ sent: 3, delivered: 3, duplicated: 3 });
    const still = outcome({ claimIdleMs: 300 }, [
      { atMs: 830, act: "freeze", target: "server-2" },
      { atMs: 1900, act: "resume", target: "server-2" },
    ]);
    expect(still.tally).toMatchObject({ delivered: 11, duplicated: 1 });
  });

  /** Two workers, as in the experiment: the one that has the second entry dies while it works on it, or before it acknowledges it. */
  it.each([
    ["crash-before-effect-nobody-claims", {}, 640],
    ["crash-before-effect", { claimIdleMs: 300 }, 640],
    ["crash-after-effect", { claimIdleMs: 300 }, 670],
    ["noack-crash-before-effect", { acksEntries: "before" }, 640],
    ["claimed-too-soon", { effectMs: 150, claimIdleMs: 50 }, null],
    ["claimed-late-enough", { effectMs: 150, claimIdleMs: 500 }, null],
  ] as const)("experiment 34: %s", (id, servers, atMs) => {
    const { setup, observed: seen } = observed("34", id);
    const everyMs = setup.everyMs ?? 100;
    const faults = atMs === null ? [] : [{ atMs, act: "crash" as const, target: "server-2" }];
    const { workload, ...rest } = scenario(servers, faults, everyMs);
    for (const [done, , pending] of seen.rows) {
      const untilMs = 500 + (done.length - 1) * everyMs;
      const lab = runLab({ ...rest, workload: [{ ...workload[0]!, untilMs }] });
      const times = done.map(() => 0);
      for (const row of lab.records(RecordKind.done)) times[row[1]!]++;
      expect(times).toEqual(done);
      expect(lab.ledger.tally.inFlight).toBe(pending);
    }
  });

  it("experiment 34: turns: who has waited longest is next", () => {
    const { rows } = observed("34", "turns").observed;
    expect(new Set(rows.map(([order]: [string]) => order))).toEqual(new Set(["a2 b0 c1"]));
    const lab = runLab({ ...scenario({ count: 3, effectMs: 10, ackDelayMs: 0 }, [], 50) });
    const servers = lab.records(RecordKind.taken).map((row) => row[2]! - lab.node("server-1"));
    expect(servers.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("has its workers again when servers are", () => {
    const { done, tally } = outcome({ claimIdleMs: 300 }, [
      { atMs: 830, act: "crash", target: "server-2" },
      { atMs: 1100, act: "restart", target: "server-2" },
    ]);
    expect(tally).toMatchObject({ delivered: 11, inFlight: 0 });
    expect(done[1]).toBeGreaterThan(2);
  });

  it.each([{}, { acksEntries: "before" }, { seenIds: "memory", marksIds: "together" }] as const)(
    "keeps the books: %j",
    (how) => {
      const faults: ScenarioInput["faults"] = [
        { atMs: 700, act: "freeze", target: "server-2" },
        { atMs: 830, act: "crash", target: "server-1" },
        { atMs: 1000, act: "restart", target: "server-1" },
        { atMs: 1200, act: "crash", target: "server-2" },
        { atMs: 1300, act: "restart", target: "server-2" },
      ];
      const run = new Run(labScenario(scenario({ claimIdleMs: 50, ...how }, faults, 20)));
      while (run.step()) expect(imbalance(run.world)).toBeNull();
    },
  );
});
