/** The notification service: what makes it take the next channel, what that costs, and how somebody comes to be told twice. FACTS §9.1. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { budgetMicros, countChannels, dollars, spentMicros } from "../../src/run/channels.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";

type Lab = Partial<ScenarioInput>;
type Gateway = NonNullable<Lab["gateway"]>;

const person = (name: string) => ({ name, transport: "websocket" as const, startConnected: true });
/** Times that can be added up, and nothing lost. */
const PLAIN = { latencyMs: 500, slowerMs: 0, loss: 0, readMs: 0 } as const;
const SMS = { kind: "sms", ...PLAIN } as const;
const PUSH = { kind: "push", ...PLAIN } as const;
const VOICE = { kind: "voice", ...PLAIN } as const;

function runOf(gateway: Gateway, more: Lab = {}) {
  const result = validateScenario({
    version: 1,
    name: "s",
    title: "s",
    summary: "s",
    durationMs: 10_000,
    clients: [person("A"), person("B")],
    servers: { count: 1, pingIntervalMs: 700, pingTimeoutMs: 500 },
    workload: [{ from: "A", to: "B", atMs: 2000 }],
    gateway: { waitMs: 1000, readMs: 0, ...gateway },
    ...more,
  });
  if (!result.ok) throw new Error(formatErrors(result.errors));
  const run = simulate(result.scenario);
  const counts = new Map(countChannels(run).map((count) => [count.name, count]));
  const ledger = readLedger(run.trace);
  const times = (kind: number) =>
    [...run.trace.kind.subarray(0, run.trace.length).keys()]
      .filter((row) => run.trace.kind[row] === kind)
      .map((row) => run.trace.timeUs[row]! / 1000);
  return { run, counts, ledger, times };
}

const cut = (atMs: number) => ({ atMs, act: "cut" as const, target: "B/balancer" });
const heal = (atMs: number) => ({ atMs, act: "heal" as const, target: "B/balancer" });

describe("the service takes the next channel", () => {
  it("not at all if the page's receipt comes in time", () => {
    const { counts, ledger, times } = runOf({ channels: [SMS] });
    expect(counts.get("the page")).toMatchObject({ sent: 1, arrived: 1, read: 1 });
    expect(counts.get("sms")).toMatchObject({ sent: 0, micros: 0 });
    expect(ledger.tally.duplicated).toBe(0);
    // The page says that it has it, and that it was read; each takes the client's way, 20 ms.
    expect(times(RecordKind.receipt)).toHaveLength(2);
  });

  it("at once if the recipient has no connection, and only after its patience if it does not ask", () => {
    const faults = [cut(100)];
    const sentAt = (asksPresence: boolean) =>
      runOf({ channels: [SMS], asksPresence }, { faults }).times(RecordKind.channelSent)[0]!;
    // A's way to the server is 20.5 ms, and a request to a provider 50 ms.
    expect(sentAt(true)).toBeCloseTo(2070.5, 3);
    expect(sentAt(false)).toBeCloseTo(3070.5, 3);
  });

  it("if nobody reads it within its patience, and then it is told twice", () => {
    const { counts, ledger } = runOf({ channels: [SMS], readMs: 600_000 });
    expect(counts.get("sms")).toMatchObject({ sent: 1, arrived: 0, again: 1 });
    expect(ledger.tally).toMatchObject({ delivered: 1, duplicated: 1, lost: 0 });
    // That the device has it is enough for whoever asks for no more.
    expect(runOf({ channels: [SMS], readMs: 600_000, until: "delivered" }).counts.get("sms")!.sent).toBe(0);
  });

  it("only after a failure that it is told of, if that is what it goes by: a dead line nobody has noticed is none", () => {
    const silent = { faults: [cut(1990)], servers: { count: 1 } };
    const { ledger } = runOf({ channels: [SMS], fallBackOn: "failure" }, silent);
    expect(ledger.tally).toMatchObject({ sent: 1, delivered: 0 });
    expect(runOf({ channels: [SMS] }, silent).ledger.tally).toMatchObject({ delivered: 1, lost: 0 });
  });

  it("after one that refuses, is down, or is not answered, and stops at one that brings it", () => {
    const faults = [cut(100), { atMs: 0, act: "crash" as const, target: "push" }];
    const tooLong = { ...SMS, bodyLimit: 20 } as const;
    const unanswered = { ...VOICE, loss: 1 } as const;
    const { counts, ledger } = runOf(
      { channels: [PUSH, tooLong, unanswered, { kind: "messenger", ...PLAIN }, { kind: "email", ...PLAIN }] },
      { faults: [...faults, heal(6000)], durationMs: 20_000 },
    );
    expect(counts.get("push")).toMatchObject({ sent: 0, refused: 1 });
    expect(counts.get("sms")).toMatchObject({ sent: 0, refused: 1 });
    expect(counts.get("voice")).toMatchObject({ sent: 1, lost: 1, arrived: 0, micros: null });
    // It needs the device's own connection, and waits for that; the service does not.
    expect(counts.get("messenger")).toMatchObject({ sent: 1 });
    expect(counts.get("email")).toMatchObject({ sent: 1 });
    expect(ledger.tally).toMatchObject({ delivered: 1, duplicated: 1, lost: 0 });
  });
});

