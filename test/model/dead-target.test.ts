/** What becomes of clients whose server dies behind HAProxy. Ground-truth 18-haproxy-dead-target. */
import { describe, expect, it } from "vitest";
import { CLOSE_REASON_NAMES, RecordKind, RequestKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, labScenario, observed, runLab } from "../support/ground-truth.ts";

type Balancer = NonNullable<ScenarioInput["balancer"]>;
type Client = NonNullable<ScenarioInput["clients"]>[number];

const TRANSPORTS: Readonly<Record<string, Partial<Client>>> = {
  "polling first, upgraded to websocket before the kill": { transport: "polling-first" },
  "polling only": { transport: "polling" },
  "websocket only": { transport: "websocket" },
  "websocket only, no cookie": { transport: "websocket", cookies: false },
};

/** «check inter 500ms (fall 3, rise 2)» */
function checksOf(written: string): Partial<Balancer> {
  if (written === "none") return {};
  const [, inter, fall, rise] = written.match(/inter (\d+)ms.*fall (\d+),? rise (\d+)/)!;
  return { checkIntervalMs: Number(inter), fall: Number(fall), rise: Number(rise) } as Partial<Balancer>;
}

/** A case's scenario: its servers are killed at `killMs`, which says where in the interval of the checks that is. */
// biome-ignore lint/suspicious/noExplicitAny: each experiment's cases have a shape of their own
function input(setup: any, killMs: number): Parameters<typeof runLab>[0] {
  const killed = setup.killed === "all servers" ? ["server-1", "server-2"] : ["server-1"];
  const back = setup.listensAgainAfterMs;
  return {
    // The last attempt of some begins right at the end.
    durationMs: killMs + setup.observeMs + 50,
    clients: [
      {
        name: "c",
        count: setup.clients,
        startGapMs: 200,
        reconnectionDelayMs: 1000,
        reconnectionDelayMaxMs: 5000,
        randomizationFactor: 0,
        ...TRANSPORTS[setup.clientKind]!,
      },
    ],
    servers: { count: setup.servers },
    balancer: {
      kind: "haproxy",
      policy: setup.cookieDirective === "none" ? "round-robin" : "sticky-cookie",
      tunnelTimeoutMs: 3_600_000,
      retries: setup.retries ?? 3,
      redispatch: setup.redispatch ?? false,
      ...checksOf(setup.healthCheck),
    } as Balancer,
    faults: killed.flatMap((target) => [
      { atMs: killMs, act: "crash" as const, target },
      ...(back === "never" ? [] : [{ atMs: killMs + back, act: "restart" as const, target }]),
    ]),
  };
}

/** What became of each client that was on a killed server; times are ms after the kill. */
function outcome(lab: ReturnType<typeof runLab>, killMs: number) {
  const first = lab.node("server-1");
  const after = (kind: number) => lab.records(kind).filter(([ms]) => ms! >= killMs);
  const affected = after(RecordKind.disconnected)
    .filter(([ms]) => ms! < killMs + 100)
    .map(([ms, client, reason]) => ({
      client: client!,
      noticeMs: ms! - killMs,
      reason: CLOSE_REASON_NAMES[reason!],
    }));
  const opens = after(RecordKind.request).filter(
    (row) => row[3] === RequestKind.handshake || row[3] === RequestKind.websocket,
  );
  const answers = after(RecordKind.response).filter(
    ([ms, , , status]) => ms! > killMs + 500 && status! >= 400,
  );
  return affected.map(({ client, noticeMs, reason }) => {
    const up = after(RecordKind.connected).find((row) => row[1] === client);
    return {
      client,
      noticeMs,
      reason,
      attempts: new Set(opens.filter((row) => row[2] === client).map((row) => row[1])).size,
      backMs: up === undefined ? null : up[0]! - killMs,
      server: up === undefined ? "none" : `s${up[2]! - first}`,
      // What each attempt that failed was answered first.
      errors: after(RecordKind.disconnected)
        .filter((row) => row[1] === client && row[0]! > killMs + 500)
        .map(([failedMs]) => answers.filter((row) => row[2] === client && row[0]! <= failedMs!).at(-1)?.[3]),
    };
  });
}

