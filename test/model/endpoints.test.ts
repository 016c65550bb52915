/** A list of servers that follows them, and lags: who is sent to a server that is to stop, and what a preStop hook does about it. FACTS §13.1. */
import { describe, expect, it } from "vitest";
import { END_REASONS, EndReason } from "../../src/model/trace/end-reasons.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];
type Servers = NonNullable<ScenarioInput["servers"]>;

/** One client every 50 ms, whose request is at the balancer 20 ms after that; who is refused or cut does not come back. */
const CLIENTS = 50;
const EVERY_MS = 50;
const FLIGHT_MS = 20;
const STOP_MS = 1000;

/** Behind an ALB, which asks nobody else where a target refuses, and checks no target within the run. */
function lab(
  endpointsLagMs: number | "none",
  servers: Servers = {},
  faults: Lab["faults"] = [],
  listed: Record<string, { removedMs: number }> = {},
) {
  return runLab({
    durationMs: 8000,
    clients: [
      {
        name: "c",
        count: CLIENTS,
        startGapMs: EVERY_MS,
        transport: "websocket",
        reconnectionDelayMs: 60_000,
        reconnectionDelayMaxMs: 60_000,
        randomizationFactor: 0,
      },
    ],
    network: { client: { latencyMs: FLIGHT_MS }, server: { latencyMs: 1 } },
    servers: { count: 2, ...servers },
    balancer: { kind: "alb", policy: "round-robin", endpointsLagMs, servers: listed } as Lab["balancer"],
    faults: [{ atMs: STOP_MS, act: "stop", target: "server-1" }, ...faults],
  });
}

/** When requests came to the balancer that it sent to server-1, since the stop, and what they were answered. */
function sentToFirst(run: ReturnType<typeof lab>): { atMs: number; status: number | null }[] {
  return Array.from({ length: CLIENTS }, (_, client) => run.requests(client))
    .flat()
    .filter(({ server, atMs }) => server === 0 && atMs >= STOP_MS)
    .map(({ atMs, status }) => ({ atMs: Math.round(atMs), status }));
}

const refusedAt = (...times: number[]) => times.map((atMs) => ({ atMs, status: 502 }));
const takenAt = (...times: number[]) => times.map((atMs) => ({ atMs, status: 101 }));

/** When which server came on the list or went off it. */
const changes = (run: ReturnType<typeof lab>) =>
  run.records(RecordKind.relisted).map(([atMs, server, isListed]) => ({
    atMs,
    server: run.result.nodes[server!]!.name,
    isListed,
  }));

describe("a list that lags", () => {
  it("is told when it changes, and only then", () => {
    expect(changes(lab(300))).toEqual([{ atMs: STOP_MS + 300, server: "server-1", isListed: 0 }]);
    const again = [{ atMs: 3000, act: "restart", target: "server-1" }] as Lab["faults"];
    expect(changes(lab(300, {}, again)).map(({ atMs, isListed }) => [atMs, isListed])).toEqual([
      [1300, 0],
      [3300, 1],
    ]);
    expect(changes(lab("none"))).toEqual([]);
  });

  it("still has who comes sent to a server that stops, every other one, until the list has learned of it", () => {
    expect(sentToFirst(lab(300))).toEqual(refusedAt(1020, 1120, 1220));
    expect(sentToFirst(lab(100))).toEqual(refusedAt(1020));
    // To the millisecond.
    expect(sentToFirst(lab(321))).toEqual(refusedAt(1020, 1120, 1220, 1320));
    expect(sentToFirst(lab(319))).toEqual(refusedAt(1020, 1120, 1220));
  });

  it("goes by its configuration alone if nobody tells it", () => {
    expect(sentToFirst(lab("none")).length).toBe(15);
  });

  it("learns of a process that dies", () => {
    const died = lab(300, {}, [{ atMs: STOP_MS, act: "crash", target: "server-1" }]);
    expect(sentToFirst(died)).toEqual(refusedAt(1020, 1120, 1220));
  });

  it("learns of a newcomer as late", () => {
    const back = lab(300, {}, [{ atMs: 1500, act: "restart", target: "server-1" }]);
    const taken = sentToFirst(back).filter(({ status }) => status === 101);
    expect(taken[0]!.atMs).toBeGreaterThanOrEqual(1800);
    expect(taken[0]!.atMs).toBeLessThan(1800 + 2 * EVERY_MS);
  });
});

