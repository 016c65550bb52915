/** Ground truth 08 and 09: the backplane goes away, a server dies. */
import { describe, expect, it } from "vitest";
import { SeededChoices } from "../../src/kernel/choices.ts";
import { socketIoUs } from "../../src/model/client/backoff.ts";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { Machine, MODEL } from "../../src/model/parts.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { PURPOSES, Purpose } from "../../src/model/trace/purposes.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { LedgerCopy } from "../../src/run/ledger.ts";
import type { Fault } from "../../src/scenario/schema.ts";
import { causeName, expectNear, type Lab, observed, runLab } from "../support/ground-truth.ts";
import { ksLimit, twoSampleKs } from "../support/statistics.ts";

/** A and B on server-1, C on server-2; every 50 ms A to B, A to C, C to A, and A to all others. */
function backplaneLab(faults: Fault[], durationMs: number): Lab {
  return runLab({
    durationMs,
    clients: ["A", "C", "B"].map((name, i) => ({ name, transport: "websocket" as const, startMs: i * 10 })),
    backplane: { kind: "redis" },
    network: { client: { latencyMs: 1 }, server: { latencyMs: 0.1 }, backplane: { latencyMs: 0.1 } },
    workload: [
      { from: "A", to: "B" },
      { from: "A", to: "C" },
      { from: "C", to: "A" },
      { from: "A", to: "others" },
    ].map((line) => ({ ...line, everyMs: 50, firstMs: 500, untilMs: durationMs - 500 })),
    faults,
  });
}

interface Direction {
  lost: LedgerCopy[];
  delayed: LedgerCopy[];
}

function direction(lab: Lab, from: string, to: string): Direction {
  const copies = lab.ledger.copies.filter(
    (copy) => lab.ledger.messages[copy.message]!.sender === lab.node(from) && copy.recipient === lab.node(to),
  );
  return {
    lost: copies.filter((copy) => copy.fate === Fate.lost),
    delayed: copies.filter((copy) => copy.fate === Fate.delivered && copy.settledUs - copy.sentUs > 25_000),
  };
}

describe("experiment 08: the backplane goes away", () => {
  it("restart-1s: same-server traffic is untouched; each direction is late or lost as a whole, never both late", () => {
    const { observed: seen } = observed("08", "restart-1s");
    for (const run of seen.runs) {
      const killedMs = 1500 + run.phaseMs;
      const lab = backplaneLab(
        [
          { atMs: killedMs, act: "crash", target: "backplane" },
          { atMs: killedMs + run.redisBackMs, act: "restart", target: "backplane" },
        ],
        6000,
      );
      const sameServer = direction(lab, "A", "B");
      expect(sameServer.lost).toHaveLength(0);
      expect(sameServer.delayed).toHaveLength(0);
      expect(lab.ledger.tally.duplicated).toBe(0);
      const there = direction(lab, "A", "C");
      const back = direction(lab, "C", "A");
      // A sends two messages to C each time: one directed, one to all.
      expect(there.lost.length + there.delayed.length).toBeGreaterThanOrEqual(2 * 19);
      expect(there.lost.length + there.delayed.length).toBeLessThanOrEqual(2 * 24);
      expect(back.lost.length + back.delayed.length).toBeGreaterThanOrEqual(19);
      expect(back.lost.length + back.delayed.length).toBeLessThanOrEqual(24);
      expect(there.delayed.length > 2 && back.delayed.length > 2).toBe(false);
      for (const copy of [...there.lost, ...back.lost])
        expect(["not-subscribed", "backplane-down"]).toContain(causeName(copy.cause));
      const states = MODEL[Machine.redisClient]!.chart.states;
      const attempts = lab
        .records(RecordKind.transition)
        .filter(
          (row) => row[1] === Machine.redisClient && row[2] === 0 && states[row[4]!] === "running.connecting",
        );
      expect(attempts).toHaveLength(seen.connectAttemptsPerRedisClient);
      const readyMs = attempts.at(-1)![0]! - killedMs;
      expect(readyMs).toBeGreaterThanOrEqual(seen.successfulAttemptSlotMs);
      expect(readyMs).toBeLessThanOrEqual(seen.successfulAttemptSlotMs + 65);
    }
  });

  it("sigstop-1s: a frozen backplane delivers everything late and loses nothing", () => {
    const { observed: seen } = observed("08", "sigstop-1s");
    for (const run of seen.runs) {
      const stoppedMs = 1500 + run.phaseMs;
      const lab = backplaneLab(
        [
          { atMs: stoppedMs, act: "freeze", target: "backplane" },
          { atMs: stoppedMs + 1000, act: "resume", target: "backplane" },
        ],
        4500,
      );
      expect(lab.ledger.tally.lost).toBe(seen.lost);
      expect(lab.ledger.tally.duplicated).toBe(seen.duplicates);
      expect(direction(lab, "A", "B").delayed).toHaveLength(0);
      const { delayed } = direction(lab, "C", "A");
      expect(Math.abs(delayed.length - run.s1ToS0.delayed)).toBeLessThanOrEqual(2);
      for (const copy of delayed)
        expect(Math.abs(copy.settledUs / 1000 - (stoppedMs + 1000))).toBeLessThanOrEqual(60);
    }
  });

  it("control-no-fault", () => {
    const lab = backplaneLab([], 3000);
    const { lost, duplicates } = observed("08", "control-no-fault").observed;
    expect(lab.ledger.tally).toMatchObject({ lost, duplicated: duplicates });
  });
});

