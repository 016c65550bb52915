/**
 * Counterexamples are locally minimal within what may be taken away, break the rule as what was found did, and stay
 * valid scenarios at every step. That they keep the design is in design.test.ts.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarios } from "../../src/check/arbitraries.ts";
import { stripped } from "../../src/check/bounds.ts";
import { check } from "../../src/check/check.ts";
import { claimsOf, ruleNamed } from "../../src/check/claims.ts";
import {
  type Counterexample,
  counterexampleOf,
  isSameBreach,
  runOf,
} from "../../src/check/counterexample.ts";
import type { Found } from "../../src/check/exhaustive.ts";
import { lastsLonger } from "../../src/check/outages.ts";
import type { Rule } from "../../src/check/rule.ts";
import { rules } from "../../src/check/rules/index.ts";
import { smaller } from "../../src/check/shrink.ts";
import { runTrial } from "../../src/check/trial.ts";
import { withChoices } from "../../src/check/written-choices.ts";
import { RecordingChoices } from "../../src/kernel/choices.ts";
import { choicesOf } from "../../src/run/run.ts";
import { brief } from "../../src/scenario/brief.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { DEPTH, sampled } from "../support/depth.ts";

interface Breaking {
  readonly rule: Rule;
  readonly found: Found;
}

const BUILT_IN = Object.values(rules).filter((rule): rule is Rule => rule.kind !== "sometimes");

/**
 * What breaks on the model as it is, of a generated scenario: affinity, handshakes, delivery without a backplane,
 * idle cuts, …
 */
function breachesOf(scenario: Scenario, speaking = BUILT_IN): Breaking[] {
  const recording = new RecordingChoices(choicesOf(scenario));
  const { found } = runTrial(scenario, speaking, { choices: recording }).watch;
  return found.map((violation) => ({
    rule: speaking.find(({ name }) => name === violation.rule)!,
    found: { violation, scenario: withChoices(stripped(scenario), recording.taken) },
  }));
}

/** The counterexample of the first rule that a scenario claims and its own run breaks; a search would look for repairs too. */
function smallestOf(scenario: Scenario): Counterexample {
  const [{ found, rule }] = breachesOf(scenario, claimsOf(scenario)) as [Breaking];
  return counterexampleOf(found, rule, { written: scenario });
}

/** Of each way to break a rule, so many; not of runs with so many decisions that shrinking them takes minutes. */
const OF_EACH = Math.ceil(DEPTH);
const MAX_CHOICES = DEPTH === 1 ? 500 : 1000;

function choicesIn({ found }: Breaking): number {
  return Object.values(found.scenario.choices!).reduce((sum, list) => sum + list.length, 0);
}

const byWay = new Map<string, Breaking[]>();
const drawn = fc.sample(scenarios(), { numRuns: DEPTH === 1 ? 250 : 800, seed: 11 });
for (const one of drawn.flatMap((one) => breachesOf(one))) {
  if (choicesIn(one) > MAX_CHOICES) continue;
  const way = `${one.rule.name} ${one.found.violation.breach.key}`;
  byWay.set(way, [...(byWay.get(way) ?? []), one].slice(0, OF_EACH));
}
const breaches = sampled([...byWay.values()].flat(), 4).map((one) => ({
  ...one,
  counterexample: counterexampleOf(one.found, one.rule),
  isSame: isSameBreach(one.found.scenario, one.found.violation.breach.key, one.rule),
}));

/**
 * The elements of a scenario that can be taken away, told by what the removal changes: independent of how shrinking
 * goes about it.
 */
