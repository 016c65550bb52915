/** Who notices that a connection is half-dead, when, and what is lost until then. Experiments 10 and 22. */
import { describe, expect, it } from "vitest";
import { isSessionClosed } from "../../src/check/presence.ts";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, runLab } from "../support/ground-truth.ts";

type Client = Partial<ScenarioInput["clients"][number]>;
type Faults = NonNullable<ScenarioInput["faults"]>;

interface Setting {
  readonly client?: Client;
  readonly servers: NonNullable<ScenarioInput["servers"]>;
  readonly workload?: ScenarioInput["workload"];
  readonly faults?: Faults;
  readonly durationMs: number;
}

/** Client `c` at one server, which another client hears, too; nobody else's patience matters. */
function lab({ client, servers, workload, faults, durationMs }: Setting) {
  return runLab({
    durationMs,
    clients: [
      {
        name: "c",
        transport: "websocket",
        startConnected: true,
        reconnectionDelayMs: 1000,
        randomizationFactor: 0,
        ...client,
      },
      { name: "driver", transport: "websocket", startConnected: true, watchdogMs: "none" },
    ],
    servers: { count: 1, ...servers },
    balancer: { idleTimeoutMs: 86_400_000 },
    ...(workload === undefined ? {} : { workload }),
    ...(faults === undefined ? {} : { faults }),
  });
}

type Lab = ReturnType<typeof lab>;

/** What both ends of c's first connection noticed, and what was lost: times counted from `sinceMs`. */
function noticed(run: Lab, sinceMs: number) {
  const c = run.node("c");
  const { trace } = run.result;
  let serverMs: number | null = null;
  // c's session is the first.
  for (let row = 0; row < trace.length && serverMs === null; row++)
    if (trace.kind[row] === RecordKind.transition && isSessionClosed(trace, row) && trace.b[row] === 0)
      serverMs = trace.timeUs[row]! / 1000 - sinceMs;
  const [closed] = run.records(RecordKind.disconnected).filter((row) => row[1] === c);
  const back = run.records(RecordKind.connected).filter((row) => row[1] === c)[1];
  const sent = (isFrom: boolean) =>
    run.ledger.copies.filter(({ message, recipient }) =>
      isFrom ? run.ledger.messages[message]!.sender === c : recipient === c,
    );
  const lost = (isFrom: boolean) =>
    sent(isFrom)
      .filter(({ fate }) => fate !== Fate.delivered)
      .map(({ message }) => run.ledger.messages[message]!.sentUs / 1000 - sinceMs)
      .filter((ms) => ms >= 0);
  return {
    clientMs: closed === undefined ? null : closed[0]! - sinceMs,
    clientReason: closed === undefined ? null : CLOSE_REASON_NAMES[closed[2]!]!,
    serverMs,
    backMs: back === undefined ? null : back[0]! - sinceMs,
    serverMessagesLost: lost(false),
    clientMessagesLost: lost(true),
  };
}

/** Whether a simulated time is within the margins of a measured one. */
function expectNear(simulated: number | null, measured: number | null, early: number, late: number) {
  if (measured === null || simulated === null) {
    expect(simulated).toBe(measured);
    return;
  }
  // The laboratory was late by up to the margin, so the simulation may be as much earlier, and hardly later.
  expect(simulated - measured).toBeGreaterThanOrEqual(-late);
  expect(simulated - measured).toBeLessThanOrEqual(early);
}

const DIRECTIONS = [
  ["server to client", "down"],
  ["client to server", "up"],
  ["", "both"],
] as const;

const half22 = casesOf("22");
const setOf = (setup: { fault: string }) => DIRECTIONS.find(([words]) => setup.fault.includes(words))![1];

