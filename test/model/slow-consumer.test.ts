/** A client that stops reading: what the kernels take, and what the server does with the rest. Ground truth 28. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import type { RunResult } from "../../src/run/result.ts";
import { waitingAt } from "../../src/view/run/queues.ts";
import { casesOf, expectNear, type observed, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

/** How old the connections were when the slow ones stopped reading. */
const BEFORE_MS = 1200;
const NEAR: Lab["network"] = { client: { latencyMs: 0.1 }, server: { latencyMs: 0.1 } };

/** Of the rows of a case, one column. */
function column(seen: { columns: string[]; rows: unknown[][] }, name: string): unknown[] {
  return seen.rows.map((row) => row[seen.columns.indexOf(name)]);
}

type Setup = ReturnType<typeof observed>["setup"];

/** What was sent before anything waited is counted there from the connection's beginning: of that, all had been read that was sent before it stopped. */
const kernelsTook = ({ bytes, rate }: Setup, sentBeforeBuffering: number): number =>
  sentBeforeBuffering - (bytes * rate * BEFORE_MS) / 1000;

/** One that reads and the slow ones, as in the experiment; all who read there are alike. */
function lab(setup: Setup, kernelBytes: number): Lab {
  const { slowClients, kind, bytes, rate, broadcastForMs, resumeAtMs, limitBytes, heartbeatMs, server } =
    setup;
  const ping = server ?? (heartbeatMs ? { pingInterval: heartbeatMs, pingTimeout: heartbeatMs } : null);
  const beats = ping === null ? kind === "socket.io" : true;
  return {
    durationMs: BEFORE_MS + broadcastForMs + 500,
    network: NEAR,
    clients: [
      { name: "fast", transport: kind === "sse" ? "sse" : "websocket", startConnected: kind !== "sse" },
      ...(slowClients === 0
        ? []
        : [
            {
              name: "slow",
              count: slowClients,
              transport: kind === "sse" ? ("sse" as const) : ("websocket" as const),
              startConnected: kind !== "sse",
            },
          ]),
    ],
    servers: {
      count: 1,
      kernelBuffersKiB: Math.round(kernelBytes / 1024),
      ...(limitBytes === undefined ? {} : { sendBufferKiB: limitBytes / 1024, whenBufferFull: setup.policy }),
      ...(beats
        ? { pingIntervalMs: ping?.pingInterval ?? 25_000, pingTimeoutMs: ping?.pingTimeout ?? 20_000 }
        : { pingIntervalMs: "none" as const }),
    },
    workload: [
      {
        from: "server-1",
        to: "everyone",
        firstMs: BEFORE_MS,
        everyMs: 1000 / rate,
        untilMs: BEFORE_MS + broadcastForMs - 1,
        bytes,
      },
    ],
    faults: slowClients === 0 ? [] : stops(resumeAtMs),
  };
}

const stops = (resumeAtMs?: number): Lab["faults"] => [
  { atMs: BEFORE_MS - 0.05, act: "freeze", target: "slow" },
  ...(resumeAtMs === undefined
    ? []
    : [{ atMs: BEFORE_MS + resumeAtMs, act: "resume" as const, target: "slow" }]),
];

/** What waited at the server for the first slow client: how much in bytes, and when, in ms after it stopped reading. */
function buffered({ trace, nodes }: RunResult): { atMs: number; bytes: number }[] {
  const slow = nodes.findIndex(({ name }) => name === "slow" || name === "slow-1");
  const found: { atMs: number; bytes: number }[] = [];
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.buffered && trace[at.buffered.client][row] === slow)
      found.push({ atMs: trace.timeUs[row]! / 1000 - BEFORE_MS, bytes: trace[at.buffered.bytes][row]! });
  return found;
}

/** How connections ended, after the silence of who stopped reading. */
function closes({ records }: ReturnType<typeof runLab>): string[] {
  return records(RecordKind.ended)
    .filter((row) => row[2]! >= 0)
    .map((row) => (row[3] === EndReason.pingTimeout ? "ping timeout" : String(row[3])));
}

