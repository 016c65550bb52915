/** Ground truth 24: what the sharded and the streams adapter do in an outage, and in which order members on two servers hear two publishers. */
import { describe, expect, it } from "vitest";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { expectNear, labScenario, observed, runLab } from "../support/ground-truth.ts";
import { heardBy, inverted, twoPublishers } from "../support/heard.ts";
import { imbalance } from "../support/imbalance.ts";
import { CLIENTS, direction, type Outage, outage, timesOf } from "../support/redis-outage-lab.ts";

type Backplane = NonNullable<ScenarioInput["backplane"]>;
type Seen = readonly [outcome: string, lost: number, late: number, ...rest: unknown[]];

/** The runs of a case, each with its row: what a member of the same server, of the other server, and back, lost and got late. */
function runsOf(id: string, backplane: Backplane, acts: Outage["acts"] = ["crash", "restart"]) {
  const { setup, observed: seen } = observed("24", id);
  return seen.rows.map((row: unknown[], i: number) => {
    const [phaseMs, notedMs, readyMs] = row as [number, number, [number, number] | null];
    const backMs = readyMs !== null && readyMs[0] < notedMs ? setup.outageMs : notedMs;
    const lab = outage(backplane, { phaseMs, backMs, outageMs: setup.outageMs, afterMs: 1200, acts }, i + 1);
    expect(lab.ledger.tally.duplicated).toBe(seen.duplicates);
    expect(lab.records(RecordKind.disconnected)).toHaveLength(seen.clientDisconnects);
    const times = Object.values(CLIENTS).map((client) => timesOf(lab, client, 200 + phaseMs));
    if (readyMs !== null) {
      const ready = times.map((one) => one.readyMs!);
      // The next slot is 500 ms away at most, and what jitter adds.
      expectNear(Math.min(...ready), [readyMs[0]], 250, "ms");
    }
    return {
      row: row.slice(3) as Seen[],
      times,
      here: direction(lab, "A", "B"),
      there: direction(lab, "A", "C"),
      back: direction(lab, "C", "A"),
    };
  });
}

describe("experiment 24: the sharded adapter", () => {
  it.each([
    ["sharded-outage-1s", { kind: "sharded" }],
    ["sharded-node-redis-5-outage-1s", { kind: "sharded", client: "node-redis-5" }],
    ["sharded-static-subscriptions-outage-500ms", { kind: "sharded", subscriptionMode: "static" }],
  ] as const)("%s: local delivery waits for the own connection; between servers as ever", (id, backplane) => {
    for (const { row, times, here, there, back } of runsOf(id, backplane)) {
      expect([here.lost, row[0]![1], row[1]![1]]).toEqual([0, 0, 0]);
      // What was sent 100 ms before the connection was back, or less, is not late.
      expectNear(here.late, [times[CLIENTS.s0Pub]!.readyMs! / 50 - 2], 2, "messages");
      for (const [{ lost, late }, pub, sub] of [
        [there, CLIENTS.s0Pub, CLIENTS.s1Sub],
        [back, CLIENTS.s1Pub, CLIENTS.s0Sub],
      ] as const) {
        const [pubMs, subMs] = [times[pub]!.readyMs!, times[sub]!.readyMs!];
        if (pubMs - subMs > 5) expectNear(lost, [0, 1], 1, "messages");
        else if (subMs - pubMs > 5) expectNear(late, [0], 0, "messages");
        expectNear(
          lost + late,
          [Math.min(pubMs, subMs) / 50 - 2, Math.max(pubMs, subMs) / 50],
          2,
          "messages",
        );
      }
    }
  });

  it("sharded-no-reconnect: what is refused is handed out at home at once, and goes nowhere else", () => {
    const backplane = { kind: "sharded", reconnectAttempts: 0 } as const;
    for (const { here, there, back } of runsOf("sharded-no-reconnect", backplane)) {
      expect([here.lost, here.late]).toEqual([0, 0]);
      expect([there.late, back.late]).toEqual([0, 0]);
      // From the fault to the end, which comes sooner here than in the experiment.
      for (const { lost } of [there, back]) expectNear(lost, [(500 + 1200) / 50], 2, "messages");
      expect(there.causes.at(-1)).toBe("publish-refused");
    }
  });

  it("sharded-sigstop-1s: a Redis that stands still holds back what is for the own server, too", () => {
    for (const { row, here, there, back } of runsOf("sharded-sigstop-1s", { kind: "sharded" }, [
      "freeze",
      "resume",
    ]))
      [here, there, back].forEach(({ lost, late }, i) => {
        expect(lost).toBe(0);
        expectNear(late, [row[[0, 2, 3][i]!]![2]], 2, "messages");
      });
  });
});