describe("experiment 22: one connection of a Socket.IO client goes mute", () => {
  it.each(half22.filter(({ id }) => /^sio-(drop|no-ping)/.test(id)))("$id", ({ setup, observed }) => {
    const { pingIntervalMs, pingTimeoutMs, watchMs } = setup;
    for (const row of observed.rows) {
      const [afterPingMs, clientMs, serverMs, backMs, , serverLost, , clientLost] = row;
      const faultMs = pingIntervalMs > watchMs ? 1000 : pingIntervalMs + afterPingMs;
      const run = lab({
        durationMs: faultMs + watchMs,
        servers: { pingIntervalMs, pingTimeoutMs },
        workload: [
          { from: "servers", to: "everyone", everyMs: setup.serverEmitsEveryMs },
          { from: "c", to: "driver", everyMs: setup.clientEmitsEveryMs },
        ],
        faults: [{ atMs: faultMs, act: "mute", target: "c/balancer", direction: setOf(setup) }],
      });
      const found = noticed(run, faultMs);
      expectNear(found.clientMs, clientMs, 10, 60);
      expectNear(found.serverMs, serverMs, 10, 60);
      expectNear(found.backMs, backMs, 10, 150);
      if (clientMs !== null) expect(found.clientReason).toBe("ping timeout");
      for (const [lostMs, [fromMs, toMs]] of [
        [found.serverMessagesLost, serverLost],
        [found.clientMessagesLost, clientLost],
      ] as const) {
        expect(Math.abs(lostMs[0]! - fromMs)).toBeLessThanOrEqual(setup.serverEmitsEveryMs + 60);
        // In what is under way at the end of the watch, nothing is lost yet.
        expect(Math.abs(lostMs.at(-1)! - toMs)).toBeLessThanOrEqual(setup.serverEmitsEveryMs + 60);
      }
    }
  });
});

describe("experiment 22: the path heals before anybody notices", () => {
  /**
   * What the experiment drops, the senders' own kernels drop, which know it and send at the first write after the heal: 13 ± 4
   * late messages. Behind the sender, the heal is noticed at the next retransmission, which makes it 25.
   */
  it.each(half22.filter(({ id }) => id === "sio-heal-before-notice"))(
    "$id: nothing is lost",
    ({ setup, observed }) => {
      for (const [afterPingMs] of observed.rows) {
        const faultMs = setup.pingIntervalMs + afterPingMs;
        const run = lab({
          durationMs: faultMs + setup.watchMs,
          servers: { pingIntervalMs: setup.pingIntervalMs, pingTimeoutMs: setup.pingTimeoutMs },
          workload: [
            { from: "servers", to: "everyone", everyMs: setup.serverEmitsEveryMs },
            { from: "c", to: "driver", everyMs: setup.clientEmitsEveryMs },
          ],
          faults: [
            { atMs: faultMs, act: "mute", target: "c/balancer", by: "sender" },
            { atMs: faultMs + 800, act: "heal", target: "c/balancer" },
          ],
        });
        expect(run.records(RecordKind.disconnected)).toEqual([]);
        expect(run.ledger.copies.filter(({ fate }) => fate === Fate.lost)).toEqual([]);
        const late = run.ledger.copies.filter(
          ({ recipient, sentUs, settledUs }) => recipient === run.node("c") && settledUs - sentUs > 200_000,
        ).length;
        for (const measured of observed.lateServerMessages)
          expect(Math.abs(late - measured)).toBeLessThanOrEqual(4);
      }
    },
  );
});

/** A plain server's heartbeat. It looks at each beat whether the last ping was answered: the timeout is one more interval. */
const beatsOf = (setup: { serverHeartbeat: string }) => {
  const every = /every (\d+) ms/.exec(setup.serverHeartbeat)?.[1];
  return every === undefined
    ? { pingIntervalMs: "none" as const }
    : { pingIntervalMs: Number(every), pingTimeoutMs: Number(every) };
};

