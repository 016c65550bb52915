/** How clients come back that were cut at one instant: FACTS §1.4, §8. */
import { describe, expect, it } from "vitest";
import { SeededChoices } from "../../src/kernel/choices.ts";
import { BACKOFFS, type BackoffName, type Wait } from "../../src/model/client/backoff.ts";
import { PURPOSES } from "../../src/model/trace/purposes.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { runLab } from "../support/ground-truth.ts";

const wait = (attempt: number, more: Partial<Wait> = {}): Wait => ({
  attempt,
  baseUs: 100_000,
  maxUs: 1_000_000,
  jitter: 0.5,
  beforeUs: 100_000,
  ...more,
});

/** Many waits of a kind, in order. ms. */
function waitsMs(kind: BackoffName, one: Wait): number[] {
  const choices = new SeededChoices(1, PURPOSES);
  return Array.from({ length: 4000 }, () => BACKOFFS[kind](one, choices) / 1000).sort((a, b) => a - b);
}

const mean = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;

describe("a wait before the next attempt", () => {
  /** By kind and attempt: the least and the most that it can be, and its mean, from the formulas in FACTS §8. ms. */
  it.each<[BackoffName, Wait, number, number, number]>([
    ["none", wait(0), 1, 1, 1],
    ["none", wait(9), 1, 1, 1],
    ["fixed", wait(0), 100, 100, 100],
    ["fixed", wait(9), 100, 100, 100],
    ["full-jitter", wait(0), 0, 100, 50],
    ["full-jitter", wait(2), 0, 400, 200],
    ["full-jitter", wait(9), 0, 1000, 500],
    ["equal-jitter", wait(2), 200, 400, 300],
    ["equal-jitter", wait(9), 500, 1000, 750],
    ["decorrelated-jitter", wait(1), 100, 300, 200],
    ["decorrelated-jitter", wait(5, { beforeUs: 250_000 }), 100, 750, 425],
    ["phoenix", wait(0), 10, 10, 10],
    ["phoenix", wait(8), 2000, 2000, 2000],
    ["phoenix", wait(9), 5000, 5000, 5000],
    ["phoenix", wait(60), 5000, 5000, 5000],
    // Below 55 ms it never is: backo2 takes whether to add from the digit behind the point of what it multiplies by.
    ["socket.io", wait(0), 55, 150, 102.5],
    // The maximum comes after the jitter: in a long outage nothing is spread.
    ["socket.io", wait(9), 1000, 1000, 1000],
  ])("%s %o", (kind, one, least, most, average) => {
    const waits = waitsMs(kind, one);
    expect(waits[0]).toBeGreaterThanOrEqual(least);
    expect(waits.at(-1)).toBeLessThanOrEqual(most);
    expect(Math.abs(mean(waits) / average - 1)).toBeLessThan(0.03);
    // It reaches all that it can be.
    expect(waits[0]! - least).toBeLessThanOrEqual((most - least) / 50);
    expect(most - waits.at(-1)!).toBeLessThanOrEqual((most - least) / 50);
  });
});

/** Everybody is on one server, which dies and is back 1.5 s later; when they are connected again, ms after that. */
function comingBack(kind: BackoffName, clients = 20) {
  const lab = runLab({
    durationMs: 12_000,
    balancer: { failTimeoutMs: 1 },
    servers: { count: 1 },
    clients: [
      {
        name: "c",
        count: clients,
        transport: "websocket",
        startConnected: true,
        backoff: kind,
        reconnectionDelayMs: 200,
        reconnectionDelayMaxMs: 4000,
      },
    ],
    workload: [],
    faults: [
      { atMs: 1000, act: "crash", target: "server-1" },
      { atMs: 2500, act: "restart", target: "server-1" },
    ],
  });
  const back = lab.records(RecordKind.connected).flatMap(([ms]) => (ms! > 2500 ? [ms! - 2500] : []));
  return { back, attempts: lab.records(RecordKind.disconnected).length };
}

/** How many come within one tenth of a second, at most. */
const mostAtOnce = (back: readonly number[]) =>
  Math.max(...back.map((ms) => back.filter((other) => other >= ms && other < ms + 100).length));

describe("clients that were cut together", () => {
  it("all come back, whatever the kind, and once", () => {
    for (const kind of Object.keys(BACKOFFS) as BackoffName[])
      expect([kind, comingBack(kind).back.length]).toEqual([kind, 20]);
  });

  it("come back together where waits are not spread, and apart where they are", () => {
    for (const kind of ["fixed", "phoenix", "none"] as const)
      expect([kind, mostAtOnce(comingBack(kind).back)]).toEqual([kind, 20]);
    for (const kind of ["full-jitter", "equal-jitter", "decorrelated-jitter"] as const)
      expect([kind, mostAtOnce(comingBack(kind).back) < 12]).toEqual([kind, true]);
  });

  it("without a wait ask many times as often in vain", () => {
    const [none, full] = [comingBack("none").attempts, comingBack("full-jitter").attempts];
    expect(none / full).toBeGreaterThan(20);
  });
});
