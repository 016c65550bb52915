/** Ground truth 23: what the library that talks to Redis changes when Redis goes away for a while. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { expectNear, type Lab, observed, runLab } from "../support/ground-truth.ts";
import { CLIENTS, direction, type Outage, outage, timesOf } from "../support/redis-outage-lab.ts";

/** A direction of the experiment: [outcome, lost, delayed, …]. */
type Seen = readonly [outcome: string, lost: number, delayed: number, ...rest: unknown[]];
type Row = readonly [phaseMs: number, backMs: number, readyMs: (number | null)[], there: Seen, back: Seen];

/** What a case says of its clients. */
type Own = Partial<Omit<Extract<Scenario["backplane"], { kind: "redis" }>, "kind">>;

interface Compared {
  readonly lab: Lab;
  readonly row: Row;
  readonly times: readonly ReturnType<typeof timesOf>[];
  readonly there: ReturnType<typeof direction>;
  readonly back: ReturnType<typeof direction>;
}

/** Runs a case as it was run, once for each of its rows, and holds what is so in all of them. */
function runsOf(id: string, own: Own, acts?: Outage["acts"]): Compared[] {
  const { setup, observed: seen } = observed("23", id);
  return seen.rows.map((row: Row, i: number) => {
    const [phaseMs, notedMs, readyMs] = row;
    // Some were connected again before the experiment had noted that Redis listens.
    const backMs = readyMs.some((ms) => ms !== null && ms < notedMs) ? setup.outageMs : notedMs;
    const times = {
      phaseMs,
      backMs,
      outageMs: setup.outageMs,
      afterMs: own.reconnectAttempts === 0 ? setup.publishAfterMs : 900,
    };
    const lab = outage({ kind: "redis", ...own }, acts === undefined ? times : { ...times, acts }, i + 1);
    const sameServer = direction(lab, "A", "B");
    expect([sameServer.lost, sameServer.late]).toEqual([0, 0]);
    expect(lab.ledger.tally.duplicated).toBe(seen.duplicates);
    expect(lab.records(RecordKind.disconnected)).toHaveLength(seen.clientDisconnects);
    return {
      lab,
      row,
      times: Object.values(CLIENTS).map((client) => timesOf(lab, client, 200 + phaseMs)),
      there: direction(lab, "A", "C"),
      back: direction(lab, "C", "A"),
    };
  });
}

/** Late if the sender publishes after the receiver has subscribed, else lost until it has: the rule that all runs of the experiment show. */
function expectByReadiness({ times, there, back }: Compared): void {
  for (const [{ lost, late, causes }, pub, sub] of [
    [there, CLIENTS.s0Pub, CLIENTS.s1Sub],
    [back, CLIENTS.s1Pub, CLIENTS.s0Sub],
  ] as const) {
    const [pubMs, subMs] = [times[pub]!.readyMs!, times[sub]!.readyMs!];
    for (const cause of causes) expect(["not-subscribed", "backplane-down"]).toContain(cause);
    // What is flushed may arrive before a subscription that was sent a little sooner.
    if (Math.abs(pubMs - subMs) < 5) expectNear(lost + late, [pubMs / 50 - 2, pubMs / 50], 2, "messages");
    else if (pubMs > subMs) expectNear(late, [pubMs / 50 - 2], 2, "messages");
    else expectNear(lost, [subMs / 50], 2, "messages");
    if (Math.abs(pubMs - subMs) >= 5) expect(Math.min(late, lost)).toBeLessThan(2);
  }
}

