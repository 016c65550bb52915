/** Work takes time: whose turn it is, what a broadcast costs, who is turned away, and what becomes of it all in a process that is frozen, killed or stopped. How long chance makes one wait is Erlang's (test/reproduce). */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { LimitKind, RecordKind } from "../../src/model/trace/records.ts";
import { causeName, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

const HERE = { client: { latencyMs: 0 }, server: { latencyMs: 0 }, backplane: { latencyMs: 0 } };

const clients = (count: number) => [
  { name: "C", count, transport: "websocket" as const, startConnected: true, delivery: "forget" as const },
];

/** Clients that are connected to one server, no time on the way, and whatever is to be different. */
function lab({ servers, ...more }: Partial<Lab>) {
  return runLab({
    durationMs: 2000,
    network: HERE,
    clients: clients(3),
    ...more,
    servers: { count: 1, ...servers },
  });
}

const each = (atMs: number) => ["C-1", "C-2", "C-3"].map((from) => ({ from, to: "server" as const, atMs }));

/** When each copy was settled (ms), or why it was lost. */
function fates({ ledger }: ReturnType<typeof runLab>) {
  return ledger.copies.map(({ fate, settledUs, cause }) =>
    fate === Fate.delivered ? settledUs / 1000 : fate === Fate.lost ? causeName(cause) : "in flight",
  );
}

/** How many wait, and how long who is taken has waited (ms; −1: it begins to wait). */
const queue = ({ records }: ReturnType<typeof runLab>) =>
  records(RecordKind.work).map(([atMs, , waiting, , waitedUs]) => [
    atMs,
    waiting,
    waitedUs! < 0 ? -1 : waitedUs! / 1000,
  ]);

describe("a server whose work takes time", () => {
  it("does one thing after the other", () => {
    const run = lab({ servers: { serviceMs: 10 }, workload: each(100) });
    expect(fates(run)).toEqual([110, 120, 130]);
    expect(queue(run)).toEqual([
      [100, 0, 0],
      [100, 1, -1],
      [100, 2, -1],
      [110, 1, 10],
      [120, 0, 20],
    ]);
  });

  it("does as many things at a time as it has workers", () => {
    expect(fates(lab({ servers: { serviceMs: 10, workers: 2 }, workload: each(100) }))).toEqual([
      110, 110, 120,
    ]);
  });

  it("is as quick as ever where it takes none", () => {
    const run = lab({ workload: each(100) });
    expect(fates(run)).toEqual([100, 100, 100]);
    expect(run.records(RecordKind.work)).toEqual([]);
  });

  it("lets nobody wait for what it only waits for itself", () => {
    expect(fates(lab({ servers: { serviceMs: 10, effectMs: 500 }, workload: each(100) }))).toEqual([
      610, 620, 630,
    ]);
  });

  it("hears of a close when its turn has come, and not before what was sent before it", () => {
    const page = { ...clients(1)[0]!, name: "D", closesAfterMs: 100.5 };
    const run = lab({
      clients: [...clients(1), page],
      servers: { serviceMs: 10 },
      workload: [{ from: "D", to: "C", firstMs: 99, everyMs: 0.5, untilMs: 100 }],
    });
    expect(fates(run)).toEqual([109, 119, 129]);
  });

  it("writes a broadcast copy by copy, before it takes what waits", () => {
    const run = lab({
      servers: { serviceMs: 10, writeMs: 1 },
      workload: [
        { from: "C-1", to: "everyone", atMs: 100 },
        { from: "C-2", to: "server", atMs: 101 },
      ],
    });
    expect(fates(run)).toEqual([111, 112, 113, 123]);
  });

  it("writes what comes over the backplane, too", () => {
    const run = lab({
      servers: { count: 2, writeMs: 1 },
      balancer: { policy: "round-robin" },
      backplane: { kind: "redis" },
      workload: [{ from: "C-1", to: "everyone", atMs: 100 }],
    });
    // C-1 and C-3 are on the first server, C-2 on the other.
    expect(fates(run)).toEqual([101, 101, 102]);
  });

  it("answers pings late, or too late", () => {
    const silent = { pingIntervalMs: 500, pingTimeoutMs: 100 };
    const lost = (serviceMs: number) =>
      lab({
        servers: { serviceMs, ...silent },
        workload: [{ from: "C-1", to: "server", atMs: 450 }],
      }).records(RecordKind.ended).length;
    expect(lost(140)).toBe(0);
    expect(lost(160)).toBe(3);
  });
});

describe("a full queue", () => {
  const asks = { name: "A", count: 4, transport: "http" as const };
  const run = lab({
    clients: [asks],
    servers: { serviceMs: 100, queueLength: 1 },
    workload: [{ from: "A", to: "server", atMs: 100 }],
  });

  it("is answered with 503, and costs nothing", () => {
    expect(run.records(RecordKind.response).map(([atMs, , , status]) => [atMs, status])).toEqual([
      [100, 503],
      [100, 503],
      [200, 200],
      [300, 200],
    ]);
    expect(fates(run)).toEqual([200, 300, "queue-full", "queue-full"]);
  });

  it("is written down, with whom it met", () => {
    expect(run.records(RecordKind.turnedAway).map(([, , limit, , client]) => [limit, client])).toEqual([
      [LimitKind.queue, 2],
      [LimitKind.queue, 3],
    ]);
  });

  it("turns no message on a WebSocket away", () => {
    expect(fates(lab({ servers: { serviceMs: 10, queueLength: 0 }, workload: each(100) }))).toEqual([
      110, 120, 130,
    ]);
  });
});

describe("a process with work to do", () => {
  const faults = (...acts: [number, "crash" | "freeze" | "resume" | "stop"][]) =>
    acts.map(([atMs, act]) => ({ atMs, act, target: "server-1" }));

  it("goes on where it stood when it was frozen", () => {
    const run = lab({
      servers: { serviceMs: 10 },
      workload: each(100),
      faults: faults([104, "freeze"], [504, "resume"]),
    });
    expect(fates(run)).toEqual([510, 520, 530]);
  });

  it("takes with it what it was at work on and what waits, when it dies", () => {
    const run = lab({ servers: { serviceMs: 10 }, workload: each(100), faults: faults([115, "crash"]) });
    expect(fates(run)).toEqual([110, "server-crashed", "server-crashed"]);
    expect(run.ledger.copies.slice(1).map(({ place }) => place)).toEqual([
      run.node("server-1"),
      run.node("server-1"),
    ]);
  });

  it("takes with it what it had not written yet", () => {
    const run = lab({
      servers: { writeMs: 10 },
      workload: [{ from: "C-1", to: "everyone", atMs: 100 }],
      faults: faults([115, "crash"]),
    });
    expect(fates(run)).toEqual([110, "server-crashed", "server-crashed"]);
  });

  it("answers what it has taken before it stops", () => {
    const asks = { name: "A", count: 2, transport: "http" as const };
    const run = lab({
      clients: [asks],
      servers: { serviceMs: 100, onStop: "wait" },
      workload: [{ from: "A", to: "server", atMs: 100 }],
      faults: faults([150, "stop"]),
    });
    expect(fates(run)).toEqual([200, 300]);
    expect(run.records(RecordKind.exited).map(([atMs]) => atMs)).toEqual([300]);
  });
});