describe("a preStop hook", () => {
  const cutBy = (run: ReturnType<typeof lab>) =>
    run.ledger.ends.filter(({ reason }) => reason === EndReason.serverStopping).length;

  it("that sleeps for longer than the lag has nobody refused: who still comes is taken, and cut with the others", () => {
    const run = lab(300, { preStopMs: 400 });
    expect(sentToFirst(run)).toEqual(takenAt(1020, 1120, 1220));
    expect(cutBy(run)).toBe(10 + 3);
    expect(cutBy(lab(300))).toBe(10);
    const cuts = run.records(RecordKind.disconnected).map(([ms]) => Math.round(ms!));
    expect(Math.min(...cuts)).toBe(STOP_MS + 400 + 1 + FLIGHT_MS);
  });

  it("that is shorter than the lag spares those who come while it sleeps", () => {
    expect(sentToFirst(lab(300, { preStopMs: 150 }))).toEqual([...takenAt(1020, 1120), ...refusedAt(1220)]);
  });

  it.each([
    ["takes its time from the grace", 400, 3000, 4000],
    ["leaves 2 s at least", 2500, 3000, 5500],
    ["is not waited for longer than the grace", 5000, 3000, 6000],
    ["that is not there leaves the grace as it is, however short", 0, 500, 1500],
  ])("%s", (_, preStopMs, graceMs, killedMs) => {
    const run = lab("none", { preStopMs, graceMs, onStop: "wait" });
    const [exit] = run.records(RecordKind.exited);
    expect([Math.round(exit![0]!), exit![2]]).toEqual([killedMs, 1]);
  });

  it("ends with the process that it waits for", () => {
    const run = lab(300, { preStopMs: 400 }, [{ atMs: 1200, act: "crash", target: "server-1" }]);
    expect(run.ledger.ends.map(({ reason }) => END_REASONS[reason]!.name)).not.toContain("serverStopping");
    expect(run.records(RecordKind.exited)).toEqual([]);
  });
});

describe("a server that is taken off the list for good", () => {
  it("is not put there again by a list that follows it", () => {
    const again: Lab["faults"] = [{ atMs: 1500, act: "restart", target: "server-1" }];
    expect(sentToFirst(lab(300, {}, again)).some(({ status }) => status === 101)).toBe(true);
    const removed = { "server-1": { removedMs: 1100 } };
    expect(sentToFirst(lab(300, {}, again, removed))).toEqual(refusedAt(1020));
  });

  const leaves = (transport: "websocket" | "polling") =>
    runLab({
      durationMs: 3000,
      clients: [{ name: "c", count: 12, transport, startGapMs: 20, addressSpread: "networks" }],
      servers: { count: 3 },
      balancer: { policy: "hash", servers: { "server-3": { removedMs: 1000 } } },
      // With something to say, whoever polls asks again.
      workload: [{ from: "server-1", to: "everyone", firstMs: 1100, everyMs: 500 }],
      backplane: { kind: "redis" },
    });

  it("keeps what is open to it, and gets nothing new", () => {
    expect(leaves("websocket").records(RecordKind.disconnected)).toEqual([]);
    const polling = leaves("polling");
    expect(polling.records(RecordKind.disconnected).length).toBeGreaterThan(0);
    const last = polling.node("server-3");
    expect(polling.records(RecordKind.connected).filter((row) => row[0]! > 1000 && row[2] === last)).toEqual(
      [],
    );
  });
});
