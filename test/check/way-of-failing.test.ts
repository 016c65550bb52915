/** A rule of few words can be broken in many ways: a counterexample fails as the run that was found did, and in no other way. */
import { describe, expect, it } from "vitest";
import { ruleNamed } from "../../src/check/claims.ts";
import { type CounterexampleOptions, counterexampleOf, runOf } from "../../src/check/counterexample.ts";
import type { Found } from "../../src/check/exhaustive.ts";
import type { Rule } from "../../src/check/rule.ts";
import { brokenRun } from "../../src/check/trial.ts";
import { wayOfFailing } from "../../src/check/way-of-failing.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";
import { IS_DEEP } from "../support/depth.ts";
import { loadMutant } from "../support/mutant.ts";

/** Three servers that die in turn: whoever is connected loses its connection three times, and is never refused. */
const rolling = scenarioOf({
  durationMs: 60_000,
  clients: [{ name: "A", transport: "websocket" }],
  servers: { count: 3 },
  workload: [],
  faults: [
    { atMs: 10_000, act: "crash", target: "server-1" },
    { atMs: 20_000, act: "crash", target: "server-2" },
    { atMs: 30_000, act: "crash", target: "server-3" },
  ],
  rules: ["never-thrice"],
  ownRules: {
    "never-thrice": {
      type: "count",
      statement: "Nobody disconnects three times.",
      of: { event: "disconnected" },
      per: "client",
      atMost: 2,
    },
  },
});

function scenarioOf(changes: Readonly<Record<string, unknown>>): Scenario {
  const parsed = parseScenario(small(changes));
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  return parsed.scenario;
}

function foundIn(scenario: Scenario, name: string): { rule: Rule; found: Found } {
  const rule = ruleNamed(scenario, name)!;
  const { violation } = brokenRun(scenario, rule)!;
  return { rule, found: { violation, scenario } };
}

function statusesOf(scenario: Scenario): number[] {
  const { trace } = runOf(scenario);
  return [...trace.c].filter((status, row) => trace.kind[row] === RecordKind.response && status >= 400);
}

describe("a run that hops between servers as they die", () => {
  const { rule, found } = foundIn(rolling, "never-thrice");

  it("is not made one in which nobody answers", () => {
    const { scenario } = counterexampleOf(found, rule);
    expect(statusesOf(scenario)).toEqual([]);
    expect(scenario.servers.count).toBe(3);
    expect(scenario.faults).toEqual(rolling.faults);
  });

  it.runIf(IS_DEEP)("would be, if only the rule's breach had to stay", async () => {
    const { counterexampleOf: mutant } = await loadMutant<{
      counterexampleOf: (...args: [Found, Rule, CounterexampleOptions?]) => { scenario: Scenario };
    }>(
      "src/check/way-of-failing.ts",
      "[...smaller.signs].every(",
      "true || [...smaller.signs].every(",
      "src/check/counterexample.ts",
    );
    expect(statusesOf(mutant(found, rule).scenario)).toContain(502);
  });
});

describe("the way of failing", () => {
  const signsOf = (scenario: Scenario, name: string) =>
    [...wayOfFailing(brokenRun(scenario, ruleNamed(scenario, name)!)!).signs].sort();

  it("is what went wrong for those whom the breach is about, up to it", () => {
    expect(signsOf(rolling, "never-thrice")).toEqual(["transport close while connected"]);
    const polling = { transport: "polling" } as const;
    const refused = scenarioOf({
      clients: [{ name: "A", ...polling }],
      workload: [],
      rules: ["handshake-completes"],
    });
    expect(signsOf(refused, "handshake-completes")).toEqual(["400", "transport error while connecting"]);
    const apart = scenarioOf({
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket" },
        { name: "C", ...polling },
      ],
      workload: [{ from: "A", to: "B", atMs: 500 }],
      rules: ["delivery"],
    });
    expect(signsOf(apart, "delivery")).toEqual(["no-backplane"]);
  });

  it("keeps that a message died, where the rule does not say so", () => {
    const faults = [
      { atMs: 2000, act: "freeze", target: "backplane" },
      { atMs: 2500, act: "crash", target: "backplane" },
    ];
    const late = scenarioOf({
      durationMs: 5000,
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket" },
      ],
      backplane: { kind: "redis" },
      workload: [{ from: "A", to: "B", atMs: 2100 }],
      faults,
      rules: ["quick"],
      ownRules: {
        quick: {
          type: "within",
          statement: "A message arrives within a second.",
          from: { event: "copy" },
          to: { event: "delivered" },
          per: "copy",
          withinMs: 1000,
        },
      },
    });
    const { rule, found } = foundIn(late, "quick");
    // Without the crash the message would hang for ever, which breaks the rule too.
    expect(counterexampleOf(found, rule).scenario.faults).toEqual(faults);
  });
});