describe("experiment 24: two publishers on two servers", () => {
  it.each([
    ["order-classic-1-every-5ms", { kind: "redis" }],
    ["order-sharded-1-every-5ms", { kind: "sharded" }],
    ["order-streams-1-every-5ms", { kind: "streams" }],
  ] as const)("%s: members of one server agree, those of two do not", (id, backplane) => {
    const [m0, m0b, m1] = twoPublishers(backplane).heard;
    for (const [received, pairs, , agree, kept] of observed("24", id).observed.rows) {
      expect([m0.length, m0b.length, m1.length]).toEqual(received);
      expect(JSON.stringify(m0) === JSON.stringify(m0b)).toBe(agree);
      const inOrder = (heard: typeof m0) =>
        [...new Set(heard.map(({ sender }) => sender))].every((sender) => {
          const own = heard.filter((one) => one.sender === sender).map(({ message }) => message);
          return own.every((message, i) => i === 0 || own[i - 1]! < message);
        });
      expect([m0, m1].every(inOrder)).toBe(kept);
      expect(inverted(m0, m1) > 0).toBe(pairs > 0);
    }
  });
});

describe("the sharded adapter", () => {
  /** A and C on two servers, in one room; server-2 is told of it by C. */
  const room = (atMs: number, subscriptionMode: "dynamic" | "static") =>
    runLab({
      durationMs: 1000,
      clients: [{ name: "m", count: 2, startGapMs: 200, transport: "websocket", roomSize: 2 }],
      backplane: { kind: "sharded", subscriptionMode },
      network: { client: { latencyMs: 1 }, server: { latencyMs: 1 }, backplane: { latencyMs: 20 } },
      workload: [{ from: "m-1", to: "room", atMs }],
    }).ledger.tally;

  it("subscribes to a room when the first member has joined: what comes before that is lost", () => {
    // m-2 joins at some 210 ms, and its server's subscription is 20 ms on the way.
    expect(room(201, "dynamic")).toMatchObject({ delivered: 0, lost: 1 });
    expect(room(201, "static")).toMatchObject({ delivered: 1, lost: 0 });
    expect(room(300, "dynamic")).toMatchObject({ delivered: 1, lost: 0 });
  });

  it("that dies says nothing of the rooms that it leaves, and subscribes anew when it starts", () => {
    const lab = runLab({
      durationMs: 3000,
      clients: [{ name: "m", count: 2, transport: "websocket", startConnected: true, roomSize: 2 }],
      backplane: { kind: "sharded" },
      workload: [{ from: "m-1", to: "room", atMs: 2900 }],
      faults: [
        { atMs: 300, act: "crash", target: "server-2" },
        { atMs: 400, act: "restart", target: "server-2" },
      ],
    });
    const said = lab.records(RecordKind.frame).filter((row) => row[1] === FrameKind.subscribe);
    expect(said.filter(([atMs]) => atMs === 300)).toEqual([]);
    expect(lab.ledger.tally).toMatchObject({ delivered: 1, lost: 0 });
  });
});

describe("experiment 24: the streams adapter", () => {
  it.each([
    ["streams-outage-300ms", { kind: "streams" }],
    ["streams-node-redis-5-outage-1s", { kind: "streams", client: "node-redis-5" }],
  ] as const)("%s: all is late, and nothing is lost that was sent in the outage", (id, backplane) => {
    for (const { row, times, here, there, back } of runsOf(id, backplane)) {
      expect(here.lost).toBe(row[0]![1]);
      expectNear(here.late, [times[CLIENTS.s0Pub]!.readyMs! / 50 - 2], 2, "messages");
      for (const [{ lost, late }, pub, sub] of [
        [there, CLIENTS.s0Pub, CLIENTS.s1Sub],
        [back, CLIENTS.s1Pub, CLIENTS.s0Sub],
      ] as const) {
        // Only what was in flight when Redis died.
        expectNear(
          lost,
          row.slice(2, 4).map((seen: Seen) => seen[1]),
          1,
          "messages",
        );
        const readyMs = Math.max(times[pub]!.readyMs!, times[sub]!.readyMs!);
        expectNear(late, [readyMs / 50 - 2], 2, "messages");
      }
    }
  });

  it.each([
    ["streams-maxlen-100-publish-500", 100],
    ["streams-maxlen-10000-publish-500", 10_000],
  ] as const)("%s: a server that stood still reads on, but for what was trimmed", (id, streamLength) => {
    const lab = runLab({
      durationMs: 3200,
      clients: ["m0", "m1"].map((name, i) => ({ name, transport: "websocket" as const, startMs: i * 5 })),
      backplane: { kind: "streams", streamLength },
      network: { client: { latencyMs: 0.2 }, server: { latencyMs: 0.1 }, backplane: { latencyMs: 0.1 } },
      workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 1, untilMs: 999 }],
      faults: [
        { atMs: 500.1, act: "freeze", target: "server-2" },
        { atMs: 2000, act: "resume", target: "server-2" },
      ],
    });
    const [here, there] = ["m0", "m1"].map((name) => heardBy(lab, name).map(({ message }) => message));
    for (const [onS0, onS1, lostOnS1, , last] of observed("24", id).observed.rows) {
      expect(here).toHaveLength(onS0);
      // Nodes hold 33 entries, or one more where the numbers in them are shorter.
      expectNear(there!.length, [onS1], 32, "messages");
      expectNear(500 - there!.length, [lostOnS1], 32, "messages");
      expect([there![0], there!.at(-1)]).toEqual([0, last]);
      // From where it goes on there is no gap.
      expect(there!.slice(1)).toEqual(there!.slice(1).map((_, i) => there![1]! + i));
      if (streamLength < 500) expect(there!.length - 1).toBeGreaterThanOrEqual(streamLength);
    }
    expect(lab.ledger.causes).toEqual(streamLength < 500 ? { trimmed: 500 - there!.length } : {});
  });
});

