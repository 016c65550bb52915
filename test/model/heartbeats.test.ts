/** Who pings whom: the server, the client, both or nobody; and who waits for it. */
import { describe, expect, it } from "vitest";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { labScenario, runLab } from "../support/ground-truth.ts";

type Client = Partial<ScenarioInput["clients"][number]>;
type Servers = NonNullable<ScenarioInput["servers"]>;

const CUT_MS = 5000;

/** One client at one server for just under a minute; its link is cut after 5 s, if at all. */
function minute(client: Client, servers: Servers, isCut = false) {
  return runLab({
    durationMs: 59_000,
    clients: [{ name: "c", transport: "websocket", startConnected: true, ...client }],
    servers: { count: 1, ...servers },
    ...(isCut ? { faults: [{ atMs: CUT_MS, act: "cut", target: "c/balancer" }] } : {}),
  });
}

const framesOf = (lab: ReturnType<typeof runLab>, kind: number, from: string) =>
  lab.records(RecordKind.frame).filter((row) => row[1] === kind && row[2] === lab.node(from)).length;

/** When the client took its connection for dead, counted from the cut, ms. */
const noticedMs = (lab: ReturnType<typeof runLab>) =>
  lab
    .records(RecordKind.disconnected)
    .filter((row) => CLOSE_REASON_NAMES[row[2]!] === "ping timeout")
    .map((row) => row[0]! - CUT_MS);

describe("who pings", () => {
  it("the server, every so often after the last answer, unless it is told otherwise", () => {
    const lab = minute({}, { pingIntervalMs: 10_000 });
    expect(framesOf(lab, FrameKind.ping, "server-1")).toBe(5);
    expect(framesOf(lab, FrameKind.pong, "c")).toBe(5);
    expect(framesOf(lab, FrameKind.ping, "c")).toBe(0);
  });

  it("nobody: not one heartbeat in an hour, and nobody misses it", () => {
    const lab = runLab({
      durationMs: 3_600_000,
      clients: [{ name: "c", transport: "websocket", startConnected: true }],
      servers: { count: 1, pingIntervalMs: "none" },
      balancer: { idleTimeoutMs: 86_400_000 },
    });
    expect(framesOf(lab, FrameKind.ping, "server-1")).toBe(0);
    expect(lab.records(RecordKind.disconnected)).toEqual([]);
  });

  it("the client, and the server answers", () => {
    const lab = minute({ pingIntervalMs: 10_000 }, { pingIntervalMs: "none" });
    expect(framesOf(lab, FrameKind.ping, "c")).toBe(5);
    expect(framesOf(lab, FrameKind.pong, "server-1")).toBe(5);
    expect(framesOf(lab, FrameKind.ping, "server-1")).toBe(0);
  });

  it("both, each by its own clock", () => {
    const lab = minute({ pingIntervalMs: 7000 }, { pingIntervalMs: 20_000 });
    expect(framesOf(lab, FrameKind.ping, "c")).toBe(8);
    expect(framesOf(lab, FrameKind.ping, "server-1")).toBe(2);
  });

  it("a client has no WebSocket to ping on while it polls; once it has upgraded it pings, until it loses it", () => {
    const client = { startConnected: false, pingIntervalMs: 1000 };
    const polls = minute({ ...client, transport: "polling" }, { pingIntervalMs: "none" });
    expect(framesOf(polls, FrameKind.ping, "c")).toBe(0);
    const upgrades = runLab({
      durationMs: 4500,
      clients: [{ name: "c", ...client }],
      servers: { count: 1 },
      faults: [{ atMs: 2500, act: "crash", target: "server-1" }],
    });
    expect(framesOf(upgrades, FrameKind.ping, "c")).toBe(2);
  });
});

describe("who notices that the link is cut", () => {
  it.each([
    // The last heartbeat before the cut came at 4 s.
    [
      "announced: interval and timeout of the server's pings",
      {},
      { pingIntervalMs: 2000, pingTimeoutMs: 9000 },
      10_000,
    ],
    ["its own time", { watchdogMs: 3000 }, { pingIntervalMs: 2000, pingTimeoutMs: 9000 }, 2000],
    [
      "answers to its own pings count",
      { watchdogMs: 8000, pingIntervalMs: 2000 },
      { pingIntervalMs: "none" },
      7000,
    ],
  ] as const)("%s", (_, client, servers, afterMs) => {
    const [noticed] = noticedMs(minute(client, servers, true));
    expect(Math.abs(noticed! - afterMs)).toBeLessThan(2);
  });

  it.each([
    ["without a watchdog", { watchdogMs: "none" }, { pingIntervalMs: 2000, pingTimeoutMs: 1000 }],
    ["that only pings", { pingIntervalMs: 1000 }, { pingIntervalMs: "none" }],
    ["of a server that announces no heartbeat", {}, { pingIntervalMs: "none" }],
  ] as const)("not a client %s", (_, client, servers) => {
    expect(noticedMs(minute(client, servers, true))).toEqual([]);
  });

  it("a server that pings notices whatever its client does; one that does not never does", () => {
    const endsOf = (servers: Servers) =>
      minute({ watchdogMs: "none" }, servers, true)
        .records(RecordKind.ended)
        .filter((row) => row[3] === EndReason.pingTimeout);
    const [[atMs] = []] = endsOf({ pingIntervalMs: 2000, pingTimeoutMs: 1000 });
    expect(Math.abs(atMs! - 7000)).toBeLessThan(2);
    expect(endsOf({ pingIntervalMs: "none" })).toEqual([]);
  });

  it("a client with a shorter watchdog than its server's heartbeat leaves, and is back beside itself", () => {
    const lab = minute({ watchdogMs: 2000 }, { pingIntervalMs: 10_000 });
    // Nothing is wrong with the line: it only waits for a ping that is not due yet.
    expect(lab.records(RecordKind.disconnected).length).toBeGreaterThan(10);
  });
});

describe("what a scenario may say", () => {
  it.each([
    ["servers.pingIntervalMs", { servers: { pingIntervalMs: "never" } }],
    ["servers.pingIntervalMs", { servers: { pingIntervalMs: 0 } }],
    ["clients.0.watchdogMs", { clients: [{ name: "a", watchdogMs: "server" }] }],
  ])("%s is refused where %j", (path, written) => {
    const result = validateScenario({
      version: 1,
      name: "a",
      title: "a",
      summary: "a",
      clients: [{ name: "a" }],
      ...written,
    });
    expect(result.ok ? [] : result.errors.map((error) => error.path)).toEqual([path]);
  });

  it("by default, the server pings and its clients expect what it announces", () => {
    const { clients, servers } = labScenario({ clients: [{ name: "a" }] });
    expect(servers.pingIntervalMs).toBe(25_000);
    expect(clients[0]).toMatchObject({ pingIntervalMs: "none", watchdogMs: "announced" });
  });
});