function withoutOneElement({ scenario }: Counterexample): { what: string; scenario: Scenario }[] {
  const { workload, faults, servers, durationMs, choices = {} } = scenario;
  return [
    ...workload.map((_, i) => ({
      what: `message ${i}`,
      scenario: { ...scenario, workload: workload.toSpliced(i, 1) },
    })),
    // What ends an outage may not go without what begins it.
    ...faults
      .map((_, i) => ({ what: `fault ${i}`, scenario: { ...scenario, faults: faults.toSpliced(i, 1) } }))
      .filter((less) => !lastsLonger(less.scenario.faults, faults, durationMs)),
    ...(durationMs > 1
      ? [{ what: "a millisecond", scenario: { ...scenario, durationMs: Math.ceil(durationMs) - 1 } }]
      : []),
    ...(servers.count > 2 && faults.every(({ target }) => !target.includes(`server-${servers.count}`))
      ? [{ what: "a server", scenario: { ...scenario, servers: { ...servers, count: servers.count - 1 } } }]
      : []),
    ...Object.entries(choices).flatMap(([purpose, list]) =>
      list.flatMap((value, i) =>
        value === 0
          ? []
          : [
              {
                what: `${purpose} ${i}`,
                scenario: { ...scenario, choices: { ...choices, [purpose]: list.with(i, 0) } },
              },
            ],
      ),
    ),
    // Clients that nobody names can go without renaming anybody.
    ...scenario.clients.flatMap((group, i) => {
      const isNamed = JSON.stringify([workload, faults]).includes(`"${group.name}`);
      if (group.count > 1 && !isNamed)
        return [
          {
            what: `one of ${group.name}`,
            scenario: {
              ...scenario,
              clients: scenario.clients.with(i, { ...group, count: group.count - 1 }),
            },
          },
        ];
      if (scenario.clients.length === 1 || isNamed) return [];
      return [{ what: group.name, scenario: { ...scenario, clients: scenario.clients.toSpliced(i, 1) } }];
    }),
  ];
}

describe("a counterexample", () => {
  it("is found often enough, in several ways", () => {
    expect(breaches.length).toBeGreaterThan(8);
    expect(
      new Set(breaches.map(({ counterexample }) => `${counterexample.rule} ${counterexample.key}`)).size,
    ).toBeGreaterThan(4);
  });

  it.each(breaches)(
    "of $rule.name ($counterexample.key) vanishes without any one of its elements",
    ({ counterexample, isSame }) => {
      for (const { what, scenario } of withoutOneElement(counterexample))
        expect.soft(isSame(scenario), `without ${what}`).toBe(false);
      for (const { what, scenario } of smaller(counterexample.scenario))
        expect.soft(isSame(scenario), `without ${what}`).toBe(false);
    },
  );

  it.each(breaches)(
    "of $rule.name ($counterexample.key) breaks the rule as what was found did, at every step",
    ({ counterexample, found, isSame }) => {
      expect(counterexample.key).toBe(found.violation.breach.key);
      expect(counterexample.steps.filter(({ scenario }) => !isSame(scenario))).toEqual([]);
    },
  );

  it.each(breaches)(
    "of $rule.name ($counterexample.key) is a valid file at every step, and replays from it",
    ({ counterexample }) => {
      for (const { what, scenario } of counterexample.steps) {
        expect(what).not.toBe("");
        const parsed = validateScenario(brief(scenario));
        expect(parsed.ok ? "valid" : parsed.errors).toBe("valid");
      }
      const parsed = validateScenario(JSON.parse(JSON.stringify(brief(counterexample.scenario))));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
      expect(runOf(parsed.scenario).fingerprint).toBe(counterexample.fingerprint);
    },
  );

  it.each(breaches)(
    "of $rule.name ($counterexample.key) has a story in order, of at most ten lines, that ends with the breach",
    ({ counterexample, rule }) => {
      const { story, timeUs } = counterexample;
      expect(story.length).toBeLessThanOrEqual(10);
      expect(story.map((line) => line.timeUs)).toEqual(
        story.map((line) => line.timeUs).sort((a, b) => a - b),
      );
      expect(story.at(-1)!.timeUs).toBe(timeUs);
      expect(story.at(-1)!.text).toContain(rule.statement);
    },
  );
});

it("would notice a counterexample that is not minimal", () => {
  // Some steps take more away at once than the next smaller scenarios do.
  const isNoticed = ({ counterexample: { steps }, isSame }: (typeof breaches)[number]) =>
    steps.length > 1 && [...smaller(steps.at(-2)!.scenario)].some(({ scenario }) => isSame(scenario));
  expect(breaches.some(isNoticed)).toBe(true);
});

