/** An outage may go, or be shorter; nothing may make it longer. */
import { describe, expect, it } from "vitest";
import { ruleNamed } from "../../src/check/claims.ts";
import { counterexampleOf } from "../../src/check/counterexample.ts";
import { endOf, lastsLonger } from "../../src/check/outages.ts";
import { brokenRun } from "../../src/check/trial.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { Fault } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";

type TimedAct = "crash" | "restart" | "freeze" | "resume" | "cut" | "heal";

function faults(...list: readonly (readonly [atMs: number, act: TimedAct, target?: string])[]): Fault[] {
  return list.map(([atMs, act, target = "backplane"]) => ({ atMs, act, target }));
}

describe("an outage lasts longer", () => {
  const away = faults([10, "crash"], [20, "restart"], [30, "crash"], [40, "restart"]);
  const without = (...places: number[]) => away.filter((_, i) => !places.includes(i));

  it.each<[what: string, fewer: Fault[], all: Fault[], is: boolean]>([
    ["without what ends it", without(1), away, true],
    ["without what ends the last one", without(3), away, true],
    ["not without what begins it", without(0), away, false],
    ["not without both", without(0, 1), away, false],
    ["not if two become none", [], away, false],
    ["if two become one", without(1, 2), away, true],
    ["not if it ends after the end", faults([10, "crash"]), faults([10, "crash"], [200, "restart"]), false],
    [
      "not at one instant",
      faults([10, "crash"]),
      faults([10, "crash"], [10, "restart"], [10, "crash"]),
      false,
    ],
    [
      "if it only ended a freeze that a crash had ended before",
      faults([5, "freeze"]),
      faults([5, "freeze"], [10, "crash"], [20, "restart"]),
      true,
    ],
    [
      "whatever is of another",
      faults([10, "crash", "server-1"], [20, "restart", "server-2"]),
      faults([10, "crash", "server-1"], [20, "restart", "server-1"]),
      true,
    ],
    ["in whatever order it is written", faults([10, "crash"]), faults([20, "restart"], [10, "crash"]), true],
  ])("%s", (_, fewer, all, is) => {
    expect(lastsLonger(fewer, all, 100)).toBe(is);
  });

  it("ends with the first repair that fits", () => {
    const mixed = faults(
      [10, "crash"],
      [15, "resume"],
      [40, "restart"],
      [20, "restart"],
      [12, "restart", "server-1"],
    );
    expect(endOf(mixed, 0)).toBe(3);
    expect(endOf(faults([10, "crash"], [5, "restart"]), 0)).toBeNull();
  });
});

it("a counterexample's outage is no longer than the scenario's: who comes back late does not come back to nothing", () => {
  const parsed = parseScenario(
    small({
      durationMs: 60_000,
      clients: [{ name: "A", count: 3, transport: "websocket" }],
      workload: [],
      faults: [
        { atMs: 20_000, act: "crash", target: "balancer" },
        { atMs: 22_500, act: "restart", target: "balancer" },
      ],
      rules: ["back-soon"],
      ownRules: {
        "back-soon": {
          type: "within",
          statement: "Everybody is back within 3 s.",
          from: { event: "disconnected" },
          to: { event: "connected" },
          per: "client",
          withinMs: 3000,
        },
      },
    }),
  );
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  const { scenario } = parsed;
  const rule = ruleNamed(scenario, "back-soon")!;
  const found = { scenario, violation: brokenRun(scenario, rule)!.violation };
  const smallest = counterexampleOf(found, rule).scenario;
  expect(smallest.faults).toEqual(scenario.faults);
  expect(smallest.clients).toHaveLength(1);
});
