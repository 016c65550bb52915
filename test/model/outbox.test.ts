/** What servers write into a database, and when they tell others of it: which of the two is missing after a crash. FACTS §7. */
import { describe, expect, it } from "vitest";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

/** What server-1 says at 100 ms takes it 40 ms to write; A is connected to it, B to server-2. It dies at a time, and is back 200 ms later. */
function lab(servers: object, crashMs: number | null, more: Partial<Lab> = {}) {
  return runLab({
    durationMs: 2000,
    network: { client: { latencyMs: 10 }, server: { latencyMs: 1 } },
    backplane: { kind: "redis" },
    clients: ["A", "B"].map((name) => ({
      name,
      transport: "websocket" as const,
      startMs: 0,
      startConnected: true,
      reconnectionDelayMs: 50,
      randomizationFactor: 0,
    })),
    servers: { count: 2, effectMs: 40, ...servers },
    workload: [{ from: "server-1", to: "everyone", atMs: 100 }],
    faults:
      crashMs === null
        ? []
        : [
            { atMs: crashMs, act: "crash", target: "server-1" },
            { atMs: crashMs + 200, act: "restart", target: "server-1" },
          ],
    ...more,
  });
}

type Run = ReturnType<typeof lab>;
const times = (run: Run, kind: number) => run.records(kind).map(([timeMs]) => timeMs!);
/** When it was written, when it was published, and to how many it was told, once and again. */
const told = (run: Run) => ({
  written: times(run, RecordKind.written),
  published: times(run, RecordKind.published),
  delivered: run.ledger.tally.delivered,
  again: run.ledger.tally.duplicated,
});
const causes = (run: Run) => run.records(RecordKind.lost).map(([, , , , cause]) => CAUSES[cause!]!.name);

describe("when nothing fails", () => {
  it.each([
    [{ publishes: "before" }, [140], [100]],
    [{ publishes: "after" }, [140], [140]],
    [{ publishes: "after", publishDelayMs: 30 }, [140], [170]],
    [{ publishes: "outbox", relayIntervalMs: 100 }, [140], [200]],
    [{ publishes: "outbox", relayIntervalMs: 100, relayMarkMs: 30 }, [140], [200]],
    [{ publishes: "outbox", relayIntervalMs: 100, relayMarkMs: 30, relayMarks: "before" }, [140], [230]],
  ])("%o: both come to be", (servers, written, published) => {
    expect(told(lab(servers, null))).toEqual({ written, published, delivered: 2, again: 0 });
  });

  it("writes nothing if it is told at once", () => {
    expect(told(lab({}, null))).toEqual({ written: [], published: [], delivered: 2, again: 0 });
  });

  it("keeps the order in which events were written, whoever relays", () => {
    const run = lab({ publishes: "outbox", relayIntervalMs: 100, relayMarkMs: 7 }, null, {
      workload: [
        { from: "server-1", to: "everyone", firstMs: 100, everyMs: 20, untilMs: 400 },
        { from: "server-2", to: "everyone", firstMs: 110, everyMs: 20, untilMs: 400 },
      ],
    });
    const messages = run.records(RecordKind.published).map(([, message]) => message!);
    expect(messages).toHaveLength(31);
    expect(messages).toEqual(messages.toSorted((a, b) => a - b));
  });
});

describe("a crash between the two", () => {
  it("leaves told what was never written, if it is told before", () => {
    const run = lab({ publishes: "before" }, 120);
    expect(told(run)).toEqual({ written: [], published: [100], delivered: 2, again: 0 });
    expect(times(run, RecordKind.neverWritten)).toEqual([120]);
  });

  it("leaves written what nobody is told, if it is told after", () => {
    const run = lab({ publishes: "after", publishDelayMs: 30 }, 150);
    expect(told(run)).toEqual({ written: [140], published: [], delivered: 0, again: 0 });
    expect(causes(run)).toEqual(["event-never-published", "event-never-published"]);
  });

  it("leaves neither, if it comes before the row", () => {
    const run = lab({ publishes: "after", publishDelayMs: 30 }, 120);
    expect(told(run)).toEqual({ written: [], published: [], delivered: 0, again: 0 });
    expect(causes(run)).toEqual(["server-crashed", "server-crashed"]);
  });

  it("is made up for by another server's relay, from an outbox", () => {
    const run = lab({ publishes: "outbox", relayIntervalMs: 100 }, 150);
    expect(told(run)).toMatchObject({ written: [140], published: [200], delivered: 1 });
    expect(causes(run)).toEqual(["recipient-away"]);
  });

  it("is made up for by the same server when it is back, if there is no other", () => {
    const run = lab({ count: 1, publishes: "outbox", relayIntervalMs: 1000 }, 150, { durationMs: 5000 });
    expect(told(run)).toEqual({ written: [140], published: [1350], delivered: 2, again: 0 });
  });
});

describe("a relay that dies between publishing and marking", () => {
  const marking = { publishes: "outbox", relayIntervalMs: 100, relayMarkMs: 30 };

  it("has it published again: B hears twice", () => {
    // Those who look at the same time as server-1 find the outbox locked until it dies.
    const run = lab(marking, 210);
    expect(told(run)).toEqual({ written: [140], published: [200, 300], delivered: 2, again: 1 });
  });

  it("tells B once, if B remembers what it has shown", () => {
    const run = lab(marking, 210, {
      clients: ["A", "B"].map((name) => ({
        name,
        transport: "websocket" as const,
        startMs: 0,
        startConnected: true,
        remembersIds: true,
      })),
    });
    expect(told(run)).toMatchObject({ published: [200, 300], again: 0 });
    expect(run.records(RecordKind.shownBefore).map(([, , , recipient]) => recipient)).toEqual([1]);
  });

  it("loses it, if it has marked it before", () => {
    const run = lab({ ...marking, relayMarks: "before" }, 210);
    expect(told(run)).toEqual({ written: [140], published: [], delivered: 0, again: 0 });
    expect(causes(run)).toEqual(["event-never-published", "event-never-published"]);
  });

  it("holds the outbox while it is stopped, and goes on when it is back", () => {
    const run = lab(marking, null, {
      workload: [{ from: "server-1", to: "everyone", firstMs: 100, everyMs: 1, untilMs: 101 }],
      faults: [
        { atMs: 210, act: "freeze", target: "server-1" },
        { atMs: 610, act: "resume", target: "server-1" },
      ],
    });
    expect(told(run)).toMatchObject({ written: [140, 141], published: [200, 610], delivered: 4, again: 0 });
  });
});

describe("pages that load what is written", () => {
  const clients = [
    { name: "A", transport: "websocket" as const, startMs: 0, startConnected: true },
    { name: "B", transport: "websocket" as const, startMs: 130, loads: "snapshot" as const },
  ];

  it("see what nobody was told", () => {
    const run = lab({ count: 1, publishes: "after", publishDelayMs: 500, effectMs: 0 }, 400, {
      clients,
      workload: [{ from: "server-1", to: "everyone", atMs: 135 }],
    });
    expect(run.records(RecordKind.delivered).map(([, , , recipient]) => recipient)).toEqual([1]);
    expect(causes(run)).toEqual(["event-never-published"]);
  });

  it("may be told of it once more", () => {
    const run = lab({ count: 1, publishes: "after", publishDelayMs: 500, effectMs: 0 }, null, {
      clients,
      workload: [{ from: "server-1", to: "everyone", atMs: 135 }],
    });
    expect(run.ledger.tally).toMatchObject({ delivered: 2, duplicated: 1 });
  });
});