describe("experiment 22: a plain WebSocket", () => {
  const watchdog = ({ clientWatchdog }: { clientWatchdog: string }) => {
    const ms = /for (\d+) ms/.exec(clientWatchdog)?.[1];
    return ms === undefined ? ("none" as const) : Number(ms);
  };
  /** How long after the last sign of life the fault began: as said, or, of a watchdog that messages feed, as its patience says. */
  const sinceMs = (setup: { clientWatchdog: string }, seen: Record<string, number>) =>
    hearsAll(setup)
      ? Number(watchdog(setup)) - seen.clientNoticeMs! + 0.5
      : (seen.faultAfterLastPingMs ?? 300);
  const hearsAll = ({ clientWatchdog }: { clientWatchdog: string }) => clientWatchdog.includes("message");

  it.each(half22.filter(({ id }) => /^ws-(no-ping|heartbeat-1000|data-watchdog)/.test(id)))(
    "$id",
    ({ setup, observed }) => {
      const columns: string[] = observed.columns;
      for (const row of observed.rows) {
        const seen = Object.fromEntries(columns.map((name, i) => [name, row[i]]));
        const faultMs = 1000 + sinceMs(setup, seen);
        const run = lab({
          durationMs: faultMs + setup.watchMs,
          client: { watchdogMs: watchdog(setup), watchdogHears: hearsAll(setup) ? "all" : "pings" },
          servers: beatsOf(setup),
          workload: [
            ...(setup.clientSendsEveryMs === undefined
              ? []
              : [{ from: "c", to: "driver", everyMs: setup.clientSendsEveryMs }]),
            ...(setup.serverSendsEveryMs === undefined
              ? []
              : [{ from: "servers", to: "everyone", everyMs: setup.serverSendsEveryMs }]),
          ],
          faults: [{ atMs: faultMs, act: "mute", target: "c/balancer" }],
        });
        const found = noticed(run, faultMs);
        expectNear(found.clientMs, seen.clientNoticeMs, 15, 60);
        expectNear(found.serverMs, seen.serverNoticeMs, 15, 60);
        expectNear(found.backMs, seen.clientReopenedMs, 15, 150);
        if (setup.clientSendsEveryMs === undefined) continue;
        const { clientSent, clientSentButLost } = seen;
        const sent = run.ledger.copies.filter(
          ({ message }) =>
            run.ledger.messages[message]!.sender === run.node("c") &&
            run.ledger.messages[message]!.sentUs / 1000 >= faultMs,
        ).length;
        // Without notice all of it is lost; else what was sent up to the notice.
        if (clientSent === clientSentButLost) expect(found.clientMessagesLost).toHaveLength(sent);
        else expect(Math.abs(found.clientMessagesLost.length - clientSentButLost)).toBeLessThanOrEqual(2);
      }
    },
  );
});

describe("experiment 22: a path that heals after the server gave up", () => {
  const talking = half22.find(({ id }) => id === "ws-heartbeat-heal-4s-talking")!;
  const { setup } = talking;
  /** Packets are dropped by their senders' own kernels, as in the experiment, or on the way. */
  const healed = (sinceMs: number, clientMs: number, by: "path" | "sender") => {
    const faultMs = 1000 + sinceMs;
    const everyMs = setup.clientSendsEveryMs;
    // When in the rhythm of its messages the path healed was not written down, but for when it was told.
    const firstMs = (faultMs + clientMs) % everyMs;
    const run = lab({
      durationMs: faultMs + 8000,
      client: { watchdogMs: "none", reconnectionDelayMs: 60_000, reconnectionDelayMaxMs: 60_000 },
      servers: beatsOf(setup),
      workload: [{ from: "c", to: "driver", firstMs, everyMs, untilMs: faultMs + 4100 }],
      faults: [
        { atMs: faultMs, act: "mute", target: "c/balancer", by },
        { atMs: faultMs + 4000, act: "heal", target: "c/balancer" },
      ],
    });
    return noticed(run, faultMs);
  };

  it("ws-heartbeat-heal-4s-talking: a talking client is told at its next packet, and what it sent meanwhile is lost", () => {
    for (const [sinceMs, clientMs, , serverMs, , , , sent, lost] of talking.observed.rows) {
      const found = healed(sinceMs, clientMs, "sender");
      expectNear(found.clientMs, clientMs, 15, 60);
      expectNear(found.serverMs, serverMs, 15, 60);
      expect(lost).toBe(sent);
      // All that it sent until it was told.
      const all = clientMs / setup.clientSendsEveryMs;
      expect(Math.abs(found.clientMessagesLost.length - all)).toBeLessThanOrEqual(0.1 * all);
    }
  });

  it("tells it later, if nobody knew: with the next retransmission", () => {
    expect(healed(187, 4053, "path").clientMs!).toBeGreaterThan(4500);
  });
});