describe("somebody is told twice", () => {
  /** B has the message at 2041 ms, and loses its link before its receipt leaves. */
  const tunnel = [cut(2041), heal(4000)];
  const lateReader = { channels: [SMS], readMs: 0 };

  it("when a receipt is lost, unless it is sent again and comes in time", () => {
    const lost = runOf(lateReader, { faults: tunnel });
    expect(lost.counts.get("the page")).toMatchObject({ arrived: 1 });
    expect(lost.counts.get("sms")).toMatchObject({ again: 1 });
    const repeated = runOf({ ...lateReader, receiptRetryMs: 200, waitMs: 3000 }, { faults: tunnel });
    expect(repeated.counts.get("sms")).toMatchObject({ sent: 0 });
    const tooLate = runOf({ ...lateReader, receiptRetryMs: 200, waitMs: 1000 }, { faults: tunnel });
    expect(tooLate.counts.get("sms")).toMatchObject({ again: 1 });
  });

  it("each time, by each channel, without a gate", () => {
    const { ledger } = runOf({ channels: [SMS, VOICE], gate: false });
    expect(ledger.tally).toMatchObject({ delivered: 1, duplicated: 2 });
  });

  it("but not by what the application recognises by its id", () => {
    const twice = (sharedIds: boolean) =>
      runOf({ channels: [PUSH], gate: false, sharedIds }).ledger.tally.duplicated;
    expect(twice(false)).toBe(1);
    expect(twice(true)).toBe(0);
    expect(runOf({ channels: [PUSH], gate: false }).counts.get("push")).toMatchObject({ recognised: 1 });
  });

  it("as often as receipts are lost: p of all if only reading counts, p² if either receipt will do", () => {
    const p = 0.3;
    const count = 2000;
    const { ledger } = runOf(
      { channels: [SMS], receiptLoss: p, waitMs: 400 },
      {
        clients: [person("A"), person("B")],
        workload: [{ from: "A", to: "B", everyMs: 5, untilMs: count * 5 }],
        durationMs: 20_000,
      },
    );
    expect(ledger.tally.delivered).toBe(count);
    expect(ledger.tally.duplicated / count).toBeGreaterThan(p - 0.04);
    expect(ledger.tally.duplicated / count).toBeLessThan(p + 0.04);
    const either = runOf(
      { channels: [SMS], receiptLoss: p, waitMs: 400, until: "delivered" },
      { workload: [{ from: "A", to: "B", everyMs: 5, untilMs: count * 5 }], durationMs: 20_000 },
    ).ledger.tally;
    expect(either.duplicated / count).toBeGreaterThan(p * p - 0.03);
    expect(either.duplicated / count).toBeLessThan(p * p + 0.03);
  });
});

describe("money", () => {
  const away = {
    faults: [cut(100)],
    workload: [{ from: "A", to: "B", firstMs: 2000, everyMs: 100, untilMs: 2900 }],
  };

  it("is messages × parts × price", () => {
    const { counts } = runOf({ channels: [{ ...SMS, priceUsd: 0.0083 }], characters: 161 }, away);
    expect(counts.get("sms")).toMatchObject({ sent: 10, arrived: 10, micros: 10 * 2 * 8300 });
    expect(dollars(spentMicros([...counts.values()]))).toBe("$0.166");
    expect(runOf({ channels: [SMS], characters: 160 }, away).counts.get("sms")!.micros).toBe(10 * 8300);
  });

  it("is not paid to a channel that says no, and not counted where no price is known", () => {
    const faults = [cut(100), { atMs: 0, act: "crash" as const, target: "sms" }];
    expect(spentMicros([...runOf({ channels: [SMS] }, { ...away, faults }).counts.values()])).toBe(0);
    expect(runOf({ channels: [VOICE] }, away).counts.get("voice")!.micros).toBeNull();
  });

  it("is within a budget that it uses up to the last millionth", () => {
    // As numbers of a computer go, 0.0157 × 10⁶ is less than 15,700.
    const { run } = runOf(
      { channels: [{ ...SMS, priceUsd: 0.0157 }], budgetUsd: 0.0157 },
      { faults: [cut(100)] },
    );
    expect(spentMicros(countChannels(run))).toBe(15_700);
    expect(budgetMicros(run.scenario)).toBe(15_700);
  });

  it("ends with the budget, if the service keeps it: what is left over dies for it", () => {
    const { counts, ledger } = runOf({ channels: [SMS], budgetUsd: 0.025, keepsBudget: true }, away);
    expect(counts.get("sms")).toMatchObject({ sent: 3 });
    expect(ledger.causes).toEqual({ "budget-spent": 7 });
    expect(runOf({ channels: [SMS], budgetUsd: 0.025 }, away).counts.get("sms")!.sent).toBe(10);
  });
});

it("a copy that no channel brings dies at the channel, for its reason, once the service has given up", () => {
  const { run, ledger } = runOf({ channels: [{ ...SMS, loss: 1 }] }, { faults: [cut(100)] });
  const [copy] = ledger.copies;
  expect(copy).toMatchObject({ fate: Fate.lost });
  expect(run.nodes[copy!.place]).toMatchObject({ kind: "channel", name: "sms" });
  expect(ledger.causes).toEqual({ "lost-on-channel": 1 });
  const lostAt = [...run.trace.kind.keys()].find((row) => run.trace.kind[row] === RecordKind.lost)!;
  expect(run.trace[at.lost.copy][lostAt]).toBe(copy!.id);
});

it("an answer of a server's is not watched, and without channels there is no service", () => {
  const asked = runOf(
    { channels: [SMS], gate: false },
    { workload: [{ from: "A", to: "server", atMs: 2000 }] },
  );
  expect(asked.counts.get("sms")!.sent).toBe(0);
  expect(runOf({}).run.nodes.map(({ kind }) => kind)).not.toContain("gateway");
});
