/** The searching side of a check, driven by hand: no clock, no worker. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import {
  CHECK_BUDGET_MS,
  type CheckAnswer,
  type CheckRequest,
} from "../../src/view/search/check-protocol.ts";
import { Checker } from "../../src/view/search/checker.ts";
import { IS_DEEP } from "../support/depth.ts";

function scenarioOf(lesson: string, variant: string): Scenario {
  const parsed = parseScenario(readFileSync(`simulations/${lesson}/scenario.json`, "utf8"));
  if (!parsed.ok) throw new Error("the lesson is broken");
  const chosen = withVariant(parsed.scenario, variant);
  if (!chosen.ok) throw new Error("no such variant");
  return chosen.scenario;
}

/** A checker whose clock goes `tickMs` further each time that it is looked at, and whose pauses end when told. */
function bench(tickMs: number) {
  const answers: CheckAnswer[] = [];
  const waiting: (() => void)[] = [];
  let nowMs = 0;
  const checker = new Checker({
    post: (answer) => answers.push(structuredClone(answer)),
    later: (go) => waiting.push(go),
    now: () => (nowMs += tickMs),
  });
  return {
    checker,
    answers,
    /** Ends one pause; false if there is none. */
    go(): boolean {
      const next = waiting.shift();
      next?.();
      return next !== undefined;
    },
  };
}

const request = (variant: string, more: Partial<CheckRequest> = {}): CheckRequest => ({
  kind: "check",
  id: 1,
  scenario: scenarioOf("broadcast-across-servers", variant),
  variant,
  exhaustive: false,
  ...more,
});

function resultIn(answers: readonly CheckAnswer[]) {
  const last = answers.at(-1);
  if (last?.kind !== "done") throw new Error(`the last answer is ${JSON.stringify(last)}`);
  return last.result;
}

describe("the checker", () => {
  it("searches in slices, says how far it is, and ends with the smallest run, as a file", () => {
    const { checker, answers, go } = bench(5);
    checker.receive(request("no-backplane"));
    while (go());
    const progress = answers.filter((answer) => answer.kind === "progress").map(({ progress }) => progress);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.every(({ of }) => of === 1000)).toBe(true);
    expect(progress.at(-1)).toMatchObject({ runs: 1000, isSettling: true });
    const { verdicts, worth, bounds, runs } = resultIn(answers);
    expect(runs).toBe(1000);
    expect(worth).toContain("1,000 random runs");
    expect(bounds.length).toBeGreaterThan(0);
    expect(verdicts.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ["conservation", "not broken"],
      ["at-most-once", "silent"],
      ["delivery", "broken"],
      ["order", "silent"],
      ["something-arrives", "unfinished"],
    ]);
    const found = verdicts[2]!;
    if (found.outcome !== "broken") throw new Error("delivery is not broken");
    expect(found.size).toMatchObject({ clients: 2, servers: 2, messages: 1, faults: 0 });
    expect(found.because).toBe(
      "2 servers and no backplane: server-1 can hand messages to its own sockets only.",
    );
    expect(found.repairs).toEqual([
      {
        set: { "backplane.kind": "redis" },
        note: "the variant «Two servers and Redis»; stands in 200 random runs",
      },
      { set: { "backplane.kind": "vendor" }, note: "stands in 200 random runs" },
      { set: { "backplane.kind": "history" }, note: "stands in 200 random runs" },
      { set: { "backplane.kind": "sharded" }, note: "stands in 200 random runs" },
    ]);
    const parsed = parseScenario(found.file);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    expect(simulate(parsed.scenario).fingerprint).toBe(found.fingerprint);
  });

  it("explores all runs", () => {
    const { checker, answers, go } = bench(0);
    checker.receive(request("redis", { exhaustive: true }));
    while (go());
    const { exhaustive, verdicts, endedBy } = resultIn(answers);
    expect([exhaustive, endedBy]).toEqual([true, "done"]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["holds", "holds", "holds", "holds", "seen"]);
  });

  it("hears a stop between two slices, and says what it knows", () => {
    const { checker, answers, go } = bench(5);
    checker.receive(request("redis", { exhaustive: true }));
    go();
    checker.receive({ kind: "stop", id: 1 });
    while (go());
    const { endedBy, verdicts, runs, worth } = resultIn(answers);
    expect(endedBy).toBe("interrupted");
    expect(runs).toBeGreaterThan(0);
    expect(worth).toContain("This is no proof");
    expect(verdicts.map(({ outcome }) => outcome)).toContain("unfinished");
    for (const { outcome } of verdicts) expect(["unfinished", "seen"]).toContain(outcome);
  });

  it.runIf(IS_DEEP)("says that it makes what it found small, before it does", () => {
    const { checker, answers, go } = bench(5);
    checker.receive(request("no-backplane", { exhaustive: true }));
    go();
    checker.receive({ kind: "stop", id: 1 });
    while (go());
    expect(answers.at(-2)).toMatchObject({ kind: "progress", progress: { isSettling: true, broken: 1 } });
    expect(resultIn(answers).endedBy).toBe("interrupted");
  });

  it.runIf(IS_DEEP)("says of a run that it had no time to make small that it is none of the smallest", () => {
    const found = (stops: boolean) => {
      const { checker, answers, go } = bench(5);
      checker.receive(request("no-backplane", { exhaustive: true }));
      go();
      if (stops) checker.receive({ kind: "stop", id: 1 });
      while (go());
      return resultIn(answers).verdicts.find(({ rule }) => rule === "delivery");
    };
    expect(found(true)).toMatchObject({ outcome: "broken", isUnfinished: true, repairs: [] });
    expect(found(false)).toMatchObject({ outcome: "broken", isUnfinished: false });
  });

  it("does not take a stop that is meant for another search", () => {
    const { checker, answers, go } = bench(5);
    checker.receive(request("redis", { id: 2 }));
    checker.receive({ kind: "stop", id: 1 });
    while (go());
    expect(resultIn(answers).endedBy).toBe("done");
  });

  it("ends when its time is over", () => {
    const { checker, answers, go } = bench(CHECK_BUDGET_MS / 4);
    checker.receive(request("redis", { exhaustive: true }));
    while (go());
    expect(resultIn(answers).endedBy).toBe("time");
  });

  it.runIf(IS_DEEP)("leaves a search for the next one", () => {
    const { checker, answers, go } = bench(5);
    checker.receive(request("redis", { id: 1 }));
    checker.receive(request("no-backplane", { id: 2 }));
    while (go());
    expect(answers.filter(({ kind }) => kind === "done").map(({ id }) => id)).toEqual([2]);
  });

  it("says so when it fails", () => {
    const { checker, answers } = bench(5);
    checker.receive(request("redis", { scenario: {} as Scenario }));
    expect(answers).toMatchObject([{ id: 1, kind: "failed" }]);
  });
});