describe("clients that have nothing to do with it are taken away", () => {
  const parsed = validateScenario({
    version: 1,
    name: "kitchen",
    title: "kitchen",
    summary: "kitchen",
    durationMs: 3000,
    clients: [
      { name: "till", transport: "websocket" },
      { name: "screen", count: 2, transport: "websocket", startMs: 100, startGapMs: 50 },
    ],
    backplane: { kind: "redis" },
    workload: [{ from: "till", to: "others", atMs: 1000 }],
    rules: ["once"],
    ownRules: {
      once: {
        type: "count",
        statement: "Nobody has to connect a second time.",
        of: { event: "connected" },
        per: "client",
        atMost: 1,
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const once = ruleNamed(parsed.scenario, "once")!;

  // From seeds 2 and 3 only if chance and the end are given back meanwhile: turns and draws of whoever is gone fall to others.
  it.each([1, 2, 3])("also if others had turns and draws after them (seed %i)", (seed) => {
    const [verdict] = check(parsed.scenario, { rules: [once], bounds: { crashes: 1 }, seed }).verdicts;
    if (verdict?.outcome !== "broken") throw new Error(`found ${verdict?.outcome}`);
    expect(verdict.counterexample.size).toMatchObject({ clients: 1, servers: 2, messages: 0, faults: 1 });
  });
});

it("of many who wait by chance, one is left with the waits that were its own", () => {
  const parsed = validateScenario({
    version: 1,
    name: "storm",
    title: "storm",
    summary: "storm",
    // One with which somebody waits long enough.
    seed: 2,
    durationMs: 30_000,
    clients: [{ name: "fan", count: 40, transport: "websocket" }],
    balancer: { policy: "sticky-cookie" },
    faults: [
      { atMs: 10_000, act: "crash", target: "balancer" },
      { atMs: 12_000, act: "restart", target: "balancer" },
    ],
    rules: ["back-soon"],
    ownRules: {
      "back-soon": {
        type: "within",
        statement: "Everybody is back within 5 s.",
        from: { event: "disconnected" },
        to: { event: "connected" },
        per: "client",
        withinMs: 5000,
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const { size, scenario, text, steps } = smallestOf(parsed.scenario);
  expect(size).toMatchObject({ clients: 1, faults: 2 });
  expect(scenario.clients[0]!.name).toMatch(/^fan-\d+$/);
  expect(text).toContain(`${scenario.clients[0]!.name}: `);
  // Of a crowd, those whom the breach is about are tried first.
  expect(steps[0]!.what).toBe("everybody else");
  expect(scenario.choices!["reconnection delay"]!.length).toBeLessThanOrEqual(3);
});

describe("a message to a room", () => {
  const toRoom = (roomSize?: number) => {
    const parsed = validateScenario({
      version: 1,
      name: "rooms",
      title: "rooms",
      summary: "rooms",
      durationMs: 3000,
      clients: [{ name: "user", count: 60, transport: "websocket", roomSize }],
      workload: [{ from: "user-42", to: "room", atMs: 1000 }],
      rules: ["delivery"],
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return smallestOf(parsed.scenario).scenario;
  };

  it.each([undefined, 2, 7])(
    "is addressed to one of its members before others go (rooms of %s)",
    (roomSize) => {
      const { clients, workload } = toRoom(roomSize);
      expect(clients.map(({ count }) => count)).toEqual([1, 1]);
      const names = clients.map(({ name }) => name);
      expect(names).toContain("user-42");
      const [other] = names.filter((name) => name !== "user-42");
      expect(workload).toEqual([{ from: "user-42", to: other, atMs: 1000 }]);
      // Who is addressed was in the room before.
      const room = (name: string) => Math.floor((Number(name.split("-")[1]) - 1) / (roomSize ?? 60));
      expect(room(other!)).toBe(room("user-42"));
    },
  );
});

it("ends when it is told to, with what there is, and tries nothing more", () => {
  const { found, rule, counterexample } = breaches.find((one) => one.counterexample.steps.length > 3)!;
  let trials = 0;
  let isOver = false;
  const early = counterexampleOf(found, rule, {
    isAllowed: () => {
      expect(isOver).toBe(false);
      trials++;
      return true;
    },
    isOver: () => {
      isOver ||= trials === 3;
      return isOver;
    },
  });
  expect(trials).toBe(3);
  expect(early.key).toBe(counterexample.key);
  expect(early.steps.length).toBeLessThan(counterexample.steps.length);
  expect(runOf(early.scenario).fingerprint).toBe(early.fingerprint);
});