describe("experiment 22: something on the way forgets what is silent", () => {
  const natOf = ({ middlebox }: { middlebox: { forgetsAfterIdleMs: number; laterPackets: string } }) =>
    ({
      natTimeoutMs: middlebox.forgetsAfterIdleMs,
      natForgets: middlebox.laterPackets.includes("RST") ? "with-reset" : "silently",
    }) as const;
  const said = (speaks: { who: string; atMs: number }[]) =>
    speaks.map(({ who, atMs }) =>
      who === "client" ? { from: "c", to: "driver", atMs } : { from: "servers", to: "everyone", atMs },
    );
  it.each(half22.filter(({ id }) => id.startsWith("idle-")))("$id", ({ setup, observed }) => {
    for (const row of observed.rows) {
      const [clientMs, clientReason, serverMs, , backMs, serverLost, clientLost] = row;
      const run = lab({
        durationMs: setup.watchMs,
        client: natOf(setup),
        servers: { pingIntervalMs: setup.pingIntervalMs, pingTimeoutMs: setup.pingTimeoutMs },
        workload: said(setup.speaks),
      });
      const found = noticed(run, 0);
      expectNear(found.clientMs, clientMs, 70, 60);
      expectNear(found.serverMs, serverMs, 70, 60);
      expectNear(found.backMs, backMs, 70, 150);
      expect(found.clientReason).toBe(clientReason);
      expect(`${found.serverMessagesLost.length} of`).toBe(serverLost.slice(0, 4));
      expect(`${found.clientMessagesLost.length} of`).toBe(clientLost.slice(0, 4));
    }
  });

  it.each(half22.filter(({ id }) => id.startsWith("ws-idle-")))("$id", ({ setup, observed }) => {
    for (const [clientMs, , serverMs] of observed.rows) {
      const run = lab({
        durationMs: setup.watchMs,
        client: { ...natOf(setup), watchdogMs: "none" },
        servers: beatsOf(setup),
        workload: said(setup.speaks),
      });
      const found = noticed(run, 0);
      expectNear(found.clientMs, clientMs, 15, 60);
      // The server's heart began to beat up to 100 ms before the client came, and its machine was late.
      expectNear(found.serverMs, serverMs, 130, 120);
    }
  });
});

describe("a mute connection", () => {
  const muted = (faults: Faults, workload: ScenarioInput["workload"] = []) =>
    lab({
      durationMs: 8000,
      servers: { pingIntervalMs: 1000, pingTimeoutMs: 600 },
      workload,
      faults,
    });

  it("is dead for its two ends, while a new one of the same client works", () => {
    const run = muted([{ atMs: 1500, act: "mute", target: "c/balancer" }]);
    const disconnects = run.records(RecordKind.disconnected).filter((row) => row[1] === run.node("c"));
    expect(disconnects).toHaveLength(1);
    // The driver's connection was another one.
    expect(run.records(RecordKind.disconnected)).toHaveLength(1);
  });

  it("that is healed before anybody notices loses nothing: what was lost on the way is sent again", () => {
    const run = muted(
      [
        { atMs: 1100, act: "mute", target: "c/balancer" },
        { atMs: 1400, act: "heal", target: "c/balancer" },
      ],
      [{ from: "servers", to: "everyone", everyMs: 50 }],
    );
    expect(run.records(RecordKind.disconnected)).toEqual([]);
    expect(noticed(run, 0).serverMessagesLost.filter((ms) => ms < 7900)).toEqual([]);
  });

  it("without traffic lets a last ping through when only what goes up is gone", () => {
    const run = muted([{ atMs: 1500, act: "mute", target: "c/balancer", direction: "up" }]);
    const { clientMs, serverMs } = noticed(run, 1500);
    expect(serverMs).toBeCloseTo(1100, -1);
    expect(clientMs).toBeGreaterThan(serverMs! - 10);
  });

  it("is none of the backplane's", () => {
    expect(() => muted([{ atMs: 1500, act: "mute", target: "server-1/backplane" }])).toThrow(
      /connections go mute between clients and servers, as on c\/balancer/,
    );
  });
});
