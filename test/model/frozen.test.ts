/** Processes that stand still while their kernels go on, and tabs whose timers are late. Ground-truth 31-stopped-process. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { runLab } from "../support/ground-truth.ts";

type Lab = Partial<ScenarioInput>;

const frozen = (fromMs: number, toMs: number, target: string): Lab["faults"] => [
  { atMs: fromMs, act: "freeze", target },
  { atMs: toMs, act: "resume", target },
];

/** c hears what its server says every 50 ms. Pings come each second, and are awaited for 600 ms. */
function lab(faults: Lab["faults"], more: Lab = {}) {
  return runLab({
    durationMs: 8000,
    clients: [
      {
        name: "c",
        transport: "websocket",
        startConnected: true,
        reconnectionDelayMs: 1000,
        randomizationFactor: 0,
      },
      { name: "d", transport: "websocket", startConnected: true },
    ],
    servers: { count: 1, pingIntervalMs: 1000, pingTimeoutMs: 600 },
    workload: [{ from: "servers", to: "everyone", everyMs: 50 }],
    ...(faults === undefined ? {} : { faults }),
    ...more,
  });
}

type Run = ReturnType<typeof lab>;
const closedOf = (run: Run, name: string) =>
  run
    .records(RecordKind.disconnected)
    .filter((row) => row[1] === run.node(name))
    .map((row) => [Math.round(row[0]!), CLOSE_REASON_NAMES[row[2]!]]);
const lostOf = (run: Run, name: string) =>
  run.ledger.copies.filter(({ recipient, fate }) => recipient === run.node(name) && fate === Fate.lost);

describe("a client that is frozen", () => {
  it("for less than the server waits: loses nothing, and reads all at once when it goes on", () => {
    const run = lab(frozen(2300, 2700, "c"));
    expect(closedOf(run, "c")).toEqual([]);
    expect(lostOf(run, "c")).toEqual([]);
    const atOnce = run.records(RecordKind.delivered).filter((row) => Math.abs(row[0]! - 2700) < 0.001);
    expect(atOnce.length).toBeGreaterThanOrEqual(7);
  });

  it("over WebTransport, too: what comes for it is acknowledged, and read when it goes on", () => {
    const clients = [{ name: "c", transport: "webtransport" as const, startConnected: true }];
    const run = lab(frozen(2300, 2700, "c"), { clients });
    expect(lostOf(run, "c")).toEqual([]);
    const read = run.records(RecordKind.delivered).map((row) => row[0]!);
    expect(read.filter((ms) => ms > 2300 && ms < 2699.999)).toEqual([]);
    expect(read.filter((ms) => Math.abs(ms - 2700) < 0.001).length).toBeGreaterThanOrEqual(7);
  });

  it("for longer: its server gives it up, and when it goes on, what its kernel kept comes before the word of it", () => {
    const run = lab(frozen(2300, 4000, "c"));
    // The ping at 3 s had no answer by 3.6 s. The client's own patience lasts 1.6 s from the ping at 2 s.
    expect(closedOf(run, "c")).toEqual([[4000, "ping timeout"]]);
    expect(closedOf(run, "d")).toEqual([]);
  });

  it("that bears more than its server does hears of the close, after all that had come before", () => {
    const clients = [
      { name: "c", transport: "websocket" as const, startConnected: true, watchdogMs: 5000 },
      { name: "d", transport: "websocket" as const, startConnected: true },
    ];
    const run = lab(frozen(2300, 4000, "c"), { clients });
    expect(closedOf(run, "c")).toEqual([[4000, "transport close"]]);
    const read = run.records(RecordKind.delivered).filter((row) => Math.abs(row[0]! - 4000) < 0.001).length;
    // From 2.3 s to 3.6 s, every 50 ms.
    expect(read).toBeGreaterThanOrEqual(25);
  });

  it("writes late what it meant to write: its timers fire when it goes on, each once", () => {
    const run = lab(frozen(2020, 2700, "c"), { workload: [{ from: "c", to: "d", everyMs: 50 }] });
    const sent = run.ledger.messages
      .map(({ sentUs }) => sentUs / 1000)
      .filter((ms) => ms > 2000 && ms < 2800);
    expect(sent).toEqual([2700, 2750]);
  });

  it("whose lid is closed is cut off as well: what comes to nobody's kernel is lost, and the server notices as soon", () => {
    const cut: Lab["faults"] = [
      { atMs: 2300, act: "cut", target: "c/balancer" },
      { atMs: 4000, act: "heal", target: "c/balancer" },
      ...frozen(2300, 4000, "c")!,
    ];
    const clients = [
      { name: "c", transport: "websocket" as const, startConnected: true, watchdogMs: 5000 },
      { name: "d", transport: "websocket" as const, startConnected: true },
    ];
    const lid = lab(cut, { clients });
    const stopped = lab(frozen(2300, 4000, "c"), { clients });
    expect(lostOf(lid, "c").length).toBeGreaterThan(lostOf(stopped, "c").length + 20);
  });
});