describe("experiment 23: connections come back", () => {
  it.each([
    ["node-redis-4-outage-4s", { client: "node-redis-4" }, 1],
    ["ioredis-outage-300ms", { client: "ioredis" }, 0],
    ["ioredis-outage-4s", { client: "ioredis" }, 0],
    ["node-redis-5-constant-200ms", { client: "node-redis-5", reconnectMs: 200 }, 1],
  ] as const)("%s: at the instants that were measured", (id, own, atOnce) => {
    const waits: number[][] = observed("23", id).observed.waitBeforeAttemptMs;
    for (const run of runsOf(id, own)) {
      for (const { tried, readyMs } of run.times) {
        // What node-redis tries at once is not in the list.
        tried.slice(atOnce).forEach((atMs, i) => {
          const before = i + atOnce === 0 ? 0 : tried[i + atOnce - 1]!;
          if (waits[i] !== undefined) expectNear(atMs - before, waits[i]!.slice(0, 3), 6, "ms");
        });
        expectNear(readyMs!, run.row[2] as number[], 65, "ms");
      }
      expectByReadiness(run);
    }
  });

  it.each([["node-redis-5-outage-300ms"], ["node-redis-5-outage-1s"]] as const)(
    "%s: spread by its jitter, so that the times decide",
    (id) => {
      const waits: number[][] = observed("23", id).observed.waitBeforeAttemptMs;
      const outcomes = new Set<string>();
      for (const run of runsOf(id, { client: "node-redis-5" })) {
        for (const { tried } of run.times)
          tried.slice(1).forEach((atMs, i) => {
            const [min, max] = [50 * 2 ** i, 50 * 2 ** i + 200];
            expect(atMs - tried[i]!).toBeGreaterThanOrEqual(min);
            expect(atMs - tried[i]!).toBeLessThan(max + 5);
            if (waits[i] !== undefined)
              expectNear(atMs - tried[i]!, [waits[i]![0]!, waits[i]![2]!], 30, "ms");
          });
        expectByReadiness(run);
        outcomes.add([run.there, run.back].map(({ late }) => (late > 2 ? "late" : "lost")).join(" "));
      }
      expect(outcomes.size).toBeGreaterThan(1);
    },
  );

  it("ioredis-sigstop-1s: a Redis that stands still breaks no connection, and all is late", () => {
    const backplane = { client: "ioredis" } as const;
    for (const { row, there, back, times } of runsOf("ioredis-sigstop-1s", backplane, ["freeze", "resume"])) {
      expect(times.map(({ readyMs }) => readyMs ?? null)).toEqual(row[2]);
      expect([there.lost, back.lost]).toEqual([0, 0]);
      expectNear(there.late, [row[3][2]], 2, "messages");
      expectNear(back.late, [row[4][2]], 2, "messages");
    }
  });
});

describe("experiment 23: what does not come back, or does not wait", () => {
  it.each([
    ["node-redis-4-no-reconnect", "node-redis-4"],
    ["ioredis-no-reconnect", "ioredis"],
  ] as const)("%s: nothing crosses any more, and no client is told", (id, client) => {
    for (const { row, times, there, back } of runsOf(id, { client, reconnectAttempts: 0 })) {
      expect(times.flatMap(({ tried }) => tried)).toEqual([]);
      for (const [{ lost, late, causes }, seen] of [
        [there, row[3]],
        [back, row[4]],
      ] as const) {
        expect(late).toBe(seen[2]);
        expectNear(lost, [seen[1]], 2, "messages");
        expect(causes.at(-1)).toBe("publish-refused");
      }
    }
  });

  it("node-redis-5-offline-queue-off: nothing is late; lost until both are ready", () => {
    const backplane = { client: "node-redis-5", offlineQueue: false } as const;
    for (const { times, there, back } of runsOf("node-redis-5-offline-queue-off", backplane)) {
      for (const [{ lost, late, causes }, pub, sub] of [
        [there, CLIENTS.s0Pub, CLIENTS.s1Sub],
        [back, CLIENTS.s1Pub, CLIENTS.s0Sub],
      ] as const) {
        expect(late).toBe(0);
        expectNear(lost, [Math.max(times[pub]!.readyMs!, times[sub]!.readyMs!) / 50], 2, "messages");
        expect(causes).toContain("publish-refused");
      }
    }
  });

  it("ioredis-max-retries-per-request-3: what waits is refused when the third attempt has failed", () => {
    const backplane = { client: "ioredis", maxRetriesPerRequest: 3 } as const;
    const id = "ioredis-max-retries-per-request-3";
    const rows: Row[] = observed("23", id).observed.rows;
    const late = rows.flatMap((row) => [row[3], row[4]]).filter(([outcome]) => outcome === "late");
    for (const { there, back, times } of runsOf(id, backplane)) {
      for (const { readyMs } of times)
        expectNear(
          readyMs!,
          rows.flatMap((row) => row[2] as number[]),
          20,
          "ms",
        );
      for (const { lost, late: delayed, causes } of [there, back]) {
        const refused = causes.filter((cause) => cause === "publish-refused").length;
        expect(refused).toBeGreaterThan(0);
        // The others subscribed while the queue was being written, or after it.
        if (delayed < 10) continue;
        expectNear(
          lost,
          late.map((seen) => seen[1]),
          2,
          "messages",
        );
        expectNear(
          delayed,
          late.map((seen) => seen[2]),
          2,
          "messages",
        );
      }
    }
  });
});