describe("experiment 28", () => {
  it.each(casesOf("28").map((one) => [one.id, one] as const))("%s", (_, one) => {
    const { setup, observed: seen } = one;
    const of = (name: string) => column(seen, name) as number[];
    const run = runLab(lab(setup, kernelsTook(setup, of("bytesSentBeforeBuffering")[0] ?? 1e9)));
    const { ledger, result } = run;
    const receivedBy = (name: string) =>
      ledger.copies.filter(
        ({ recipient, fate }) => result.nodes[recipient]!.name === name && fate === Fate.delivered,
      );
    // Who reads gets everything, and at once.
    const fast = receivedBy("fast");
    const sent = (setup.rate * setup.broadcastForMs) / 1000;
    expect(fast.length).toBe(sent);
    for (const { sentUs, settledUs } of fast) expect(settledUs - sentUs).toBeLessThan(5_000);
    const kept = buffered(result);
    const most = kept.reduce((max, { bytes }) => Math.max(max, bytes), 0);
    expectNear(
      most / 1024,
      of("bufferedMaxBytes").map((bytes) => bytes / 1024),
      most / 10_240,
      "KiB",
    );
    if (setup.slowClients === 0) return expect(kept).toEqual([]);
    const fromMs = kept.find(({ bytes }) => bytes > 65_536)!.atMs;
    // They looked every 250 ms.
    expectNear(fromMs, of("bufferedFromMs"), 300, "ms");
    expect(closes(run)).toEqual(of("closedBy")[0] === null ? [] : ["ping timeout"]);
    const closedMs = column(seen, "closedAfterMs") as ([number, number] | null)[];
    if (closedMs[0] !== null)
      expectNear(
        run.records(RecordKind.ended)[1]![0]! - BEFORE_MS,
        closedMs.map((ms) => ms![0]),
        250,
        "ms",
      );
    if (setup.resumeAtMs === undefined) return;
    const slow = receivedBy("slow");
    expectNear(slow.length, of("slowReceived"), sent / 50, "messages");
    expect(slow.map(({ sentUs }) => sentUs)).toEqual(
      slow.map(({ sentUs }) => sentUs).toSorted((a, b) => a - b),
    );
    const latestMs = Math.max(...slow.map(({ sentUs, settledUs }) => settledUs - sentUs)) / 1000;
    expectNear(latestMs, of("slowMaxLatencyMs"), 250, "ms");
  });
});

describe("a server that keeps only so much", () => {
  const keeps = (servers: object, more: Lab["faults"] = []) =>
    runLab({
      durationMs: 3000,
      network: { client: { latencyMs: 5 }, server: { latencyMs: 1 } },
      clients: [
        { name: "slow", transport: "websocket", startConnected: true },
        { name: "fast", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1, kernelBuffersKiB: 4, ...servers },
      workload: [{ from: "server-1", to: "everyone", firstMs: 100, everyMs: 10, untilMs: 390, bytes: 1024 }],
      faults: [{ atMs: 95, act: "freeze", target: "slow" }, ...more],
    });
  const resumes: Lab["faults"] = [{ atMs: 1000, act: "resume", target: "slow" }];
  const counted = ({ ledger }: ReturnType<typeof runLab>, name: "fast" | "slow") => {
    const own = ledger.copies.filter(({ recipient }) => recipient === (name === "slow" ? 0 : 1));
    return own.filter(({ fate }) => fate === Fate.delivered).length;
  };

  it("closes the connection with the first message beyond its limit, and what waits dies there", () => {
    const run = keeps({ sendBufferKiB: 8 });
    // Four are in the kernels, nine are more than eight, and the next closes it.
    expect(buffered(run.result).map(({ bytes }) => bytes / 1024)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0]);
    const [end] = run.records(RecordKind.ended).filter((row) => row[2]! >= 0);
    expect([end![0], end![3]]).toEqual([230, EndReason.sendBufferFull]);
    expect(run.ledger.causes).toEqual({ "connection-closed": 10, "recipient-away": 16 });
    expect(counted(run, "fast")).toBe(30);
    const dead = run.ledger.copies.filter(({ cause }) => cause >= 0);
    expect(dead.every(({ place }) => place === run.node("server-1"))).toBe(true);
  });

  it("shows on the page how much waits in the process, and that it is gone", () => {
    const { result, node } = keeps({ sendBufferKiB: 8 });
    const waiting = [100, 150, 200, 250].map((ms) => waitingAt(result, node("server-1"), ms * 1000));
    expect(waiting).toEqual([0, 2, 7, 0]);
  });

  it("or drops what comes, until less waits", () => {
    const run = keeps({ sendBufferKiB: 8, whenBufferFull: "drop" }, resumes);
    expect(run.ledger.causes).toEqual({ "send-buffer-full": 17 });
    expect(counted(run, "slow")).toBe(13);
    expect(counted(run, "fast")).toBe(30);
  });

  it("and without a limit keeps all, which is read in order once it is read at all", () => {
    const run = keeps({}, resumes);
    expect(run.ledger.causes).toEqual({});
    const slow = run.ledger.copies.filter(({ recipient }) => recipient === 0);
    expect(slow.map(({ settledUs }) => settledUs)).toEqual(
      slow.map(({ settledUs }) => settledUs).toSorted((a, b) => a - b),
    );
    // The kernels hold four; the others come four at a time, after word of room has gone up and they have come down.
    expect(slow.slice(0, 9).map(({ settledUs }) => settledUs / 1000)).toEqual([
      1000, 1000, 1000, 1000, 1012, 1012, 1012, 1012, 1024,
    ]);
  });

  it("writes what is larger than all room when there is nothing else", () => {
    expect(
      counted(
        keeps({ kernelBuffersKiB: 1, sendBufferKiB: 8 }, [{ atMs: 96, act: "resume", target: "slow" }]),
        "slow",
      ),
    ).toBe(30);
  });
});
