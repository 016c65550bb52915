/** Volatile messages: what can't be written at once is dropped; what is disconnected and only waits keeps them. Ground truth 26. */
import { describe, expect, it } from "vitest";
import { expectNear, observed, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

const network: Lab["network"] = {
  client: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
  server: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
};

/** So many volatile messages at once, again and again. */
const rounds = (from: string, k: number, n: number, gapMs: number): NonNullable<Lab["workload"]> =>
  Array.from({ length: k }, () => ({
    from,
    to: "everyone",
    firstMs: 500,
    everyMs: gapMs,
    untilMs: 500 + (n - 1) * gapMs,
    volatile: true,
  }));

describe("experiment 26", () => {
  it.each(["volatile-from-server-websocket-1-every-50ms", "volatile-from-server-websocket-5-every-50ms"])(
    "%s: of several in one turn only the first goes out",
    (id) => {
      const { setup, observed: seen } = observed("26", id);
      const { ledger } = runLab({
        network,
        clients: [{ name: "c", transport: "websocket" }],
        servers: { count: 1 },
        workload: rounds("server-1", setup.k, setup.n, setup.gapMs),
      });
      expect(ledger.tally.sent).toBe(seen.sent);
      const received = seen.rows.map(([count]: number[]) => count);
      expectNear(ledger.tally.delivered, received, 2, "messages");
      const dropped = ledger.tally.sent - ledger.tally.delivered;
      expect(ledger.causes).toEqual(dropped === 0 ? {} : { "volatile-dropped": dropped });
      // The first of each round, whose copies were addressed in this order.
      expect(ledger.copies.every(({ cause }, i) => cause >= 0 || i % setup.k === 0)).toBe(true);
    },
  );

  it("volatile-from-client-websocket-1-every-50ms-away-500: what is disconnected keeps them and sends them later", () => {
    const { setup, observed: seen } = observed("26", "volatile-from-client-websocket-1-every-50ms-away-500");
    for (let seed = 1; seed <= 5; seed++) {
      const { ledger } = runLab({
        seed,
        network,
        clients: [
          { name: "c", transport: "websocket", reconnectionDelayMs: setup.awayMs, randomizationFactor: 0 },
          { name: "d", transport: "http" },
        ],
        servers: { count: 1 },
        workload: rounds("c", 1, setup.n, setup.gapMs).map((line) => ({ ...line, to: "server" })),
        faults: [
          { atMs: 1010, act: "crash", target: "balancer" },
          { atMs: 1011, act: "restart", target: "balancer" },
        ],
      });
      expectNear(
        ledger.tally.delivered,
        seen.rows.map(([count]: number[]) => count),
        2,
        "messages",
      );
    }
  });
});

describe("experiment 26, over long polling", () => {
  it("volatile-from-server-polling-1-every-50ms-poll-delay-200: between two polls all are dropped", () => {
    const { setup, observed: seen } = observed(
      "26",
      "volatile-from-server-polling-1-every-50ms-poll-delay-200",
    );
    const oneWayMs = setup.pollDelayMs / 2;
    for (let seed = 1; seed <= 5; seed++) {
      const { ledger } = runLab({
        seed,
        // To a server, a line that is so long is a client that waits so long before it polls again.
        network: {
          client: { latencyMs: { distribution: "uniform", minMs: oneWayMs - 4, maxMs: oneWayMs + 4 } },
          server: { latencyMs: 0.1 },
        },
        durationMs: 5000,
        clients: [{ name: "c", transport: "polling" }],
        servers: { count: 1 },
        workload: rounds("server-1", 1, setup.n, setup.gapMs).map((line) => ({
          ...line,
          firstMs: 1500,
          untilMs: 1500 + (setup.n - 1) * setup.gapMs,
        })),
      });
      expectNear(
        ledger.tally.delivered,
        seen.rows.map(([count]: number[]) => count),
        2,
        "messages",
      );
      expect(ledger.tally.delivered + ledger.causes["volatile-dropped"]!).toBe(setup.n);
    }
  });
});

describe("a volatile message", () => {
  it("is dropped by a server while no poll of its client waits", () => {
    const { ledger } = runLab({
      // Each poll takes its time to come back.
      network: { client: { latencyMs: 60 }, server: { latencyMs: 1 } },
      clients: [{ name: "c", transport: "polling" }],
      servers: { count: 1 },
      workload: rounds("server-1", 1, 40, 50),
    });
    expect(ledger.causes["volatile-dropped"]).toBeGreaterThan(20);
    expect(ledger.tally.delivered + ledger.tally.lost).toBe(40);
    // None waits for a poll: each that arrives does so in one way's time.
    for (const { settledUs, sentUs, cause } of ledger.copies)
      if (cause < 0) expect(settledUs - sentUs).toBeLessThan(65_000);
  });

  it("is dropped by a client whose POST is under way, or whose connection is being opened", () => {
    const { ledger } = runLab({
      network: { client: { latencyMs: 60 }, server: { latencyMs: 1 } },
      clients: [
        { name: "c", transport: "polling" },
        { name: "d", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1 },
      workload: [
        { from: "c", to: "d", atMs: 30, volatile: true },
        ...[1000, 1050, 1200].map((atMs) => ({ from: "c", to: "d", atMs, volatile: true })),
      ],
    });
    expect(ledger.copies.map(({ cause }) => cause >= 0)).toEqual([true, false, true, false]);
  });

  it("is not kept for a client that may be taken back", () => {
    const lost = (volatile: boolean) =>
      runLab({
        clients: [{ name: "c", transport: "websocket", reconnectionDelayMs: 300, randomizationFactor: 0 }],
        servers: { count: 1, maxDisconnectionDurationMs: 5000 },
        workload: [
          { from: "server-1", to: "everyone", atMs: 500 },
          { from: "server-1", to: "everyone", atMs: 1100, volatile },
        ],
        faults: [
          { atMs: 1000, act: "crash", target: "balancer" },
          { atMs: 1001, act: "restart", target: "balancer" },
        ],
      }).ledger.tally.lost;
    expect(lost(false)).toBe(0);
    expect(lost(true)).toBe(1);
  });
});