describe("ioredis", () => {
  /** How often A's message is published, which arrives at Redis at 1012 ms, and whose answer arrives at 1022 ms. */
  const published = (killedMs: number, client: "ioredis" | "node-redis-4") =>
    runLab({
      durationMs: 3000,
      clients: ["A", "C"].map((name) => ({ name, transport: "websocket" as const, startConnected: true })),
      backplane: { kind: "redis", client },
      network: { client: { latencyMs: 1 }, server: { latencyMs: 1 }, backplane: { latencyMs: 10 } },
      workload: [{ from: "A", to: "C", atMs: 1000 }],
      faults: [
        { atMs: killedMs, act: "crash", target: "backplane" },
        { atMs: killedMs + 30, act: "restart", target: "backplane" },
      ],
    })
      .records(RecordKind.frame)
      .filter((row) => row[1] === FrameKind.publish).length;

  it("sends again what Redis had not answered when the connection broke, and node-redis does not", () => {
    expect(published(1006, "node-redis-4")).toBe(1);
    expect(published(1006, "ioredis")).toBe(2);
    // What Redis had answered before it died arrives.
    expect(published(1015, "ioredis")).toBe(1);
  });
});

describe("a subscription that nobody made again", () => {
  it("leaves a server deaf, with its connection open, and nobody is told", () => {
    const run = (resubscribes: boolean) =>
      runLab({
        durationMs: 10_000,
        clients: ["A", "C"].map((name) => ({ name, transport: "websocket" as const, startConnected: true })),
        backplane: { kind: "redis", resubscribes },
        workload: [{ from: "A", to: "C", everyMs: 500, firstMs: 100 }],
        faults: [
          { atMs: 1000, act: "crash", target: "backplane" },
          { atMs: 2000, act: "restart", target: "backplane" },
          { atMs: 6000, act: "crash", target: "server-2" },
          { atMs: 6100, act: "restart", target: "server-2" },
        ],
      });
    const heardAfter = (lab: Lab, fromMs: number, toMs: number) =>
      lab.ledger.copies.filter(
        ({ fate, sentUs }) => fate === Fate.delivered && sentUs > fromMs * 1000 && sentUs < toMs * 1000,
      ).length;
    expect(heardAfter(run(true), 2500, 5900)).toBe(7);
    const deaf = run(false);
    expect(heardAfter(deaf, 2500, 5900)).toBe(0);
    // A process that starts subscribes.
    expect(heardAfter(deaf, 8000, 10_000)).toBeGreaterThan(2);
  });
});

describe("a Redis that freezes, and then dies", () => {
  it("takes with it what was published meanwhile, and nothing that it has passed on", () => {
    const run = runLab({
      durationMs: 6000,
      clients: [
        { name: "A", transport: "websocket", startConnected: true },
        { name: "far", transport: "websocket", startConnected: true, link: { latencyMs: 1000 } },
        { name: "C", transport: "websocket", startConnected: true },
      ],
      servers: { count: 3 },
      backplane: { kind: "redis" },
      // Six that are on their way to the far client when Redis dies, and one that is published while it stands still.
      workload: [
        ...[1000, 1001, 1002, 1003, 1004, 1005].map((atMs) => ({ from: "A", to: "far", atMs })),
        { from: "A", to: "far", atMs: 1650 },
      ],
      faults: [
        { atMs: 1400, act: "crash", target: "server-3" },
        { atMs: 1500, act: "freeze", target: "backplane" },
        // Its clients of Redis connect, and wait in the kernel of who stands still.
        { atMs: 1600, act: "restart", target: "server-3" },
        { atMs: 1800, act: "crash", target: "backplane" },
      ],
    });
    const { copies } = run.ledger;
    expect(copies.slice(0, 6).every(({ fate }) => fate === Fate.delivered)).toBe(true);
    expect(copies[6]).toMatchObject({ fate: Fate.lost, place: run.node("backplane") });
  });

  it("takes with it nothing that a server's client still keeps, though that has just connected", () => {
    const run = runLab({
      durationMs: 9000,
      clients: [
        { name: "A", transport: "websocket", startConnected: true },
        { name: "B", transport: "websocket", startConnected: true },
      ],
      servers: { count: 2 },
      backplane: { kind: "redis" },
      workload: [{ from: "A", to: "B", atMs: 1200 }],
      faults: [
        { atMs: 1000, act: "crash", target: "backplane" },
        { atMs: 1400, act: "restart", target: "backplane" },
        // Whoever connects from now on is accepted by its kernel, and hears no answer.
        { atMs: 1401, act: "freeze", target: "backplane" },
        { atMs: 2500, act: "crash", target: "backplane" },
        { atMs: 3000, act: "restart", target: "backplane" },
      ],
    });
    const [copy] = run.ledger.copies;
    expect(copy!.settledUs).toBeGreaterThan(3_000_000);
  });
});
