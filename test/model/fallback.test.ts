/** What a client does whose first transport can't be opened, or is killed once it is open. FACTS §1.3, §1.4; report r14. */
import { describe, expect, it } from "vitest";
import { BAD_REQUEST, CLOSE_REASON_NAMES, RecordKind, RequestKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { runLab } from "../support/ground-truth.ts";

type Client = ScenarioInput["clients"][number];

const DROPS = { upgradeHeader: "drop" } as const;

function lab(client: Omit<Client, "name">, more: Partial<ScenarioInput> = {}) {
  return runLab({
    durationMs: 10_000,
    clients: [{ name: "c", ...client }],
    servers: { count: 1 },
    balancer: DROPS,
    ...more,
  });
}

/** The kinds of requests of a client, in order, without what follows the first that a session names. */
const opening = (run: ReturnType<typeof lab>) =>
  run
    .requests(0)
    .map(({ kind, status }) => [kind, status])
    .filter(([kind]) => kind === RequestKind.handshake || kind === RequestKind.websocket);

const closings = (run: ReturnType<typeof lab>) =>
  run.records(RecordKind.disconnected).map((row) => CLOSE_REASON_NAMES[row[2]!]);

describe("the header that asks for a WebSocket is dropped", () => {
  it("polling first: the upgrade is refused, and polling stays in use", () => {
    const run = lab({ transport: "polling-first" });
    expect(run.requests(0).filter(({ kind }) => kind === RequestKind.upgrade)).toEqual([
      expect.objectContaining({ status: 400 }),
    ]);
    expect(run.records(RecordKind.connected)).toHaveLength(1);
    expect(run.records(RecordKind.upgraded)).toEqual([]);
    expect(closings(run)).toEqual([]);
  });

  it("WebSocket first: it asks for a WebSocket again and again, and is told «Bad request»", () => {
    const run = lab({ transport: "websocket-first" });
    expect(run.records(RecordKind.connected)).toEqual([]);
    const asked = opening(run);
    expect(asked.length).toBeGreaterThan(3);
    for (const request of asked) expect(request).toEqual([RequestKind.websocket, 400]);
    for (const row of run.records(RecordKind.response)) expect(row[5]).toBe(BAD_REQUEST);
    expect(new Set(closings(run))).toEqual(new Set(["transport error"]));
  });

  it("WebSocket first, and tries all: it polls at once, within the same attempt, and asks for no upgrade", () => {
    const run = lab({ transport: "websocket-first", tryAllTransports: true });
    expect(opening(run)).toEqual([
      [RequestKind.websocket, 400],
      [RequestKind.handshake, 200],
    ]);
    const [connected] = run.records(RecordKind.connected);
    // No wait of a reconnection: a few round trips.
    expect(connected![0]).toBeLessThan(5);
    expect(run.requests(0).some(({ kind }) => kind === RequestKind.upgrade)).toBe(false);
    expect(closings(run)).toEqual([]);
  });

  it("a WebSocket alone has nothing to fall back to", () => {
    const run = lab({ transport: "websocket", tryAllTransports: true });
    expect(run.records(RecordKind.connected)).toEqual([]);
  });

  it("a proxy before the balancer is enough", () => {
    const run = lab({ transport: "websocket" }, { proxies: [{ name: "office", ...DROPS }], balancer: {} });
    expect(run.records(RecordKind.connected)).toEqual([]);
    const ends = run.records(RecordKind.ended);
    expect(ends[0]![4]).toBe(run.node("office"));
  });

  it("behind round robin the fallback is refused in its turn: polling needs affinity", () => {
    const run = lab(
      { transport: "websocket-first", tryAllTransports: true },
      { servers: { count: 2 }, durationMs: 700 },
    );
    expect(opening(run).slice(0, 2)).toEqual([
      [RequestKind.websocket, 400],
      [RequestKind.handshake, 200],
    ]);
    expect(run.records(RecordKind.connected)).toEqual([]);
    expect(closings(run)).toEqual(["transport error"]);
  });
});

describe("the first transport fails otherwise", () => {
  it("polling first, and tries all: where no server is there for the handshake, it asks for a WebSocket, once", () => {
    const run = lab(
      { transport: "polling-first", tryAllTransports: true, startMs: 100 },
      { balancer: {}, durationMs: 400, faults: [{ atMs: 50, act: "crash", target: "server-1" }] },
    );
    expect(opening(run)).toEqual([
      [RequestKind.handshake, 502],
      [RequestKind.websocket, 502],
    ]);
    expect(closings(run)).toEqual(["transport error"]);
  });

  it("the next attempt begins with the first transport again", () => {
    const run = lab(
      { transport: "websocket-first", tryAllTransports: true, startMs: 100 },
      {
        balancer: { failTimeoutMs: 10 },
        durationMs: 3000,
        faults: [{ atMs: 50, act: "crash", target: "server-1" }],
      },
    );
    const kinds = opening(run).map(([kind]) => kind);
    expect(kinds.slice(0, 4)).toEqual([
      RequestKind.websocket,
      RequestKind.handshake,
      RequestKind.websocket,
      RequestKind.handshake,
    ]);
  });

  it("silence is no error: the attempt runs out of time, and nobody falls back", () => {
    const run = lab(
      { transport: "websocket-first", tryAllTransports: true, startMs: 100 },
      { balancer: {}, durationMs: 21_000, faults: [{ atMs: 50, act: "cut", target: "c/balancer" }] },
    );
    expect(closings(run)).toEqual(["timeout"]);
    expect(run.requests(0)).toEqual([]);
  });
});

describe("r14: a middlebox lets the upgrade through, and kills the tunnel half a second later", () => {
  const killed = (client: Omit<Client, "name">) =>
    lab(client, { balancer: {}, proxies: [{ name: "middlebox", maxLifetimeMs: 500 }], durationMs: 30_000 });

  it.each<[string, Omit<Client, "name">]>([
    ["a WebSocket", { transport: "websocket" }],
    ["polling first, which is upgraded each time", { transport: "polling-first" }],
    [
      "WebSocket first, which opens, so that there is nothing to fall back from",
      { transport: "websocket-first", tryAllTransports: true },
    ],
  ])("%s flaps for ever", (_, client) => {
    const run = killed(client);
    // As often as it may come back: each wait is the first, since it was connected in between.
    expect(run.records(RecordKind.connected).length).toBeGreaterThan(12);
    expect(new Set(closings(run))).toEqual(new Set(["transport close"]));
  });

  it("long polling alone is left in peace", () => {
    const run = killed({ transport: "polling" });
    expect(run.records(RecordKind.connected)).toHaveLength(1);
    expect(closings(run)).toEqual([]);
  });
});
