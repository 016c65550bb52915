/** A registry of connections: what is for one client goes to the one server that is named, and what becomes of it when nobody is there. FACTS §2.1. */
import { describe, expect, it } from "vitest";
import { explore } from "../../src/check/exhaustive.ts";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { Run } from "../../src/run/run.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { bruteForce } from "../check/brute-force.ts";
import { explored, ordered, rulesFor, scenario } from "../check/exploring.ts";
import { type Lab, labScenario, runLab } from "../support/ground-truth.ts";
import { imbalance } from "../support/imbalance.ts";

type Given = Partial<ScenarioInput> & { backplane?: ScenarioInput["backplane"] };

const LATENCY = { client: { latencyMs: 5 }, server: { latencyMs: 1 }, backplane: { latencyMs: 2 } };
const client = (name: string, more = {}) => ({
  name,
  transport: "websocket" as const,
  randomizationFactor: 0,
  ...more,
});

/** A on server-1, B on server-2, and as many other servers; A writes to B at these times. */
function lab(given: Given, ...timesMs: number[]): Lab {
  return runLab({
    durationMs: 3000,
    clients: [client("A", { startConnected: true }), client("B", { startConnected: true })],
    network: LATENCY,
    workload: timesMs.map((atMs) => ({ from: "A", to: "B", atMs })),
    ...given,
    backplane: { kind: "registry", ...given.backplane } as ScenarioInput["backplane"],
  });
}

const frames = (run: Lab, kind: number) => run.records(RecordKind.frame).filter((row) => row[1] === kind);
const fates = (run: Lab) =>
  run.ledger.copies.map(({ fate, cause }) => (fate === Fate.lost ? CAUSES[cause!]!.name : "delivered"));

describe("a registry", () => {
  it.each([2, 3, 8])(
    "with %i servers: one message from Redis for each to one client, and one for each server to all",
    (count) => {
      const servers = { count };
      const directed = lab({ servers }, 200, 300, 400);
      const broadcast = lab(
        { servers, backplane: { kind: "redis" } as ScenarioInput["backplane"] },
        200,
        300,
        400,
      );
      expect(fates(directed)).toEqual(fates(broadcast));
      // k messages: 2k questions and answers, k publishes, k pushes; with Pub/Sub k publishes and k N pushes.
      for (const kind of [FrameKind.lookUp, FrameKind.lookedUp, FrameKind.publish, FrameKind.push])
        expect(frames(directed, kind)).toHaveLength(3);
      expect(frames(broadcast, FrameKind.push)).toHaveLength(3 * count);
      expect(frames(broadcast, FrameKind.lookUp)).toHaveLength(0);
    },
  );

  it("is not asked by a server that holds the recipient itself", () => {
    const run = lab({ servers: { count: 1 } }, 200);
    expect(fates(run)).toEqual(["delivered"]);
    for (const kind of [FrameKind.lookUp, FrameKind.publish]) expect(frames(run, kind)).toHaveLength(0);
  });

  it("says that nobody has a client once its entry has expired, and its server writes it no more", () => {
    // B's server stands still: it neither writes again nor reads, and what was published before the entry expired waits in its kernel.
    const faults = [
      { atMs: 300, act: "freeze" as const, target: "server-2" },
      { atMs: 2000, act: "resume" as const, target: "server-2" },
    ];
    const backplane = { ttlMs: 500, refreshMs: 200 } as ScenarioInput["backplane"];
    expect(fates(lab({ faults, backplane }, 400, 690, 720))).toEqual([
      "delivered",
      "delivered",
      "not-registered",
    ]);
  });
});

/** B's server dies at 500 ms, and B comes back 1 s after it, to a server that lives. */
const CRASH: Given = {
  clients: [client("A", { startConnected: true }), client("B", { startConnected: true })],
  servers: { count: 3 },
  faults: [{ atMs: 500, act: "crash", target: "server-2" }],
};

describe("an entry that outlives its server", () => {
  it("sends what comes to nobody: lost at Redis, since the server died", () => {
    const run = lab(CRASH, 700);
    const [lost] = run.ledger.copies;
    expect(fates(run)).toEqual(["stale-owner"]);
    expect(lost!.place).toBe(run.node("backplane"));
    expect(lost!.root?.reason).toBe(EndReason.serverCrashed);
  });

  it("is looked up again by who is told that nobody heard, until the client is there again", () => {
    const backplane = { lookAgain: 20, lookAgainMs: 100 } as ScenarioInput["backplane"];
    const run = lab({ ...CRASH, backplane }, 700);
    expect(fates(run)).toEqual(["delivered"]);
    // 205 ms after the crash, each time 8 ms for question, answer, publish and its answer, and 100 ms of waiting.
    const asked = frames(run, FrameKind.lookUp).map(([timeMs]) => timeMs);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.slice(1).every((timeMs, i) => timeMs === asked[i]! + 108)).toBe(true);
  });

  it("is looked up so often, and then lost where it was known", () => {
    const backplane = { lookAgain: 2, lookAgainMs: 100 } as ScenarioInput["backplane"];
    const run = lab({ ...CRASH, backplane }, 700);
    expect(frames(run, FrameKind.lookUp)).toHaveLength(3);
    expect(run.ledger.copies[0]!.place).toBe(run.node("server-1"));
    expect(fates(run)).toEqual(["stale-owner"]);
  });

  it("dies with the process that waits to look it up", () => {
    const backplane = { lookAgain: 20, lookAgainMs: 100 } as ScenarioInput["backplane"];
    const faults = [...CRASH.faults!, { atMs: 750, act: "crash" as const, target: "server-1" }];
    expect(fates(lab({ ...CRASH, faults, backplane }, 700))).toEqual(["server-crashed"]);
  });
});

