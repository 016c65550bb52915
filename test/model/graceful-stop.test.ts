/** What clients see of a server that stops, who comes back, and what arrives. Ground-truth 20-graceful-stop. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { at, CLOSE_REASON_NAMES, RecordKind, RequestKind } from "../../src/model/trace/records.ts";
import { closeEventAt } from "../../src/run/close-event.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];
type Servers = NonNullable<ScenarioInput["servers"]>;
type Act = "stop" | "crash" | "disconnect";

/** The instant of the signal. What each client sends goes on every 20 ms, from half a second before. */
const STOP_MS = 3000;
const EVERY_MS = 20;

/** How each way to stop is said. */
const WAYS: Readonly<Record<string, { act?: Act; servers?: Servers; words?: false }>> = {
  "io.close()": { servers: { onStop: "close" } },
  "httpServer.close() only": { servers: { onStop: "wait" } },
  "process.exit(0) in the SIGTERM handler": { servers: { onStop: "exit" } },
  SIGKILL: { act: "crash", words: false },
  "io.disconnectSockets(true), the server stays up": { act: "disconnect" },
  "httpServer.close(), then socket.conn.close() for client i of n at i/n of sliceMs, exit 200 ms after sliceMs":
    {
      servers: { onStop: "close", drainMs: 2000, graceMs: 2200 },
    },
  "httpServer.close(), process.exit(0) 2000 ms later": { servers: { onStop: "wait", graceMs: 2000 } },
  "io.disconnectSockets(true), then io.close()": { servers: { onStop: "disconnect" } },
  "5 messages, then ws.close(1001, 'going away') for every client; process exits 100 ms later": {
    servers: { onStop: "close", closeCode: 1001 },
  },
  "5 messages, then ws.close(1012, 'service restart') for every client; process exits 100 ms later": {
    servers: { onStop: "close", closeCode: 1012 },
  },
  "5 messages, then ws.terminate() for every client; process exits 100 ms later": {
    servers: { onStop: "close", closesWith: "reset" },
  },
  "5 messages, then process.exit(0)": { servers: { onStop: "exit", writes: "at-once" } },
  "5 messages, then WebSocketServer.close() only": { servers: { onStop: "wait" } },
};

/** What the server of a Socket.IO client calls it. Of what a process that dies calls it, nobody hears. */
const ENDS: Readonly<Record<string, readonly number[]>> = {
  "server shutting down": [EndReason.serverStopping],
  // Its sessions are closed on purpose, or with their process when no request is open any more.
  "forced close": [EndReason.serverStopping, EndReason.serverExited],
  "server namespace disconnect": [EndReason.disconnectedByServer],
};

// biome-ignore lint/suspicious/noExplicitAny: each experiment's cases have a shape of their own
type Setup = any;

/** When a new process listens in the place of the one before, after the signal; null: none does. */
function backAfterMs({ newServer }: Setup): number | null {
  return newServer === undefined ? null : Number(/(\d+) ms/.exec(newServer)![1]);
}

function labOf(setup: Setup): Lab {
  const { act = "stop", servers, words } = WAYS[setup.stop]!;
  const isPlain = setup.stack !== undefined;
  const backMs = backAfterMs(setup);
  const untilMs = STOP_MS + setup.observeMs;
  return {
    durationMs: untilMs,
    clients: [
      {
        name: "c",
        count: setup.clients,
        startGapMs: 50,
        transport: setup.clientTransports === "polling only" ? "polling" : "websocket",
        // A plain client does not come back by itself.
        ...(isPlain ? { reconnectionDelayMs: 60_000, reconnectionDelayMaxMs: 60_000 } : {}),
        ...(setup.client === undefined ? {} : { connectsAgainAfterMs: 1000 }),
        delivery: "forget",
      },
    ],
    servers: { count: setup.servers ?? 1, ...servers, ...(isPlain ? { pingIntervalMs: "none" } : {}) },
    workload: [
      ...(words === false ? [] : Array.from({ length: 5 }, () => "server-1")).map((from) => ({
        from,
        to: "everyone",
        atMs: STOP_MS,
      })),
      // The last is not so late that nobody could get it.
      { from: "c", to: "server", firstMs: STOP_MS - 497, everyMs: EVERY_MS, untilMs: untilMs - 50 },
    ],
    faults: [
      { atMs: STOP_MS, act, target: "server-1" },
      ...(backMs === null ? [] : [{ atMs: STOP_MS + backMs, act: "restart" as const, target: "server-1" }]),
    ],
  };
}

