/** Connection state recovery of Socket.IO: who is taken back, and each way in which one is not. Ground truth 12. */

import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { RECOVERY_NAMES } from "../../src/run/recovery-words.ts";
import { casesOf, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];
type Run = ReturnType<typeof runLab>;

const network: Lab["network"] = {
  client: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
  server: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
};

/** A WebSocket that comes back so long after it has gone. */
const back = (offlineMs: number) =>
  ({
    name: "c",
    transport: "websocket",
    reconnectionDelayMs: offlineMs,
    reconnectionDelayMaxMs: 60_000,
    randomizationFactor: 0,
  }) as const;

/** What destroys all connections, and nothing else. */
const dropAt = (...times: number[]): NonNullable<Lab["faults"]> =>
  times.flatMap((atMs) => [
    { atMs, act: "crash", target: "balancer" },
    { atMs: atMs + 1, act: "restart", target: "balancer" },
  ]);

const feed = (firstMs: number, everyMs: number, untilMs: number): NonNullable<Lab["workload"]> => [
  { from: "server-1", to: "everyone", firstMs, everyMs, untilMs },
];

/** What was answered to those who asked to be taken back: [outcome, how many copies they had missed]. */
const asked = ({ records }: Run) =>
  records(RecordKind.recovery).map(([, , , outcome, missed]) => [RECOVERY_NAMES[outcome!], missed]);

/** From a client's connection's end to the next. ms. */
const connectedMs = ({ records }: Run) => records(RecordKind.connected).map(([atMs]) => atMs!);

describe("experiment 12", () => {
  const cutMs = 1050;

  it.each(casesOf("12").map((one) => [one.id, one] as const))("%s", (_, { setup, observed }) => {
    const isMemory = setup.adapter === "in-memory";
    for (let seed = 1; seed <= 5; seed++) {
      const run = runLab({
        seed,
        durationMs: cutMs + setup.offlineMs + 700,
        network,
        clients: [back(setup.offlineMs)],
        servers: { count: 1, maxDisconnectionDurationMs: 2000 },
        backplane: { kind: isMemory ? "none" : "redis" },
        workload: feed(500, 100, cutMs + setup.offlineMs + 600),
        faults: dropAt(cutMs),
      });
      const { ledger } = run;
      const reconnectedMs = connectedMs(run)[1]!;
      const missed = ledger.copies.filter(
        ({ sentUs }) => sentUs >= cutMs * 1000 && sentUs < reconnectedMs * 1000 - 1200,
      );
      const { missedPublished, missedDelivered, duplicates, recovered } = observed;
      expect(asked(run)).toEqual([
        [isMemory ? (recovered ? "recovered" : "too late") : "not supported", recovered ? missed.length : 0],
      ]);
      expect(missed.length).toBeGreaterThanOrEqual(Math.min(...missedPublished) - 1);
      expect(missed.length).toBeLessThanOrEqual(Math.max(...missedPublished) + 1);
      const arrived = missed.filter(({ fate }) => fate === Fate.delivered);
      expect(arrived.length).toBe(Math.max(...missedDelivered) > 0 ? missed.length : 0);
      for (const { settledUs } of arrived)
        expect(Math.abs(settledUs / 1000 - reconnectedMs)).toBeLessThan(10);
      // Everything else came, each message once and in order.
      expect(ledger.tally.lost).toBe(missed.length - arrived.length);
      expect(ledger.tally.duplicated).toBe(duplicates);
      const order = run.records(RecordKind.delivered).map(([, copy]) => copy!);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      // What came after the two seconds was not even kept.
      const causes = isMemory ? ["kept-in-vain", "recipient-away"] : ["recipient-away"];
      for (const cause of Object.keys(ledger.causes)) expect(causes).toContain(cause);
    }
  });
});