/** {1: 4}: how many there are of each. */
function counted(values: readonly (number | string)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The status at the end of each measured error: «xhr post error 400». */
function statusesOf(failed: Readonly<Record<string, number>>): number[] {
  return Object.entries(failed).flatMap(([error, times]) =>
    Array<number>(times).fill(Number(error.split(" ").at(-1))),
  );
}

describe("experiment 18: HAProxy and a server that is dead", () => {
  // Checks strike at whole half seconds: shortly after one, and shortly before.
  const cases = casesOf("18").flatMap((one) =>
    (one.setup.healthCheck === "none" ? [5010] : [5010, 5300]).map((killMs) => ({
      ...one,
      killMs,
      id: one.id,
    })),
  );
  it.each(cases)("$id, killed at $killMs ms", ({ id, setup, killMs }) => {
    const { observed: seen } = observed("18", id);
    const lab = runLab(input(setup, killMs));
    const all = outcome(lab, killMs);
    const column = (name: string) => seen.rows.map((row: unknown[]) => row[seen.columns.indexOf(name)]);
    expect(all).toHaveLength(seen.affectedClients[0]);
    expect(new Set(all.map(({ reason }) => reason))).toEqual(new Set([seen.disconnectReason]));
    expect(counted(all.map(({ attempts }) => attempts))).toEqual(column("attemptsPerClient")[0]);
    expect(counted(all.map(({ server }) => server))).toEqual(column("backOnServer")[0]);
    expect(all.flatMap(({ errors }) => errors)).toEqual(statusesOf(seen.failedAttempts?.[0] ?? {}));
    const back = all.flatMap(({ backMs }) => backMs ?? []).sort((one, other) => one - other);
    const measured: (number | null)[][] =
      seen.sortedBackMs ?? column("backMs").filter((range: unknown) => range !== null);
    if (seen.sortedBackMs === undefined)
      for (const ms of back) expectNear(ms, measured.flat() as number[], 200, "ms");
    else
      for (const [i, ms] of back.entries())
        expectNear(
          ms,
          measured.map((run) => run[i]!),
          200,
          "ms",
        );
    const world = new Run(labScenario(input(setup, killMs)));
    world.finish();
    for (const { client, server } of setup.clientKind.includes("no cookie") ? [] : all) {
      const expected = server === "none" ? "s0" : server;
      expect(`s${world.world.clients.cookie[client]}`).toBe(expected);
    }
  });

  it("marks a server down and up when the checks have counted so far", () => {
    const { setup, observed: seen } = observed("18", "poll+ws-1.5s-check-redispatch");
    for (const killMs of [5010, 5300]) {
      const marks = runLab(input(setup, killMs)).records(RecordKind.marked);
      expect(marks.map((row) => row[2])).toEqual([0, 1]);
      const range = (column: number) => seen.rows.map((row: number[]) => row[column]);
      expectNear(marks[0]![0]! - killMs, range(1), 100, "ms");
      expectNear(marks[1]![0]! - killMs, range(2), 100, "ms");
    }
  });
});

describe("on-marked-down", () => {
  /** A poll that is held, and a WebSocket, at a server that takes nothing new; server-2 takes what comes after. */
  const lab = (onMarkedDown: "none" | "shutdown-sessions") =>
    runLab({
      durationMs: 3000,
      clients: [
        { name: "polls", transport: "polling" },
        { name: "socket", transport: "websocket", startMs: 200 },
      ],
      servers: { count: 1, onStop: "wait" },
      balancer: { kind: "haproxy", checkIntervalMs: 200, fall: 3, onMarkedDown } as Balancer,
      faults: [{ atMs: 1010, act: "stop", target: "server-1" }],
    });

  it("shutdown-sessions ends at the mark what is open: 502 for a request, a close for a WebSocket, on both sides", () => {
    const run = lab("shutdown-sessions");
    const [[markMs, , isUp]] = run.records(RecordKind.marked) as [number[]];
    expect(isUp).toBe(0);
    expect(markMs).toBeGreaterThan(1400);
    const answers = run.records(RecordKind.response).filter(([ms]) => ms === markMs);
    expect(answers.map((row) => row[3])).toEqual([502]);
    const ends = run.records(RecordKind.ended).filter(([ms]) => ms === markMs);
    expect(ends).toHaveLength(2);
    const gone = run.records(RecordKind.disconnected).filter(([ms]) => ms! >= markMs! && ms! < markMs! + 100);
    expect(new Set(gone.map((row) => row[1]))).toEqual(new Set([run.node("polls"), run.node("socket")]));
    // Nobody is left on the server, which may leave now.
    expect(run.records(RecordKind.exited).length).toBeGreaterThan(0);
  });

  it("by default nothing that is open ends", () => {
    const run = lab("none");
    expect(run.records(RecordKind.marked)).toHaveLength(1);
    expect(run.records(RecordKind.ended)).toEqual([]);
  });
});