describe("a server that is there again before its wait is over", () => {
  it("looks nothing up for the process before it, and what waits since waits its own time", () => {
    const run = lab(
      {
        durationMs: 8000,
        clients: [
          client("A", { startConnected: true }),
          client("B", { startConnected: true, reconnectionDelayMs: 60_000, reconnectionDelayMaxMs: 60_000 }),
        ],
        servers: { count: 2 },
        backplane: { lookAgain: 1, lookAgainMs: 3000 } as ScenarioInput["backplane"],
        faults: [
          { atMs: 500, act: "crash", target: "server-2" },
          { atMs: 750, act: "crash", target: "server-1" },
          { atMs: 800, act: "restart", target: "server-1" },
        ],
      },
      700,
      2500,
    );
    expect(fates(run)[0]).toBe("server-crashed");
    const asked = frames(run, FrameKind.lookUp).map(([timeMs]) => Math.round(timeMs! / 100) * 100);
    expect(asked).toEqual([700, 2500, 5500]);
  });
});

/** A job, which is no server, writes to B at these times. */
function jobLab(given: Given, publisher: { rebroadcast?: boolean }, ...timesMs: number[]): Lab {
  return lab({
    publishers: [{ name: "job", ...publisher }],
    workload: timesMs.map((atMs) => ({ from: "job", to: "B", atMs })),
    ...given,
  });
}

describe("a publisher, which is no server", () => {
  it.each([2, 3, 8])("with %i servers: looks up, and one server hears of each message", (count) => {
    const run = jobLab({ servers: { count } }, {}, 200, 300, 400);
    expect(fates(run)).toEqual(["delivered", "delivered", "delivered"]);
    for (const kind of [FrameKind.lookUp, FrameKind.lookedUp, FrameKind.publish, FrameKind.push])
      expect(frames(run, kind)).toHaveLength(3);
  });

  it("is told by the registry that nobody has the client", () => {
    const faults = [
      { atMs: 300, act: "freeze" as const, target: "server-2" },
      { atMs: 2000, act: "resume" as const, target: "server-2" },
    ];
    const backplane = { ttlMs: 500, refreshMs: 200 } as ScenarioInput["backplane"];
    const run = jobLab({ faults, backplane }, {}, 400, 720);
    expect(fates(run)).toEqual(["delivered", "not-registered"]);
    expect(run.ledger.copies[1]!.place).toBe(run.node("job"));
  });

  it("looks up again what nobody heard, until the client is there again, or so often", () => {
    const back = (lookAgain: number) =>
      jobLab({ ...CRASH, backplane: { lookAgain, lookAgainMs: 100 } as ScenarioInput["backplane"] }, {}, 700);
    expect(fates(back(20))).toEqual(["delivered"]);
    expect(frames(back(20), FrameKind.lookUp).length).toBeGreaterThan(5);
    expect(fates(back(2))).toEqual(["stale-owner"]);
    expect(frames(back(2), FrameKind.lookUp)).toHaveLength(3);
    expect(back(2).ledger.copies[0]!.place).toBe(back(2).node("job"));
    expect(fates(back(0))).toEqual(["stale-owner"]);
  });

  it("is heard by all servers, of which each asks for itself, where they hand out what they hear as their own", () => {
    const run = jobLab({ servers: { count: 3 } }, { rebroadcast: true }, 200);
    expect(fates(run)).toEqual(["delivered"]);
    expect(frames(run, FrameKind.lookUp)).toHaveLength(2);
  });

  it("reaches clients that poll, whatever servers remember", () => {
    for (const memory of ["process", "shared"] as const) {
      const clients = [
        client("A", { startConnected: true }),
        client("B", { transport: "long-polling" as const, startConnected: true }),
      ];
      expect(fates(jobLab({ clients, servers: { count: 2, memory } }, {}, 200))).toEqual(["delivered"]);
    }
  });
});

/** B's server stands still until B has gone to server-3, and then goes on: first it writes its entries again, then it reads that B has left. */
function zombie(writes: "last-wins" | "owner-only", ...timesMs: number[]): Lab {
  return lab(
    {
      durationMs: 6000,
      clients: [client("A", { startConnected: true }), client("B", { startConnected: true })],
      servers: { count: 3, pingIntervalMs: 500, pingTimeoutMs: 500 },
      faults: [
        { atMs: 800, act: "freeze", target: "server-2" },
        { atMs: 4500, act: "resume", target: "server-2" },
      ],
      backplane: { refreshMs: 2500, ttlMs: 6000, writes } as ScenarioInput["backplane"],
    },
    ...timesMs,
  );
}