describe("is not taken back", () => {
  /** One message a tenth of a second; the connection is dropped at one second. */
  const lab = (more: Partial<Lab> = {}): Run =>
    runLab({
      durationMs: 3000,
      clients: [back(300)],
      servers: { count: 1, maxDisconnectionDurationMs: 5000 },
      workload: feed(100, 100, 2900),
      faults: dropAt(1050),
      ...more,
    });

  it("a client that has got nothing yet, and so has no offset: what was kept for it is lost", () => {
    const run = lab({ workload: feed(1100, 100, 2900) });
    expect(asked(run)).toEqual([["no offset", 0]]);
    expect(run.ledger.causes).toEqual({ "recovery-refused": 3 });
  });

  it("a client that comes to another server, until its session there expires", () => {
    const run = lab({
      // In turn it would come to the first again: a balancer that starts anew begins with that.
      balancer: { policy: "random" },
      seed: 1,
      servers: { count: 2, maxDisconnectionDurationMs: 800 },
      workload: [
        ...feed(100, 100, 2900),
        { from: "server-2", to: "everyone", firstMs: 150, everyMs: 100, untilMs: 2900 },
      ],
    });
    expect(asked(run)).toEqual([["other server", 0]]);
    // Server 1 has kept what came within 800 ms after the drop, 1.1 to 1.8 s, and server 2 nothing.
    expect(run.ledger.causes["kept-in-vain"]).toBe(8);
  });

  it("a client whose server has died meanwhile, and with it all that it had kept", () => {
    const run = lab({
      faults: [
        { atMs: 1050, act: "crash", target: "server-1" },
        { atMs: 1200, act: "restart", target: "server-1" },
      ],
    });
    expect(asked(run)).toEqual([["restarted", 0]]);
    expect(run.ledger.causes).toEqual({ "recipient-away": 2 });
  });

  it("a client that is back before its server has noticed that it was gone", () => {
    const run = lab({
      durationMs: 6000,
      clients: [{ ...back(300), watchdogMs: 500 }],
      servers: { count: 1, maxDisconnectionDurationMs: 5000, pingIntervalMs: 400, pingTimeoutMs: 4000 },
      faults: [{ atMs: 1050, act: "mute", target: "c/balancer" }],
    });
    expect(asked(run)[0]).toEqual(["not saved", 0]);
    expect(run.ledger.tally.lost).toBeGreaterThan(3);
    expect(Object.keys(run.ledger.causes)).toContain("recovery-refused");
  });

  it("a client whose latest message is older than the longest absence when messages are thrown away, once a minute", () => {
    const quiet = (messageMs: number) =>
      lab({
        durationMs: 70_000,
        servers: { count: 1, maxDisconnectionDurationMs: 5000 },
        workload: [{ from: "server-1", to: "everyone", atMs: messageMs }, ...feed(65_100, 100, 65_300)],
        faults: dropAt(65_000),
      });
    expect(asked(quiet(54_900))).toEqual([["offset gone", 0]]);
    expect(asked(quiet(55_100))).toEqual([["recovered", 3]]);
  });
});

describe("is taken back", () => {
  it("once more before its server has noticed that it went again, since no session is forgotten", () => {
    const run = runLab({
      durationMs: 8000,
      clients: [{ ...back(300), watchdogMs: 500 }],
      servers: { count: 1, maxDisconnectionDurationMs: 6000, pingIntervalMs: 400, pingTimeoutMs: 4000 },
      workload: feed(100, 100, 7900),
      faults: [...dropAt(1050), { atMs: 2050, act: "mute", target: "c/balancer" }],
    });
    expect(asked(run).map(([outcome]) => outcome)).toEqual(["recovered", "recovered"]);
    expect(run.ledger.tally).toMatchObject({ lost: 0, duplicated: 0 });
  });

  it("over long polling too, with all that it missed in order and once", () => {
    const run = runLab({
      durationMs: 4000,
      clients: [{ ...back(300), transport: "polling" }],
      servers: { count: 1, maxDisconnectionDurationMs: 6000 },
      workload: feed(500, 40, 3000),
      faults: dropAt(1050),
    });
    expect(asked(run).map(([outcome]) => outcome)).toEqual(["recovered"]);
    expect(run.ledger.tally).toMatchObject({ lost: 0, duplicated: 0 });
    const order = run.records(RecordKind.delivered).map(([, copy]) => copy!);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});