describe("a stream", () => {
  /** A on server-1, C on server-2; every 50 ms A to C. */
  const stream = (faults: ScenarioInput["faults"], client: "node-redis-4" | "ioredis" = "node-redis-4") =>
    runLab({
      durationMs: 6000,
      clients: ["A", "C"].map((name) => ({ name, transport: "websocket" as const, startConnected: true })),
      backplane: { kind: "streams", client },
      network: { backplane: { latencyMs: 5 } },
      workload: [{ from: "A", to: "C", everyMs: 50, firstMs: 10, untilMs: 4000 }],
      faults,
    });

  it("that is frozen, or whose reader is cut off for a while, loses nothing, and nothing comes twice", () => {
    for (const faults of [
      [
        { atMs: 1000, act: "freeze" as const, target: "backplane" },
        { atMs: 2000, act: "resume" as const, target: "backplane" },
      ],
      [
        { atMs: 1000, act: "cut" as const, target: "server-2/backplane" },
        { atMs: 2000, act: "heal" as const, target: "server-2/backplane" },
      ],
    ]) {
      const { tally } = stream(faults).ledger;
      expect(tally).toMatchObject({ delivered: tally.sent, lost: 0, duplicated: 0 });
    }
  });

  it("is read on also by a process that was away from a Redis that began anew", () => {
    const { ledger } = stream([
      { atMs: 1000, act: "crash", target: "backplane" },
      { atMs: 1300, act: "restart", target: "backplane" },
    ]);
    // Nothing was on its way when it died.
    expect(ledger.tally).toMatchObject({ delivered: ledger.tally.sent, lost: 0, duplicated: 0 });
  });

  it("keeps nothing for a process that has asked for more, and died before it was heard", () => {
    const { ledger } = runLab({
      durationMs: 3000,
      clients: ["A", "C"].map((name) => ({
        name,
        transport: "websocket" as const,
        startConnected: true,
        reconnectionDelayMs: 60_000,
      })),
      backplane: { kind: "streams" },
      network: { backplane: { latencyMs: 50 } },
      workload: [{ from: "A", to: "C", everyMs: 50, firstMs: 1500, untilMs: 2500 }],
      faults: [
        { atMs: 1000, act: "crash", target: "server-2" },
        // It is connected at 1300 ms, and asks; Redis hears that at 1350 ms.
        { atMs: 1200, act: "restart", target: "server-2" },
        { atMs: 1320, act: "crash", target: "server-2" },
      ],
    });
    expect(ledger.tally).toMatchObject({ sent: 21, lost: 21 });
  });

  it("is read from its end by a process that starts", () => {
    const { ledger } = stream([
      { atMs: 1000, act: "crash", target: "server-2" },
      { atMs: 1200, act: "restart", target: "server-2" },
    ]);
    expect(ledger.tally.lost).toBeGreaterThan(3);
    expect(ledger.tally.delivered + ledger.tally.lost).toBe(ledger.tally.sent);
  });
});

describe("ioredis, which sends again what was not answered", () => {
  it.each(["sharded", "streams"] as const)("%s: each message is held once for each of its ways", (kind) => {
    const run = new Run(
      labScenario({
        durationMs: 6000,
        clients: ["A", "C"].map((name) => ({ name, transport: "websocket" as const, startConnected: true })),
        servers: { count: 2 },
        backplane: { kind, client: "ioredis" },
        network: { backplane: { latencyMs: 20 } },
        workload: [{ from: "A", to: "C", everyMs: 15, firstMs: 500, untilMs: 1500 }],
        faults: [
          { atMs: 1000, act: "crash", target: "backplane" },
          { atMs: 1200, act: "restart", target: "backplane" },
        ],
      }),
    );
    while (run.step()) expect(imbalance(run.world)).toBeNull();
  });
});