describe("a server that stood still while its client moved", () => {
  it("takes the new entry away, if the last write counts, until the new server writes again", () => {
    expect(fates(zombie("last-wins", 4400, 4600, 5200))).toEqual([
      "delivered",
      "not-registered",
      "delivered",
    ]);
  });

  it("leaves the new entry alone, if it compares first", () => {
    expect(fates(zombie("owner-only", 4400, 4600, 5200))).toEqual(["delivered", "delivered", "delivered"]);
  });
});

describe("Redis with a registry", () => {
  const restart = [
    { atMs: 500, act: "crash" as const, target: "backplane" },
    { atMs: 600, act: "restart" as const, target: "backplane" },
  ];

  it("knows nobody after it has died, until servers write again", () => {
    const backplane = { refreshMs: 1500, ttlMs: 5000 } as ScenarioInput["backplane"];
    expect(fates(lab({ faults: restart, backplane }, 1000, 1600))).toEqual(["not-registered", "delivered"]);
  });

  it("gets what was to be written meanwhile, once a server is connected again, unless its library keeps nothing", () => {
    // Written at 550 ms.
    const backplane = { refreshMs: 550, ttlMs: 5000 };
    const fatesWith = (offlineQueue: boolean) =>
      fates(
        lab(
          { faults: restart, backplane: { ...backplane, offlineQueue } as ScenarioInput["backplane"] },
          1000,
        ),
      );
    expect(fatesWith(true)).toEqual(["delivered"]);
    expect(fatesWith(false)).toEqual(["not-registered"]);
  });
});

/** All at once: servers and Redis die and stand still, clients move, and packets take their time. */
const BUSY: Given = {
  durationMs: 4000,
  clients: [client("A", { count: 2 }), client("B", { count: 2 })],
  servers: { count: 3, pingIntervalMs: 300, pingTimeoutMs: 200 },
  network: {
    client: { latencyMs: 3 },
    backplane: { latencyMs: { distribution: "uniform", minMs: 1, maxMs: 40 } },
  },
  workload: [
    { from: "A", to: "B-1", everyMs: 60 },
    { from: "B", to: "A-2", everyMs: 70 },
    { from: "B", to: "others", everyMs: 300 },
  ],
  faults: [
    { atMs: 800, act: "freeze", target: "server-2" },
    { atMs: 1600, act: "resume", target: "server-2" },
    { atMs: 1700, act: "crash", target: "server-1" },
    { atMs: 1900, act: "restart", target: "server-1" },
    { atMs: 2200, act: "freeze", target: "backplane" },
    { atMs: 2300, act: "resume", target: "backplane" },
    { atMs: 2600, act: "crash", target: "backplane" },
    { atMs: 2700, act: "restart", target: "backplane" },
    { atMs: 3000, act: "stop", target: "server-3" },
  ],
};

describe("the books", () => {
  it.each(["node-redis-4", "node-redis-5", "ioredis"] as const)(
    "balance after every event, whatever becomes of registry, servers and clients: %s",
    (library) => {
      const backplane = {
        kind: "registry",
        client: library,
        refreshMs: 150,
        ttlMs: 400,
        lookAgain: 1,
        lookAgainMs: 20,
      };
      const run = new Run(labScenario({ ...BUSY, backplane } as Parameters<typeof labScenario>[0]));
      for (let events = 0; run.step(); events++)
        if (events % 31 === 0) expect(imbalance(run.world)).toBeNull();
      expect(imbalance(run.world)).toBeNull();
      const { causes } = readLedger(run.result().trace);
      expect(Object.keys(causes)).toEqual(expect.arrayContaining(["not-registered", "server-crashed"]));
    },
  );
});

it("search that merges equal states finds what brute force finds, whoever writes, asks or answers late", () => {
  const late = scenario({
    clients: [
      { name: "A", transport: "websocket", startConnected: true },
      { name: "B", transport: "websocket", startConnected: true },
    ],
    servers: { count: 2 },
    network: { client: { latencyMs: 1 }, backplane: { latencyMs: 2 } },
    backplane: { kind: "registry", refreshMs: 9, ttlMs: 12, lookAgain: 1, lookAgainMs: 5 },
    workload: [{ from: "A", to: "B", atMs: 5 }],
    faults: [{ atMs: 10, act: "crash", target: "server-2" }],
    durationMs: 20,
  });
  const bounds = { lateMs: 6, lateSteps: 1, losses: 0, crashes: 0 };
  const rules = rulesFor(late);
  const brute = bruteForce(late, rules, bounds, 1)!;
  const merged = explored(explore, late, rules, bounds, 1);
  const plain = explored(explore, late, rules, bounds, 1, false);
  expect(ordered(merged.broken)).toEqual(ordered(brute.broken));
  expect(merged.last.states).toBeLessThan(plain.last.states);
  expect(brute.broken.size).toBeGreaterThan(0);
});
