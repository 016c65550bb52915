/** What rules about coming back hold against a server: only what it had handed out. */
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { caughtUp } from "../../src/check/rules/caught-up.ts";
import { settingOf } from "../../src/check/setting.ts";
import { watchTrace } from "../../src/check/watch.ts";
import { Cause } from "../../src/model/trace/causes.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Trace } from "../../src/model/trace/trace.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { scenario } from "./exploring.ts";

/** The first attempt to connect fails. */
const DEAD_AT_FIRST: NonNullable<ScenarioInput["faults"]> = [
  { atMs: 0, act: "crash", target: "server-1" },
  { atMs: 200, act: "restart", target: "server-1" },
];

const PHONE_ALONE = scenario({ clients: [{ name: "phone", transport: "websocket" }], servers: { count: 1 } });

/** A phone is away from 1.2 s to 2.1 s, and at 1.9 s the server sends a third message. */
function verdictOf(backplane: ScenarioInput["backplane"], isDeadAtFirst = false) {
  const result = validateScenario({
    version: 1,
    name: "s",
    title: "s",
    summary: "s",
    durationMs: 6000,
    clients: [
      {
        name: "phone",
        transport: "websocket",
        startConnected: !isDeadAtFirst,
        reconnectionDelayMs: 500,
        randomizationFactor: 0,
      },
    ],
    servers: { count: 1, pingIntervalMs: 300, pingTimeoutMs: 200 },
    backplane,
    workload: [500, 1000, 1900].map((atMs) => ({ from: "servers", to: "everyone", atMs, bytes: atMs })),
    faults: [
      ...(isDeadAtFirst ? DEAD_AT_FIRST : []),
      { atMs: 1200, act: "cut", target: "phone/balancer" },
      { atMs: 2100, act: "heal", target: "phone/balancer" },
    ],
    rules: ["caught-up"],
  });
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return check(result.scenario, { runs: 1 }).verdicts.map(({ outcome }) => outcome === "broken");
}

describe("who is connected again has missed", () => {
  it("what the server handed out while it was away", () => {
    expect(verdictOf({ kind: "none" })).toEqual([true]);
    expect(verdictOf({ kind: "vendor" })).toEqual([true]);
  });

  it("it also if its first attempt to connect had failed", () => {
    expect(verdictOf({ kind: "none" }, true)).toEqual([true]);
  });

  it("nothing of the server's that a vendor had refused before", () => {
    expect(verdictOf({ kind: "vendor", quotaMessages: 4 })).toEqual([false]);
    expect(verdictOf({ kind: "vendor", maxMessageBytes: 1500 })).toEqual([false]);
  });

  it("nothing while it is away, of what was for an earlier connection and is lost only now", () => {
    const [phone, server, message, copy] = [0, 2, 0, 0];
    const breaches = (isAway: boolean) => {
      const trace = new Trace();
      const write = (kind: number, a: number, b: number, c = 0, d = 0) =>
        trace.push(trace.rows, kind, a, b, c, d, 0);
      write(RecordKind.connected, phone, server);
      write(RecordKind.message, message, server);
      write(RecordKind.copy, copy, message, phone);
      write(RecordKind.disconnected, phone, 0);
      write(RecordKind.connected, phone, server);
      if (isAway) write(RecordKind.disconnected, phone, 0);
      write(RecordKind.lost, copy, message, server, Cause.recipientAway);
      return watchTrace(trace, trace.rows, trace.rows, [caughtUp], settingOf(PHONE_ALONE));
    };
    expect(breaches(false)).toHaveLength(1);
    expect(breaches(true)).toEqual([]);
  });
});
