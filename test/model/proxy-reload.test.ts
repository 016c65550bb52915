/** Who is cut when a proxy is reloaded or restarted, and what the new process knows. Ground-truth 19-proxy-reload. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, runLab } from "../support/ground-truth.ts";

type Balancer = NonNullable<ScenarioInput["balancer"]>;

/** The instant of the signal; all clients are there by then. */
const AT_MS = 2000;
const CLIENTS = 6;
/** One new client so often, the last half a second before the end. */
const NEW_EVERY_MS = 200;
/** How long no process is there when it is restarted. */
const GONE_MS = 8;

const cases = casesOf("19").filter(({ id }) => /^(nginx|haproxy)-(reload|restart-term)/.test(id));

describe("experiment 19: a proxy that is reloaded", () => {
  it.each(cases)("$id", ({ setup, observed: seen }) => {
    const { proxy, watchMs } = setup;
    const limit = setup.workerShutdownTimeout ?? setup.hardStopAfter;
    const isReload = /SIGHUP|SIGUSR2/.test(setup.action);
    const lab = runLab({
      durationMs: AT_MS + watchMs,
      clients: [
        {
          name: "c",
          count: CLIENTS,
          startGapMs: 50,
          transport: "websocket",
          randomizationFactor: 0,
          delivery: "forget",
        },
        {
          name: "new",
          count: Math.floor((watchMs - 500) / NEW_EVERY_MS),
          // Between two measured instants: 100 ms after the signal.
          startMs: AT_MS + 100,
          startGapMs: NEW_EVERY_MS,
          transport: "websocket",
        },
      ],
      servers: { count: 2 },
      balancer: {
        kind: proxy,
        policy: "round-robin",
        shutdownTimeoutMs: limit === "unset" ? "none" : Number.parseInt(limit, 10) * 1000,
      } as Balancer,
      workload: [
        { from: "c", to: "server", firstMs: AT_MS - 500, everyMs: 40, untilMs: AT_MS + watchMs - 1500 },
      ],
      faults: isReload
        ? [{ atMs: AT_MS, act: "reload", target: "balancer" }]
        : [
            { atMs: AT_MS, act: "crash", target: "balancer" },
            { atMs: AT_MS + GONE_MS, act: "restart", target: "balancer" },
          ],
    });
    const since = (kind: number) => lab.records(kind).filter((row) => row[0]! > AT_MS);
    const ofOld = (rows: number[][]) => rows.filter((row) => row[1]! < CLIENTS);
    const cuts = ofOld(since(RecordKind.disconnected)).map((row) => row[0]! - AT_MS);
    const backs = ofOld(since(RecordKind.connected)).map((row) => row[0]! - AT_MS);
    const isCut = "1" in seen.cutsPerClient[0];
    expect(cuts).toHaveLength(isCut ? CLIENTS : 0);
    expect(backs).toHaveLength(cuts.length);
    const measured = (column: number) => seen.rows.flatMap((row: number[][]) => row[column]!);
    // The ways of these to notice a cut, and to come back, take up to 150 ms more.
    for (const ms of cuts) expectNear(ms, measured(0), 20, "ms");
    for (const ms of backs) expectNear(ms, measured(1), 150, "ms");
    const isNew = new Set(
      since(RecordKind.connected).flatMap((row) => (row[1]! >= CLIENTS ? [row[1]!] : [])),
    );
    expect(isNew.size).toBe(Math.floor((watchMs - 500) / NEW_EVERY_MS));
    const lost = lab.ledger.copies.filter(({ fate }) => fate === Fate.lost);
    expectNear(lost.length / CLIENTS, measured(2), 2, "events a client");
  });
});

const open = (name: string) => ({ name, transport: "websocket" as const, startConnected: true });

describe("the new process", () => {
  const base = {
    durationMs: 3000,
    clients: [
      ...["A", "B", "C"].map(open),
      { name: "D", transport: "websocket" as const, startMs: 1500 },
      { name: "E", transport: "websocket" as const, startMs: 1600 },
    ],
    servers: { count: 2 },
  };
  const faults = [{ atMs: 1000, act: "reload" as const, target: "balancer" }];

  it("begins with the first server's turn", () => {
    const balancer = { policy: "round-robin" as const };
    expect([3, 4].map(runLab({ ...base, balancer }).serverOf)).toEqual([1, 0]);
    expect([3, 4].map(runLab({ ...base, balancer, faults }).serverOf)).toEqual([0, 1]);
  });

  it("counts no connection of the old one, neither while they are open nor when they end", () => {
    const balancer = { kind: "nginx", policy: "least-connections", shutdownTimeoutMs: 450 } as Balancer;
    const back = { reconnectionDelayMs: 60_000, reconnectionDelayMaxMs: 60_000 };
    const clients = [
      ...["A", "B", "C"].map((name) => ({ ...open(name), ...back })),
      { name: "D", transport: "websocket" as const, startMs: 1500 },
      { name: "E", transport: "websocket" as const, startMs: 1600 },
    ];
    // Without a reload server-1 has two of three.
    expect(runLab({ ...base, clients, balancer }).serverOf(3)).toBe(1);
    // D comes before the cut, E after it: it goes where D is not.
    expect([3, 4].map(runLab({ ...base, clients, balancer, faults }).serverOf)).toEqual([0, 1]);
  });

  it("has worker connections of its own", () => {
    const balancer = { kind: "nginx", policy: "round-robin", workerConnections: 7 } as Balancer;
    const connected = (lab: ReturnType<typeof runLab>) =>
      new Set(lab.records(RecordKind.connected).map((row) => row[1])).size;
    expect(connected(runLab({ ...base, balancer }))).toBeLessThan(5);
    expect(connected(runLab({ ...base, balancer, faults }))).toBe(5);
  });

  it("the cut has its reason, and each process its own time", () => {
    const { records, ledger } = runLab({
      ...base,
      balancer: { kind: "haproxy", policy: "round-robin", shutdownTimeoutMs: 1000 } as Balancer,
      workload: [{ from: "D", to: "A", atMs: 2100 }],
      faults: [...faults, { atMs: 1550, act: "reload", target: "balancer" }],
    });
    const ended = records(RecordKind.ended).map((row) => [
      Math.floor(row[0]!),
      row.includes(EndReason.balancerReloaded),
    ]);
    expect(ended).toEqual([...[1, 2, 3].map(() => [2050, true]), [2600, true]]);
    expect(ledger.copies.map(({ cause }) => CAUSES[cause]?.name)).toEqual(["recipient-away"]);
  });
});
