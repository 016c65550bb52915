/** Long polling under failures: who is told, who notices, and what is lost. */
import { describe, expect, it } from "vitest";
import { CLOSE_REASON_NAMES, RecordKind, RequestKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { runLab } from "../support/ground-truth.ts";

const network = { client: { latencyMs: 20 }, server: { latencyMs: 1 }, backplane: { latencyMs: 0.3 } };

describe("a polling client", () => {
  it("learns of a crashed balancer from its pending poll, within one latency", () => {
    const lab = runLab({
      durationMs: 6000,
      network,
      clients: [{ name: "A", transport: "polling" }],
      servers: { count: 1 },
      faults: [
        { atMs: 1000, act: "crash", target: "balancer" },
        { atMs: 1500, act: "restart", target: "balancer" },
      ],
    });
    const [atMs, , reason] = lab.records(RecordKind.disconnected)[0]!;
    expect(atMs).toBe(1020);
    expect(CLOSE_REASON_NAMES[reason!]).toBe("transport error");
    expect(lab.records(RecordKind.connected)).toHaveLength(2);
  });

  it("gets its heartbeats in the answers to its polls, and answers by POST", () => {
    const lab = runLab({
      durationMs: 5000,
      network,
      clients: [{ name: "A", transport: "polling" }],
      servers: { count: 1, pingIntervalMs: 500, pingTimeoutMs: 300 },
    });
    expect(lab.records(RecordKind.disconnected)).toHaveLength(0);
    const pongs = lab.requests(0).filter((request) => request.kind === RequestKind.post).length - 1;
    expect(pongs).toBeGreaterThanOrEqual(8);
  });

  it("posts its farewell when the heartbeat fails, and the server's held poll is answered politely", () => {
    const lab = runLab({
      durationMs: 6000,
      network,
      clients: [{ name: "A", transport: "polling" }],
      servers: { count: 2, pingIntervalMs: 1000, pingTimeoutMs: 500 },
      balancer: { policy: "ip-hash" },
      faults: [
        { atMs: 1500, act: "cut", target: "A/balancer" },
        { atMs: 4000, act: "heal", target: "A/balancer" },
      ],
    });
    expect(CLOSE_REASON_NAMES[lab.records(RecordKind.disconnected)[0]![2]!]).toBe("ping timeout");
    // Nobody crashed, so no server may be left out, and all requests stay where ip_hash puts them.
    expect(new Set(lab.requests(0).map((request) => request.server)).size).toBe(1);
  });

  it("is refused by the next server if its poll dies with the first, and connects anew", () => {
    const lab = runLab({
      durationMs: 4000,
      network,
      clients: [{ name: "A", transport: "polling" }],
      balancer: { policy: "sticky-cookie" },
      faults: [{ atMs: 1000, act: "crash", target: "server-1" }],
    });
    const retried = lab
      .requests(0)
      .filter((request) => request.atMs > 1000 && request.kind === RequestKind.poll)[0]!;
    expect([retried.server, retried.status]).toEqual([1, 400]);
    expect(lab.records(RecordKind.connected)).toHaveLength(2);
  });

  it("is told 502 when no server is left, and its messages are lost, not forgotten", () => {
    const lab = runLab({
      durationMs: 20_000,
      network,
      clients: [
        { name: "A", transport: "polling" },
        { name: "B", transport: "websocket" },
      ],
      workload: [{ from: "A", to: "B", everyMs: 3, untilMs: 5000 }],
      balancer: { policy: "sticky-cookie", failTimeoutMs: 500 },
      faults: [
        { atMs: 1000, act: "crash", target: "server-1" },
        { atMs: 1000, act: "crash", target: "server-2" },
        { atMs: 3000, act: "restart", target: "server-1" },
        { atMs: 3000, act: "restart", target: "server-2" },
      ],
    });
    expect(lab.records(RecordKind.response).some((row) => row[3] === 502)).toBe(true);
    expect(lab.ledger.tally.inFlight).toBe(0);
    const roots = ["server-crashed"];
    expect(lab.ledger.losses.find((loss) => loss.cause === "connection-closed")).toMatchObject({ roots });
  });

  it("behind a slow answer: the poll is tried on another server, as nginx does on a timeout", () => {
    const lab = runLab({
      durationMs: 3000,
      network,
      clients: [{ name: "A", transport: "polling" }],
      balancer: { policy: "sticky-cookie", idleTimeoutMs: 1000 },
      servers: { count: 2, pingIntervalMs: 60_000 },
    });
    const polls = lab.requests(0).filter((request) => request.kind === RequestKind.poll);
    expect(polls.map((request) => request.server).slice(0, 3)).toEqual([0, 0, 1]);
    expect(lab.records(RecordKind.response).filter((row) => row[3] === 400)).not.toHaveLength(0);
  });
});

it("without faults and loss no server is ever left out, whatever the policy", () => {
  for (const policy of ["random", "round-robin", "sticky-cookie", "least-connections", "ip-hash"] as const)
    for (const transport of ["polling-first", "polling"] as const)
      for (let seed = 1; seed <= 10; seed++) {
        const input: ScenarioInput = {
          version: 1,
          name: "lab",
          title: "lab",
          summary: "lab",
          network,
          durationMs: 8000,
          seed,
          clients: [{ name: "A", transport, cookies: seed % 2 === 0 }],
          balancer: { policy },
          servers: { count: 3, pingIntervalMs: 700, pingTimeoutMs: 400 },
        };
        const parsed = validateScenario(input);
        if (!parsed.ok) throw new Error("the scenario is broken");
        const run = new Run(parsed.scenario);
        run.finish();
        expect([...run.world.peers.failedUntilUs.slice(0, 3)]).toEqual([0, 0, 0]);
      }
});

it("a long outage is survived: two hours of attempts, and a buffer of many thousand messages", () => {
  const lab = runLab({
    durationMs: 7_200_000,
    network,
    clients: [{ name: "A", transport: "websocket" }],
    servers: { count: 1 },
    workload: [{ from: "A", to: "A", everyMs: 200, untilMs: 7_000_000 }],
    faults: [
      { atMs: 1000, act: "crash", target: "server-1" },
      { atMs: 7_100_000, act: "restart", target: "server-1" },
    ],
  });
  expect(lab.ledger.tally.sent).toBeGreaterThan(34_000);
  // All but what was handed to the dying server came through after the reconnect.
  expect(lab.ledger.tally.lost).toBeLessThanOrEqual(1);
  expect(lab.ledger.tally.inFlight).toBe(0);
});
