/** How long each kind of balancer bears silence, and what it does then. Ground-truth 07b; reports r02 and r24. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { END_REASONS } from "../../src/model/trace/end-reasons.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, labScenario, runLab } from "../support/ground-truth.ts";
import { instant, traffic } from "../support/idle-lab.ts";

type Balancer = NonNullable<ScenarioInput["balancer"]>;

/** A client's WebSocket that nothing crosses after its handshake, which takes no time. */
function silent(balancer: Balancer, durationMs: number, more: Partial<ScenarioInput> = {}) {
  return runLab({
    durationMs,
    clients: [{ name: "c", transport: "websocket" }],
    servers: { count: 1, pingIntervalMs: "none" },
    network: instant,
    balancer,
    ...more,
  });
}

const endsOf = (lab: ReturnType<typeof runLab>) =>
  lab.records(RecordKind.ended).map((row) => [row[0], END_REASONS[row[3]!]!.name]);

describe("experiment 07b: HAProxy's timeouts", () => {
  it.each(casesOf("07b"))("$id", ({ setup, observed: seen }) => {
    const { client, ...rest } = traffic(setup);
    const lab = runLab({
      durationMs: 9000,
      clients: [
        { name: "driver", transport: "websocket" },
        { name: "c", transport: "websocket", ...client },
      ],
      balancer: {
        kind: "haproxy",
        clientTimeoutMs: setup.timeoutClientMs,
        serverTimeoutMs: setup.timeoutServerMs,
        tunnelTimeoutMs: setup.timeoutTunnelMs ?? "none",
      },
      network: instant,
      ...rest,
    });
    const closed = lab.records(RecordKind.disconnected).filter((row) => row[1] === lab.node("c"));
    if (seen.survived > 0) {
      expect(closed).toEqual([]);
      return;
    }
    const [closedMs, , reason] = closed[0]!;
    for (const measuredMs of seen.closedAfterOpenMs as number[])
      expectNear(closedMs!, [measuredMs], 25, "ms");
    expect(CLOSE_REASON_NAMES[reason!]).toBe("transport close");
  });
});

describe("what a silence costs", () => {
  it.each<[string, Balancer, number]>([
    ["nginx: 60 s", {}, 60_000],
    ["HAProxy as it is packaged: 50 s, of the client's timeout", { kind: "haproxy" }, 50_000],
    [
      "HAProxy: the server's timeout, if it is the smaller",
      { kind: "haproxy", clientTimeoutMs: 40_000, serverTimeoutMs: 30_000 },
      30_000,
    ],
    [
      "HAProxy with a tunnel timeout: that alone, even if it is longer",
      { kind: "haproxy", tunnelTimeoutMs: 90_000 },
      90_000,
    ],
    ["ALB: 60 s", { kind: "alb" }, 60_000],
    ["API Gateway: 10 min", { kind: "api-gateway" }, 600_000],
  ])("%s", (_, balancer, atMs) => {
    expect(endsOf(silent(balancer, 650_000))[0]).toEqual([atMs, "idle-closed"]);
  });

  it("of a poll that is held: HAProxy's server timeout, and not the tunnel's", () => {
    const lab = runLab({
      durationMs: 5000,
      clients: [{ name: "c", transport: "polling" }],
      servers: { count: 1, pingIntervalMs: "none" },
      network: instant,
      balancer: { kind: "haproxy", clientTimeoutMs: 1000, serverTimeoutMs: 3000, tunnelTimeoutMs: 500 },
    });
    expect(endsOf(lab)[0]).toEqual([3000, "gateway-timeout"]);
  });

  it.each<[string, Balancer, number]>([
    ["nginx is lazy: a byte at 250 ms changes nothing", {}, 2000],
    ["HAProxy is not", { kind: "haproxy", tunnelTimeoutMs: 2000 }, 2250],
    ["ALB is not", { kind: "alb" }, 2250],
  ])("%s", (_, balancer, atMs) => {
    const kind = balancer.kind === "haproxy" ? balancer : { ...balancer, idleTimeoutMs: 2000 };
    const lab = silent(kind as Balancer, 5000, {
      clients: [{ name: "c", transport: "websocket" }],
      workload: [{ from: "c", to: "c", atMs: 250 }],
    });
    expect(endsOf(lab)[0]![0]).toBe(atMs);
  });

  it("a proxy has a kind, too, and the shortest of the row strikes", () => {
    const lab = silent({ kind: "alb" }, 70_000, {
      network: { ...instant, proxy: { latencyMs: 0 } },
      proxies: [{ name: "edge", kind: "haproxy", tunnelTimeoutMs: 40_000 }],
    });
    expect(endsOf(lab)[0]).toEqual([40_000, "idle-closed"]);
    expect(lab.records(RecordKind.ended)[0]![4]).toBe(lab.node("edge"));
  });
});

