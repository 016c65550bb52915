/** How often clients are cut when servers are replaced, in place or the new one first, and where they are afterwards. Ground-truth 21-rolling-deploy. */
import { describe, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, runLab } from "../support/ground-truth.ts";

type Balancer = NonNullable<ScenarioInput["balancer"]>;

/** When the first server is killed; all clients are there by then. */
const FIRST_MS = 4000;
/** Between two kills: at least 900 ms, and not before all clients are back. */
const GAP_MS = 1000;
/** The driver looks again so long after the last. */
const LAST_MS = 6000;

const POLICY = {
  "round robin": "round-robin",
  least_conn: "least-connections",
  random: "random",
} as const;

/** With the old one first, the new one starts when all clients are back, which are cut by the next kill at the earliest. */
const ALL_BACK_MS = 800;

describe("experiment 21: servers that are replaced", () => {
  it.each(casesOf("21"))("$id", ({ id, setup, observed: seen }) => {
    // A new server that is there before the old one is killed takes its place in the configuration, and nobody notices when.
    const isNewFirst = id.startsWith("new-first");
    // Who is no more on the list, and who has failed once and is left out, get nobody, but for the one who finds that out.
    const isOldFirst = id.startsWith("old-first");
    const downMs = isNewFirst
      ? 0
      : isOldFirst
        ? ALL_BACK_MS
        : Number(/(\d+) ms later/.exec(setup.replacement)![1]);
    const lab = runLab({
      durationMs: FIRST_MS + (setup.servers - 1) * GAP_MS + LAST_MS,
      clients: [
        {
          name: "c",
          count: setup.clients,
          startGapMs: 50,
          transport: "websocket",
          reconnectionDelayMs: 200,
          reconnectionDelayMaxMs: 1000,
          randomizationFactor: 0.5,
        },
      ],
      servers: { count: setup.servers },
      balancer: {
        kind: "nginx",
        policy: POLICY[setup.balancing as keyof typeof POLICY],
        ...(setup.nginxServerParameters === "max_fails=0" ? { maxFails: 0 } : {}),
      } as Balancer,
      faults: Array.from({ length: setup.servers }, (_, server) => [
        ...(isNewFirst || isOldFirst
          ? [{ atMs: FIRST_MS + server * GAP_MS - 100, act: "reload" as const, target: "balancer" }]
          : []),
        { atMs: FIRST_MS + server * GAP_MS, act: "crash" as const, target: `server-${server + 1}` },
        {
          atMs: FIRST_MS + server * GAP_MS + downMs,
          act: "restart" as const,
          target: `server-${server + 1}`,
        },
        ...(isOldFirst
          ? [{ atMs: FIRST_MS + server * GAP_MS + downMs, act: "reload" as const, target: "balancer" }]
          : []),
      ]).flat(),
    });
    const first = lab.node("server-1");
    const at: number[] = Array(setup.clients).fill(-1);
    const cuts: number[] = Array(setup.clients).fill(0);
    const events = [
      ...lab.records(RecordKind.connected).map((row) => ({ row, isUp: true })),
      ...lab.records(RecordKind.disconnected).map((row) => ({ row, isUp: false })),
    ].sort((a, b) => a.row[0]! - b.row[0]!);
    for (const { row, isUp } of events) {
      const client = row[1]!;
      // Attempts that fail are no cuts.
      if (!isUp && at[client] !== -1) cuts[client]!++;
      at[client] = isUp ? row[2]! - first : -1;
    }
    const mean = cuts.reduce((sum, n) => sum + n, 0) / setup.clients;
    const counts = Array.from(
      { length: setup.servers },
      (_, server) => at.filter((one) => one === server).length,
    );
    const offline = at.filter((one) => one === -1).length;
    const allowed = setup.balancing === "random" ? 0.1 : 0.04;
    expectNear(mean, seen.meanCutsPerClientSorted, allowed, "cuts");
    for (const [server, count] of counts.entries())
      expectNear(
        count,
        seen.rows.map((row: number[][]) => row[1]![server]!),
        3,
        "clients",
      );
    expectNear(
      offline,
      seen.rows.map((row: number[]) => row[2]!),
      1,
      "clients",
    );
  });
});

/** So many clients that land by chance: what is computed is met within a few hundredths. */
const MANY = 600;
const ROUND_MS = 3000;

/** Of each round: who stops, and who of these has a newcomer in its place at once, as one that was started beyond the others. The others have theirs before the next round. */
interface Round {
  readonly stop: readonly number[];
  readonly surge: readonly number[];
}

function meanCuts(rounds: readonly Round[]): number {
  const faults = rounds.flatMap(({ stop, surge }, i) =>
    stop.flatMap((server) => {
      const atMs = FIRST_MS + i * ROUND_MS;
      const backMs = surge.includes(server) ? atMs + 10 : atMs + ROUND_MS - 500;
      const target = `server-${server}`;
      return [
        { atMs, act: "stop" as const, target },
        { atMs: backMs, act: "restart" as const, target },
      ];
    }),
  );
  const lab = runLab({
    durationMs: FIRST_MS + rounds.length * ROUND_MS,
    clients: [
      {
        name: "c",
        count: MANY,
        startConnected: true,
        transport: "websocket",
        reconnectionDelayMs: 1000,
        randomizationFactor: 0.5,
      },
    ],
    servers: { count: 4 },
    // Who has stopped is off the list at once.
    balancer: { policy: "random", endpointsLagMs: 1 },
    faults,
  });
  return lab.records(RecordKind.disconnected).length / MANY;
}

describe("servers that are replaced in rounds: each cuts b·x, and makes x to x·(1 + b/A). FACTS §13.1", () => {
  it.each([
    // 4·¼
    ["all at once, the new ones first", [{ stop: [1, 2, 3, 4], surge: [1, 2, 3, 4] }], 1],
    // 2·¼, then 2·(¼·(1 + 2/4))
    [
      "two at a time, the new ones first",
      [
        { stop: [1, 2], surge: [1, 2] },
        { stop: [3, 4], surge: [3, 4] },
      ],
      1.25,
    ],
    // 2·¼, then 2·(¼·(1 + 2/2))
    [
      "two at a time, the old ones first",
      [
        { stop: [1, 2], surge: [] },
        { stop: [3, 4], surge: [] },
      ],
      1.5,
    ],
    // ¼, then 2·(¼·(1 + 1/3)) = 2/3, then ⅓·(1 + 2/3) = 5/9
    [
      "with maxSurge 1 and maxUnavailable 1: one, two, one",
      [
        { stop: [1], surge: [] },
        { stop: [2, 3], surge: [2] },
        { stop: [4], surge: [4] },
      ],
      1.4722,
    ],
  ])("%s", (_, rounds, cuts) => {
    expect(Math.abs(meanCuts(rounds) - cuts)).toBeLessThan(0.05);
  });
});