describe("a server that is frozen", () => {
  it("for less than its clients bear: nobody leaves, and all that was written to it is read when it goes on", () => {
    const workload = [{ from: "c", to: "d", everyMs: 50 }];
    const run = lab(frozen(2300, 2700, "server-1"), { workload });
    expect(run.records(RecordKind.disconnected)).toEqual([]);
    expect(lostOf(run, "d").filter(({ sentUs }) => sentUs < 7_900_000)).toEqual([]);
  });

  it("while it waits for a pong takes its clients for dead, though the pong lies in its kernel", () => {
    // The second ping leaves at 2000.4 ms, and its pong comes 0.4 ms later.
    const run = lab(frozen(2000.6, 2700, "server-1"));
    expect(closedOf(run, "c")).toEqual([[2700, "transport close"]]);
  });

  it("for longer than its clients bear is left by all of them", () => {
    const run = lab(frozen(2300, 6000, "server-1"));
    expect(closedOf(run, "c")[0]).toEqual([3601, "ping timeout"]);
  });

  it("can be killed, and starts anew", () => {
    const run = lab([
      { atMs: 2300, act: "freeze", target: "server-1" },
      { atMs: 2600, act: "crash", target: "server-1" },
      { atMs: 2700, act: "restart", target: "server-1" },
    ]);
    expect(closedOf(run, "c")[0]).toEqual([2600, "transport close"]);
    expect(run.records(RecordKind.connected).filter((row) => row[0]! > 2700).length).toBe(2);
  });

  it("takes requests when it goes on: they wait in its kernel", () => {
    const run = runLab({
      durationMs: 3000,
      clients: [{ name: "c", transport: "websocket", startMs: 1000 }],
      servers: { count: 1 },
      faults: frozen(500, 2000, "server-1")!,
    });
    expect(Math.round(run.records(RecordKind.connected)[0]![0]!)).toBe(2001);
  });
});

describe("a tab in the background", () => {
  const throttled = (
    everyMs: number,
    client: Partial<ScenarioInput["clients"][number]>,
    servers: Lab["servers"],
  ) =>
    runLab({
      durationMs: 200_000,
      clients: [{ name: "c", transport: "websocket", startConnected: true, ...client }],
      servers: { count: 1, ...servers },
      balancer: { idleTimeoutMs: 86_400_000 },
      faults: [{ atMs: 10_000, act: "throttle", target: "c", everyMs }],
    });

  it("answers its server's pings as ever: an answer needs no timer", () => {
    const run = throttled(60_000, {}, { pingIntervalMs: 25_000 });
    expect(run.records(RecordKind.disconnected)).toEqual([]);
  });

  it("sends its own pings late: at the instants that it is given", () => {
    const run = throttled(60_000, { pingIntervalMs: 25_000 }, { pingIntervalMs: "none" });
    const pings = run
      .records(RecordKind.frame)
      .filter((row) => row[1] === FrameKind.ping && row[2] === run.node("c"))
      .map((row) => Math.round(row[0]! / 1000));
    expect(pings).toEqual([70, 130, 190]);
  });

  it("notices late that nobody is there", () => {
    const cut = (faults: NonNullable<Lab["faults"]>) =>
      runLab({
        durationMs: 200_000,
        clients: [{ name: "c", transport: "websocket", startConnected: true }],
        servers: { count: 1 },
        faults: [{ atMs: 20_000, act: "cut", target: "c/balancer" }, ...faults],
      });
    const at = (run: ReturnType<typeof runLab>) =>
      Math.round(run.records(RecordKind.disconnected)[0]![0]! / 1000);
    expect(at(cut([]))).toBe(45);
    expect(at(cut([{ atMs: 10_000, act: "throttle", target: "c" }]))).toBe(70);
  });
});