/** What became of the clients of the server that stops; times are ms after the signal. */
function outcome(setup: Setup) {
  const lab = runLab(labOf(setup));
  const { trace } = lab.result;
  const first = lab.node("server-1");
  const affected = new Set(
    lab
      .records(RecordKind.connected)
      .flatMap((row) => (row[0]! < STOP_MS && row[2] === first ? [row[1]!] : [])),
  );
  const rows = (kind: number) =>
    Array.from({ length: trace.length }, (_, row) => row).filter(
      (row) => trace.kind[row] === kind && trace.timeUs[row]! >= STOP_MS * 1000,
    );
  const ms = (row: number) => trace.timeUs[row]! / 1000 - STOP_MS;
  // The process that is started in the place of the one before.
  const serverName = (server: number) => `s${server}${server === 0 ? "b" : ""}`;
  const clients = [...affected].map((client) => {
    const cut = rows(RecordKind.disconnected).find((row) => trace[at.disconnected.client][row] === client);
    const back = rows(RecordKind.connected).find((row) => trace[at.connected.client][row] === client);
    const opens = rows(RecordKind.request).find(
      (row) =>
        cut !== undefined &&
        trace.timeUs[row]! > trace.timeUs[cut]! &&
        (trace[at.request.kind][row] === RequestKind.handshake ||
          trace[at.request.kind][row] === RequestKind.websocket) &&
        trace[at.request.client][row] === client,
    );
    const reason =
      cut === undefined ? "not disconnected" : CLOSE_REASON_NAMES[trace[at.disconnected.reason][cut]!]!;
    return {
      client,
      reason,
      code: cut === undefined ? null : (closeEventAt(lab.result, cut)?.code ?? null),
      noticeMs: cut === undefined ? null : ms(cut),
      retryMs: cut === undefined || opens === undefined ? null : ms(opens) - ms(cut),
      backMs: back === undefined ? null : ms(back),
      server: back === undefined ? "none" : serverName(trace[at.connected.server][back]! - first),
    };
  });
  const { messages, copies, ends } = lab.ledger;
  const sent = messages.filter(({ sender }) => affected.has(sender));
  const fateOf = (message: (typeof messages)[number]) => copies[message.copies[0]!]!.fate;
  return {
    lab,
    clients,
    sent,
    fateOf,
    affected,
    copies,
    ends: ends.filter(({ whose }) => affected.has(whose)),
  };
}

describe("experiment 20: a server that stops", () => {
  const cases = casesOf("20");
  it.each(cases)("$id", ({ setup, observed: seen }) => {
    const { lab, clients, sent, fateOf, affected, copies, ends } = outcome(setup);
    expect(clients).toHaveLength(setup.clients / (setup.servers ?? 1));
    const isPolling = setup.clientTransports === "polling only";
    const told = (one: (typeof clients)[number]) => {
      if (one.noticeMs === null) return setup.stack === undefined ? "not disconnected" : "not closed";
      if (setup.stack !== undefined) return String(one.code);
      if (isPolling) return one.reason;
      return `${one.reason} / ${one.reason === "io server disconnect" ? "-" : one.code}`;
    };
    const measured: string[] = seen.clientReasonAndCode ?? seen.clientCodeAndReason;
    const expected = isPolling
      ? measured.map((text) => text.split(" / ")[0])
      : setup.stack !== undefined
        ? measured.map((text) => text.replace(/ '.*/, ""))
        : measured;
    for (const one of clients) expect(expected).toContain(told(one));
    for (const reason of seen.serverReason ?? [])
      expect(ends.some((end) => ENDS[reason]!.includes(end.reason))).toBe(true);
    // The last words of the server.
    const arrived = (client: number) =>
      copies.filter(
        (copy) =>
          copy.recipient === client &&
          copy.fate === Fate.delivered &&
          lab.ledger.messages[copy.message]!.sender === lab.node("server-1"),
      ).length;
    const words: number[] =
      seen.lastMessagesReceived ??
      seen.rows.flatMap((row: unknown[]) =>
        Object.keys(row[seen.columns.indexOf("lastEventsReceived")] as object).map(Number),
      );
    for (const client of affected) expect(words).toContain(arrived(client));
    expect(copies.every(({ duplicates }) => duplicates === 0)).toBe(true);
    // What clients send before the stop arrives; what they send when they know of it as well, if they come back.
    const notice = (client: number) => clients.find((one) => one.client === client)!.noticeMs;
    const lostIn = (isIn: (sentMs: number, noticeMs: number | null) => boolean) =>
      sent.filter((message) => isIn(message.sentUs / 1000 - STOP_MS, notice(message.sender))).map(fateOf);
    expect(lostIn((sentMs) => sentMs < -EVERY_MS)).not.toContain(Fate.lost);
    const after = lostIn((sentMs, noticeMs) => noticeMs !== null && sentMs > noticeMs);
    if (seen.clientEvents !== undefined) {
      const [, , , , , allLost] = seen.clientEvents.rows[0];
      if (after.length > 0)
        expect(new Set(after)).toEqual(new Set([allLost === 0 ? Fate.delivered : Fate.lost]));
      for (const one of clients) {
        const column = (name: string) =>
          seen.rows.flatMap((row: unknown[]) => row[seen.columns.indexOf(name)] ?? []);
        const servers = column("backOnServer").flatMap((counts: object) => Object.keys(counts));
        expect(servers).toContain(one.server);
        if (one.noticeMs !== null) expectNear(one.noticeMs, column("noticeMs"), 40, "ms");
        // Who has to wait for the new process is back at the first try after it is there.
        const earliestMs = backAfterMs(setup) ?? one.noticeMs! + 500;
        if (one.backMs !== null) expectNear(one.backMs, [earliestMs, ...column("backMs")], 150, "ms");
        if (one.retryMs !== null && one.reason.startsWith("transport"))
          expectNear(one.retryMs, [500, 1500], 25, "ms");
      }
    } else
      for (const one of clients)
        if (one.noticeMs !== null) expectNear(one.noticeMs, seen.closeMs.flat(), 60, "ms");
  });
});
