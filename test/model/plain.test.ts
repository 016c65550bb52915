/** Ground truth 32: plain WebSocket servers with a subscription of their own. */
import { describe, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { expectNear, labScenario, observed, runLab } from "../support/ground-truth.ts";
import { inverted, twoPublishers } from "../support/heard.ts";
import { imbalance } from "../support/imbalance.ts";
import { CLIENTS, direction, type Outage, outage, timesOf } from "../support/redis-outage-lab.ts";

const pair = ["A", "B"].map((name) => ({ name, transport: "websocket" as const, startConnected: true }));

describe("experiment 32: what servers hand out to their own", () => {
  it.each([
    ["order-heard", "heard"],
    ["order-at-once", "at-once"],
    ["order-twice", "twice"],
  ] as const)(
    "%s: one order for all if all only hear, and twice if nobody skips its own",
    (id, ownMessages) => {
      const { lab, heard } = twoPublishers({ kind: "plain", ownMessages });
      const [m0, m0b, m1] = heard;
      const again = lab.records(RecordKind.duplicated).length / 3;
      for (const [received, pairs, near, all] of observed("32", id).observed.rows) {
        expect(heard.map(({ length }) => length + again)).toEqual(received);
        expect(inverted(m0, m1) > 0).toBe(pairs > 0);
        expect(JSON.stringify(m0) === JSON.stringify(m0b)).toBe(near);
        // One that comes twice stands where it came first.
        if (ownMessages !== "twice") expect(JSON.stringify(m0) === JSON.stringify(m1)).toBe(all);
      }
    },
  );

  it.each([
    ["gap-one-channel", false],
    ["gap-room-channels", true],
  ] as const)("%s: what is said between join and subscription", (id, roomChannels) => {
    const lab = runLab({
      durationMs: 1200,
      clients: [{ name: "m", count: 2, startGapMs: 500, transport: "websocket", roomSize: 2 }],
      backplane: { kind: "plain", roomChannels },
      network: {
        client: { latencyMs: 0.2 },
        server: { latencyMs: 0.1 },
        backplane: { latencyMs: 0.1 },
        links: { "server-2/backplane": { latencyMs: 20 } },
      },
      workload: [{ from: "m-1", to: "room", firstMs: 200, everyMs: 5, untilMs: 1100 }],
    });
    const { causes, tally } = lab.ledger;
    const heard = lab.records(RecordKind.delivered).map((row) => row[2]!);
    for (const [missed, holes] of observed("32", id).observed.rows) {
      expectNear(causes["not-subscribed"] ?? 0, [missed], 1, "messages");
      expect(heard.at(-1)! - heard[0]! + 1 - heard.length).toBe(holes);
    }
    // All others were said while the room's second member was not there.
    expect(tally.lost).toBe((causes["recipient-away"] ?? 0) + (causes["not-subscribed"] ?? 0));
  });
});

/** The runs of a case, each with its row: what a neighbour, a member on the other server, and back, lost and got late. */
function runsOf(id: string, acts: Outage["acts"] = ["crash", "restart"]) {
  const { setup, observed: seen } = observed("32", id);
  return seen.rows.map(
    ([phaseMs, , backMs, , ...outcomes]: [number, number, number, unknown, ...number[][]], i: number) => {
      const backplane = { kind: "plain", ownMessages: setup.ownMessages } as const;
      const lab = outage(
        backplane,
        { phaseMs, backMs, outageMs: setup.outageMs, afterMs: 1200, acts },
        i + 1,
      );
      expect(lab.ledger.tally.duplicated).toBe(0);
      expect(lab.records(RecordKind.disconnected)).toHaveLength(seen.clientDisconnects);
      const times = Object.values(CLIENTS).map((client) => timesOf(lab, client, 200 + phaseMs));
      const ways = [
        ["A", "B"],
        ["A", "C"],
        ["C", "A"],
      ].map(([from, to]) => direction(lab, from!, to!));
      return { outcomes, times, ways };
    },
  );
}

describe("experiment 32: Redis is away for a second", () => {
  it.each(["outage-1s-heard", "outage-1s-at-once"])("%s: neighbours lose what all lose, or nothing", (id) => {
    for (const { outcomes, times, ways } of runsOf(id))
      for (const [way, pub, sub] of [
        [0, CLIENTS.s0Pub, CLIENTS.s0Sub],
        [1, CLIENTS.s0Pub, CLIENTS.s1Sub],
        [2, CLIENTS.s1Pub, CLIENTS.s0Sub],
      ] as const) {
        const { lost, late } = ways[way]!;
        if (way === 0 && id.endsWith("at-once")) {
          expect([lost, late, outcomes[way][0]]).toEqual([0, 0, 0]);
          continue;
        }
        // Late or lost is a race, in the experiment as here; how many they are together is none.
        expectNear(lost + late, [outcomes[way][0] + outcomes[way][1]], 3, "messages");
        const [pubMs, subMs] = [times[pub]!.readyMs!, times[sub]!.readyMs!];
        if (pubMs - subMs > 5) expectNear(lost, [0, 1], 1, "messages");
        else if (subMs - pubMs > 5) expectNear(late, [0], 0, "messages");
      }
  });

  it.each(["sigstop-1s-heard", "sigstop-1s-at-once"])(
    "%s: nothing is lost, and neighbours wait as well, or do not",
    (id) => {
      for (const { outcomes, ways } of runsOf(id, ["freeze", "resume"]))
        ways.forEach(({ lost, late }: { lost: number; late: number }, way: number) => {
          expect(lost).toBe(outcomes[way][0]);
          expectNear(late, [outcomes[way][1]], 3, "messages");
        });
    },
  );
});

describe("plain servers", () => {
  it("whose library gives up reach nobody, not even neighbours, if these only hear", () => {
    const causes = (ownMessages: "heard" | "at-once") =>
      runLab({
        durationMs: 1500,
        clients: pair,
        servers: { count: 1 },
        backplane: { kind: "plain", ownMessages, reconnectAttempts: 0 },
        workload: [{ from: "A", to: "B", atMs: 1000 }],
        faults: [{ atMs: 500, act: "crash", target: "backplane" }],
      }).ledger.causes;
    expect(causes("heard")).toEqual({ "publish-refused": 1 });
    expect(causes("at-once")).toEqual({});
  });

  it("hear a job that publishes into their channels", () => {
    const { tally } = runLab({
      durationMs: 1000,
      clients: [{ name: "m", count: 2, transport: "websocket", startConnected: true, roomSize: 2 }],
      backplane: { kind: "plain", roomChannels: true },
      publishers: [{ name: "job" }],
      workload: [{ from: "job", to: "everyone", atMs: 500 }],
    }).ledger;
    expect(tally).toMatchObject({ sent: 2, delivered: 2, duplicated: 0 });
  });

  it.each([
    { ownMessages: "heard", roomChannels: true },
    { ownMessages: "twice", client: "ioredis" },
    { ownMessages: "heard", offlineQueue: false },
  ] as const satisfies Partial<ScenarioInput["backplane"]>[])("keep the books: %j", (how) => {
    const run = new Run(
      labScenario({
        durationMs: 3000,
        clients: [{ name: "m", count: 4, transport: "websocket", startConnected: true, roomSize: 2 }],
        servers: { count: 2 },
        backplane: { kind: "plain", ...how },
        network: { backplane: { latencyMs: 20 } },
        workload: [{ from: "m", to: "room", everyMs: 30, firstMs: 500, untilMs: 1500 }],
        faults: [
          { atMs: 700, act: "crash", target: "server-2" },
          { atMs: 800, act: "restart", target: "server-2" },
          { atMs: 1000, act: "crash", target: "backplane" },
          { atMs: 1200, act: "restart", target: "backplane" },
        ],
      }),
    );
    while (run.step()) expect(imbalance(run.world)).toBeNull();
  });
});