describe("a balancer that forgets (NLB)", () => {
  /** The report's own scenario, r24: nobody writes for 350 s, then a writer comes and writes to the listener. */
  const lab = runLab({
    durationMs: 900_000,
    clients: [
      { name: "listener", transport: "websocket" },
      { name: "writer", transport: "websocket", startMs: 399_000 },
    ],
    servers: { count: 1, pingIntervalMs: "none" },
    balancer: { kind: "nlb" },
    network: instant,
    workload: [
      { from: "writer", to: "listener", atMs: 400_000 },
      { from: "writer", to: "listener", atMs: 410_000 },
    ],
  });

  it("forgets after 350 s without a byte", () => {
    expect(endsOf(lab)[0]).toEqual([350_000, "connection-forgotten"]);
  });

  it("who only listens waits for ever", () => {
    const told = lab.records(RecordKind.disconnected).filter((row) => row[1] === lab.node("listener"));
    expect(told).toEqual([]);
  });

  it("who writes is reset: the server's first copy dies there, and then it knows that nobody is there", () => {
    const lost = lab.ledger.copies.filter(({ fate }) => fate === Fate.lost);
    expect(lost.map(({ cause, place }) => [CAUSES[cause]!.name, place])).toEqual([
      ["connection-forgotten", lab.node("balancer")],
      ["recipient-away", lab.node("server-1")],
    ]);
    expect(lost[1]!.root).toMatchObject({
      reason: END_REASONS.findIndex(({ name }) => name === "connection-forgotten"),
    });
  });

  it("a client that writes is told at once, and comes back", () => {
    const writes = silent({ kind: "nlb" }, 500_000, { workload: [{ from: "c", to: "c", atMs: 400_000 }] });
    const [told] = writes.records(RecordKind.disconnected);
    expect([told![0], CLOSE_REASON_NAMES[told![2]!]]).toEqual([400_000, "transport close"]);
    expect(writes.records(RecordKind.connected)).toHaveLength(2);
  });

  it("a heartbeat keeps it in mind, whoever sends it", () => {
    const servers = { count: 1, pingIntervalMs: 300_000, pingTimeoutMs: 20_000 };
    expect(endsOf(silent({ kind: "nlb" }, 900_000, { servers }))).toEqual([]);
    const clients = [{ name: "c", transport: "websocket" as const, pingIntervalMs: 300_000 }];
    expect(endsOf(silent({ kind: "nlb" }, 900_000, { clients }))).toEqual([]);
  });

  it("forgets a poll that is held for too long: its client is never answered", () => {
    const polls = runLab({
      durationMs: 5000,
      clients: [{ name: "c", transport: "polling" }],
      servers: { count: 1, pingIntervalMs: 3000, pingTimeoutMs: 500 },
      balancer: { kind: "nlb", idleTimeoutMs: 1000 },
      network: instant,
    });
    expect(endsOf(polls)[0]).toEqual([1000, "connection-forgotten"]);
    // Its watchdog tells it, and not the balancer: the ping at 3 s found nobody to be answered to.
    expect(
      polls.records(RecordKind.disconnected).map((row) => [row[0], CLOSE_REASON_NAMES[row[2]!]]),
    ).toEqual([[3500, "ping timeout"]]);
  });
});

describe("a lifetime", () => {
  const BUSY: Partial<ScenarioInput> = {
    clients: [{ name: "c", transport: "websocket", pingIntervalMs: 100 }],
  };

  it("ends a WebSocket that is as busy as can be, again and again", () => {
    const lab = silent({ maxLifetimeMs: 2000 }, 5500, {
      clients: [
        {
          name: "c",
          transport: "websocket",
          pingIntervalMs: 100,
          reconnectionDelayMs: 500,
          randomizationFactor: 0,
        },
      ],
    });
    expect(endsOf(lab)).toEqual([
      [2000, "lifetime-over"],
      [4500, "lifetime-over"],
    ]);
  });

  it("of two hours is API Gateway's own, and no other kind has one unless it is told", () => {
    const gateway = silent({ kind: "api-gateway" }, 7_300_000, {
      clients: [{ name: "c", transport: "websocket", pingIntervalMs: 300_000 }],
    });
    expect(endsOf(gateway)).toEqual([[7_200_000, "lifetime-over"]]);
    for (const kind of ["nginx", "haproxy", "alb", "nlb"] as const)
      expect(labScenario({ clients: [{ name: "c" }], balancer: { kind } }).balancer.maxLifetimeMs).toBe(
        "none",
      );
  });

  it("and silence: what comes first ends it", () => {
    expect(endsOf(silent({ idleTimeoutMs: 1000, maxLifetimeMs: 3000 }, 2000))).toEqual([
      [1000, "idle-closed"],
    ]);
    expect(endsOf(silent({ idleTimeoutMs: 3000, maxLifetimeMs: 1000 }, 1500, BUSY))).toEqual([
      [1000, "lifetime-over"],
    ]);
  });
});