describe("experiment 09: a server dies", () => {
  it("plain-emit-kill-k2", () => {
    const { setup, observed: seen } = observed("09", "plain-emit-kill-k2");
    let lostInAll = 0;
    for (const { killAfterTickMs } of seen.runs) {
      const killedMs = 2000 + killAfterTickMs;
      const lab = runLab({
        durationMs: 9000,
        clients: [{ name: "c", count: setup.clients, transport: "websocket" }],
        network: { client: { latencyMs: 4.5 }, server: { latencyMs: 0.5 } },
        workload: [{ from: "c", to: "room", everyMs: setup.emitEveryMs, firstMs: 1000, untilMs: 6950 }],
        faults: [{ atMs: killedMs, act: "crash", target: "server-1" }],
      });
      const away = lab.records(RecordKind.disconnected);
      expect(away).toHaveLength(setup.clients / 2);
      for (const [atMs] of away) expect(atMs! - killedMs).toBeLessThan(25);
      const back = lab.records(RecordKind.connected).filter((row) => row[0]! > killedMs);
      expect(back).toHaveLength(setup.clients / 2);
      for (const row of back) {
        expect(row[2]).toBe(lab.node("server-2"));
        expect(row[0]! - killedMs).toBeGreaterThan(550);
        expect(row[0]! - killedMs).toBeLessThan(1525);
      }
      // The laboratory counted messages that a server received: those that some server handed out.
      const messageOf = new Map(lab.ledger.copies.map((copy) => [copy.id, copy.message]));
      const handedOut = new Set<number>();
      for (const row of lab.records(RecordKind.frame))
        if (row[1] === FrameKind.deliver) handedOut.add(messageOf.get(row[4]!)!);
      const lost = lab.ledger.messages.filter((message) => !handedOut.has(message.id));
      expect(lost.length).toBeLessThanOrEqual(8);
      lostInAll += lost.length;
      for (const { sentUs } of lost) {
        // Written to the socket too late to arrive before the kill (5 ms one way), and before the client noticed (5 ms).
        expect(sentUs / 1000).toBeGreaterThanOrEqual(killedMs - 5);
        expect(sentUs / 1000).toBeLessThanOrEqual(killedMs + 5);
      }
      expect(lab.ledger.tally.duplicated).toBe(0);
    }
    // One phase of the five falls into that window, as in the laboratory: eight clients, one message each at most.
    expect(lostInAll).toBe(8);
  });

  it.each(["restart-after-4s-k1", "restart-after-15s-k1"])("%s", (id) => {
    const { setup, observed: seen } = observed("09", id);
    const times: number[] = [];
    const attempts: Record<string, number> = {};
    for (let seed = 1; seed <= 10; seed++) {
      const killedMs = 1010;
      const lab = runLab(
        {
          durationMs: killedMs + 25_000,
          clients: [{ name: "c", count: setup.clients, transport: "websocket" }],
          servers: { count: 1 },
          workload: [
            {
              from: "c",
              to: "room",
              everyMs: setup.emitEveryMs,
              firstMs: 500,
              untilMs: 500 + setup.emitForMs,
            },
          ],
          faults: [
            { atMs: killedMs, act: "crash", target: "server-1" },
            { atMs: killedMs + seen.listeningAgainMs[0], act: "restart", target: "server-1" },
          ],
        },
        { seed },
      );
      for (const row of lab.records(RecordKind.connected).filter(([atMs]) => atMs! > killedMs)) {
        times.push(row[0]! - killedMs);
        const tries = lab.requests(row[1]!).filter(({ atMs }) => atMs > killedMs && atMs <= row[0]!).length;
        attempts[tries] = (attempts[tries] ?? 0) + 1;
      }
      // The emits themselves: nothing that was sent while disconnected is lost on its way up.
      expect(lab.ledger.causes["server-crashed"]).toBeUndefined();
    }
    expect(times).toHaveLength(10 * setup.clients);
    times.sort((a, b) => a - b);
    const quantiles = seen.reconnectedAfterKillMs as Record<string, number>;
    for (const [name, share] of [
      ["p10", 0.1],
      ["p50", 0.5],
      ["p90", 0.9],
    ] as const)
      expect(Math.abs(times[Math.ceil(share * times.length) - 1]! / quantiles[name]! - 1)).toBeLessThan(0.12);
    const usual = (counts: Record<string, number>) =>
      Object.entries(counts).sort((a, b) => b[1] - a[1])[0]![0];
    expect(usual(attempts)).toBe(usual(seen.attemptsUntilReconnected));
  });

  it("retry-delays-by-attempt", () => {
    const { setup, observed: seen } = observed("09", "retry-delays-by-attempt");
    const choices = new SeededChoices(9, PURPOSES);
    const draw = (attempt: number) => {
      const random = choices.draw(Purpose.reconnectionDelay, 1_000_000) / 1_000_000;
      const { reconnectionDelayMs, reconnectionDelayMaxMs, randomizationFactor } = setup;
      const wait = {
        attempt,
        baseUs: reconnectionDelayMs * 1000,
        maxUs: reconnectionDelayMaxMs * 1000,
        jitter: randomizationFactor,
      };
      return socketIoUs(wait, random) / 1000;
    };
    for (const [attempt, quantiles] of Object.entries<Record<string, number>>(seen.delayBeforeAttemptMs)) {
      const delays = Array.from({ length: 2000 }, () => draw(Number(attempt) - 1)).sort((a, b) => a - b);
      for (const [name, share] of [
        ["p50", 0.5],
        ["p90", 0.9],
        ["max", 1],
      ] as const) {
        const value = delays[Math.ceil(share * delays.length) - 1]!;
        expect(Math.abs(value / quantiles[name]! - 1)).toBeLessThan(0.08);
      }
    }
    const firsts = Array.from({ length: 400 }, () => draw(0));
    const allowed = ksLimit(400, seen.sortedFirstDelaysMs.length);
    expectNear(twoSampleKs(firsts, seen.sortedFirstDelaysMs), [0], allowed, "KS");
  });
});

describe("nginx's fail_timeout", () => {
  /** How often a dead server is asked by four who come one after the other. */
  const asked = (failTimeoutMs: number) => {
    const lab = runLab({
      durationMs: 1000,
      clients: [{ name: "c", count: 4, transport: "websocket", startMs: 100, startGapMs: 100 }],
      servers: { count: 2 },
      balancer: { policy: "round-robin", failTimeoutMs },
      faults: [{ atMs: 0, act: "crash", target: "server-1" }],
    });
    return lab.records(RecordKind.request).filter((row) => row[4] === lab.node("server-1")).length;
  };

  it("keeps whoever has failed out, and with 0 the next whose turn it is asks again", () => {
    expect(asked(10_000)).toBe(1);
    expect(asked(0)).toBeGreaterThan(1);
  });
});
