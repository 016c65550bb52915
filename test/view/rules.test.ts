/** What the page says of rules: of the run on screen, and of a search. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { settingOf } from "../../src/check/setting.ts";
import { tell } from "../../src/check/story.ts";
import { watchTrace } from "../../src/check/watch.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import {
  findingWords,
  foundWords,
  mendedWords,
  progressWords,
  repairPaths,
  repairWords,
  resultWords,
  sizeWords,
  verdictWords,
} from "../../src/view/rules/rule-words.ts";
import { findingsOf } from "../../src/view/run/findings.ts";
import { stopAt, stopsOf } from "../../src/view/run/story.ts";
import type { CheckResult, CheckVerdict } from "../../src/view/search/check-protocol.ts";
import { resultOf } from "../../src/view/search/checker.ts";
import { answer } from "../../src/view/worker/engine.ts";
import { IS_DEEP } from "../support/depth.ts";

const textOf = (lesson: string) => readFileSync(`simulations/${lesson}/scenario.json`, "utf8");

function scenarioOf(lesson: string, variant: string): Scenario {
  const parsed = parseScenario(textOf(lesson));
  if (!parsed.ok) throw new Error("the lesson is broken");
  const chosen = withVariant(parsed.scenario, variant);
  if (!chosen.ok) throw new Error("no such variant");
  return chosen.scenario;
}

const request = { id: 1, isTold: false, variant: null, opening: null, set: {}, seed: null, patience: 1 };

describe("what a run says of the rules", () => {
  it("is in the engine's answer: broken with its moment and story, held, not seen", async () => {
    const reply = await answer({
      ...request,
      written: textOf("broadcast-across-servers"),
      variant: "no-backplane",
    });
    if (!reply.ok) throw new Error(JSON.stringify(reply.problems));
    expect(reply.rules.map(({ name, outcome, timeUs }) => [name, outcome, timeUs])).toEqual([
      ["conservation", "held", null],
      ["at-most-once", "silent", null],
      ["delivery", "broken", 520_500],
      ["order", "silent", null],
      ["something-arrives", "not seen", null],
    ]);
    const delivery = reply.rules[2]!;
    expect(delivery.text).toBe("A's message for B dies at server-1: no local socket, no backplane.");
    const story = tell(reply.run, delivery, delivery.violation!);
    expect(story.at(-1)).toMatchObject({ timeUs: 520_500 });
    expect(story.at(-1)!.text).toContain("So this is broken");
    // It is posted between threads.
    expect(structuredClone(reply.rules)).toEqual(reply.rules);
  });

  it.each(["one-server", "no-backplane", "redis"])("agrees with watching the trace (%s)", (variant) => {
    const scenario = scenarioOf("broadcast-across-servers", variant);
    const run = simulate(scenario, { variant });
    const violations = watchTrace(
      run.trace,
      run.trace.length,
      run.endUs,
      claimsOf(scenario),
      settingOf(scenario),
    );
    const found = findingsOf(run, claimsOf(run.scenario)).filter(({ timeUs }) => timeUs !== null);
    expect(found.map(({ name, timeUs, text }) => [name, timeUs, text]).sort()).toEqual(
      violations.map(({ rule, timeUs, breach }) => [rule, timeUs, breach.text]).sort(),
    );
  });

  it("follows a turned knob", async () => {
    const reply = await answer({
      ...request,
      written: textOf("broadcast-across-servers"),
      variant: "no-backplane",
      set: { "backplane.kind": "redis" },
    });
    expect(reply.ok && reply.rules.map(({ outcome }) => outcome)).toEqual([
      "held",
      "held",
      "held",
      "held",
      "seen",
    ]);
  });

  it("does not blame a run that was cut short for what was due at its end", () => {
    const scenario: Scenario = {
      ...scenarioOf("broadcast-across-servers", "redis"),
      rules: ["many"],
      ownRules: {
        many: {
          type: "count",
          statement: "A hundred copies arrive.",
          of: { event: "delivered" },
          per: "run",
          atLeast: 100,
        },
      },
    };
    expect(findingsOf(simulate(scenario), claimsOf(scenario))).toMatchObject([
      { name: "many", outcome: "broken" },
    ]);
    const [cut] = findingsOf(simulate(scenario, { maxEvents: 10 }), claimsOf(scenario));
    expect(cut).toMatchObject({ name: "many", outcome: "unfinished" });
    expect(findingWords(cut!)).toMatchObject({
      sign: "○",
      text: "unfinished: the run was cut after 10 events, and what comes after is not known",
    });
  });

  it("says nothing of a scenario that claims nothing", () => {
    const scenario: Scenario = { ...scenarioOf("broadcast-across-servers", "redis"), rules: [] };
    expect(findingsOf(simulate(scenario), claimsOf(scenario))).toEqual([]);
  });
});

describe("a knob that was turned", () => {
  it("can be turned back, even if the scenario offers none", async () => {
    const { knobs: _, ...bare } = JSON.parse(textOf("broadcast-across-servers"));
    const reply = await answer({
      ...request,
      written: JSON.stringify(bare),
      set: { "backplane.kind": "redis", no: 1 },
    });
    expect(reply.ok && reply.knobs.map(({ path, kind, value }) => [path, kind, value])).toEqual([
      ["backplane.kind", "choice", "redis"],
    ]);
  });
});

describe("a story", () => {
  const line = (timeUs: number, text: string) => ({ timeUs, text });
  const stops = stopsOf([line(10, "a"), line(10, "b"), line(20, "c"), line(30, "d")]);

  it("stops once for each instant", () => {
    expect(stops.map(({ timeUs, sentences }) => [timeUs, ...sentences])).toEqual([
      [10, "a", "b"],
      [20, "c"],
      [30, "d"],
    ]);
  });

  it("is where the clock is", () => {
    expect([0, 10, 19.5, 20, 99].map((t) => stopAt(stops, t))).toEqual([-1, 0, 0, 1, 2]);
  });
});

describe("the words for verdicts", () => {
  const result: CheckResult = {
    exhaustive: false,
    runs: 1000,
    endedBy: "done",
    isCertain: false,
    verdicts: [],
    worth: "",
    bounds: [],
  };
  const head = { rule: "order", kind: "always" } as const;
  const VERDICTS = {
    holds: { ...head, outcome: "holds", covered: "3 of 3 copies" },
    "not broken": { ...head, outcome: "not broken", covered: "2 of 3 copies; 1 exempt, recipient away" },
    seen: { ...head, outcome: "seen" },
    never: { ...head, outcome: "never" },
    silent: { ...head, outcome: "silent", why: "no copy arrives" },
    unfinished: { ...head, outcome: "unfinished", why: "all 7 runs were cut at 10 events" },
    "not tried": { ...head, outcome: "not tried" },
  } as const satisfies Readonly<Record<string, CheckVerdict>>;
  type Outcome = keyof typeof VERDICTS;

  it("tell a proof from a search that found nothing, and both from one that says nothing", () => {
    const said = (outcome: Outcome, more: Partial<CheckResult> = {}) => {
      const { sign, text } = verdictWords(VERDICTS[outcome], { ...result, ...more });
      return `${sign} ${text}`;
    };
    expect(said("not broken")).toBe(
      "✓ search: not broken in 1,000 runs (breaks\u00a0in\u00a0<\u00a00.30\u00a0%\u00a0of\u00a0runs): 2 of 3 copies; 1 exempt, recipient away",
    );
    expect(said("holds", { exhaustive: true })).toBe(
      "✓ search: holds in all runs within the bounds: 3 of 3 copies",
    );
    expect(said("holds", { isCertain: true, runs: 1 })).toBe(
      "✓ search: holds, there is only this one run: 3 of 3 copies",
    );
    expect(said("never", { exhaustive: true })).toBe("✕ search: never seen in any run within the bounds");
    expect(said("seen")).toBe("✓ search: a run shows it");
    expect(said("silent")).toBe("– search: silent, it judged nothing: no copy arrives");
    expect(said("unfinished")).toBe("○ search: unfinished, all 7 runs were cut at 10 events");
    expect(said("not tried")).toBe("○ search: not tried, no run was finished");
  });

  it("sum up", () => {
    const sum = (...outcomes: Outcome[]) =>
      resultWords({ ...result, verdicts: outcomes.map((outcome) => VERDICTS[outcome]) });
    expect(sum("holds", "seen")).toMatchObject({ sign: "✓", text: "All 2 rules hold." });
    expect(sum("holds", "never")).toMatchObject({ sign: "✕", text: "1 of the 2 rules does not hold." });
    expect(sum("not broken", "seen")).toMatchObject({
      sign: "✓",
      text: "None of the 2 rules was broken in 1,000 runs.",
    });
    expect(sum("not broken", "silent", "unfinished")).toMatchObject({
      sign: "○",
      text: "1 of the 3 rules was not broken in 1,000 runs. Nothing is known of the other 2.",
    });
    expect(sum("holds", "silent")).toMatchObject({
      sign: "○",
      text: "1 of the 2 rules holds. Nothing is known of the other.",
    });
    expect(sum("silent")).toMatchObject({ sign: "○", text: "Nothing is known of the rule: see why below." });
    const stopped = { ...result, endedBy: "interrupted" as const, verdicts: [VERDICTS["not broken"]] };
    expect(resultWords(stopped).text).toBe("Stopped. The rule was not broken in 1,000 runs.");
  });

  it("count", () => {
    expect(sizeWords({ clients: 2, servers: 2, messages: 1, faults: 0 })).toBe(
      "2 clients, 2 servers and 1 message",
    );
    expect(sizeWords({ clients: 1, servers: 2, messages: 0, faults: 1 })).toBe(
      "1 client, 2 servers and 1 fault",
    );
    const progress = { runs: 340, states: 0, of: 1000, broken: 1, isSettling: false };
    expect(progressWords(progress)).toBe("340 of 1,000 runs · 1 rule decided");
    expect(progressWords({ ...progress, of: null, states: 807, broken: 2 })).toBe(
      "340 runs, 807 states · 2 rules decided · ends after 10 s at most",
    );
  });

  it("call no run the smallest that nobody has made small", () => {
    const found = {
      text: "",
      timeUs: 0,
      fingerprint: "",
      size: { clients: 2, servers: 2, messages: 1, faults: 0 },
      file: "",
      because: "",
      repairs: [],
    };
    expect(foundWords({ ...found, isUnfinished: false })).toBe(
      "The smallest run found that breaks it has 2 clients, 2 servers and 1 message.",
    );
    const unfinished = foundWords({ ...found, isUnfinished: true });
    expect(unfinished).toContain(
      "A run that breaks it has 2 clients, 2 servers and 1 message; the search was stopped",
    );
    expect(unfinished).not.toContain("smallest");
  });

  it("speak of repairs as the knobs do, and of what became of them", () => {
    const scenario = scenarioOf("broadcast-across-servers", "redis");
    expect(repairWords({ "servers.count": 1, "backplane.kind": "redis" }, scenario)).toBe(
      "Turn «Servers» to 1 and «Backplane» to Redis",
    );
    expect(repairWords({ "clients.*.transport": "websocket", "clients.0.cookies": false }, scenario)).toBe(
      "Turn «Transport, all clients» to WebSocket and «Cookies, A» to off",
    );
    expect(repairPaths({ "servers.count": 1, "backplane.kind": "redis" })).toBe(
      "servers.count: 1, backplane.kind: redis",
    );
    const run = simulate(scenario);
    const delivery = findingsOf(run, claimsOf(run.scenario)).find(({ name }) => name === "delivery")!;
    const turns = { "backplane.kind": "redis" };
    expect(mendedWords(turns, run, delivery)).toMatchObject({
      sign: "✓",
      text: "«Backplane» is now Redis: delivery is kept in this run. Check to search again.",
    });
    expect(mendedWords(turns, run, { ...delivery, outcome: "broken" })).toMatchObject({
      sign: "✕",
      text: "«Backplane» is now Redis, and delivery is broken in this run all the same. Check to search again.",
    });
    expect(mendedWords(turns, run, { ...delivery, outcome: "unfinished" })).toMatchObject({
      sign: "○",
      text: "«Backplane» is now Redis: delivery says nothing of this run. Check to search again.",
    });
  });

  it.runIf(IS_DEEP)("are there for everything that a search can say", () => {
    for (const variant of ["no-backplane", "redis"])
      for (const exhaustive of [false, true]) {
        const done = resultOf(
          check(scenarioOf("broadcast-across-servers", variant), {
            variant,
            ...(exhaustive ? { exhaustive } : { runs: 100 }),
          }),
        );
        for (const one of done.verdicts) expect(verdictWords(one, done).text).not.toBe("");
        expect(resultWords(done).text).not.toBe("");
      }
  });
});
