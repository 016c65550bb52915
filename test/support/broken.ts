/**
 * Generated scenarios whose run breaks a rule: as they are, and as a search finds them, with late packets, losses and
 * kills added.
 */
import fc from "fast-check";
import { scenarios, trials } from "../../src/check/arbitraries.ts";
import { type Bounds, stripped } from "../../src/check/bounds.ts";
import type { Found } from "../../src/check/exhaustive.ts";
import { ownRule } from "../../src/check/own-rules.ts";
import type { Rule } from "../../src/check/rule.ts";
import { rules } from "../../src/check/rules/index.ts";
import { runTrial } from "../../src/check/trial.ts";
import { withChoices } from "../../src/check/written-choices.ts";
import { RecordingChoices } from "../../src/kernel/choices.ts";
import { choicesOf } from "../../src/run/run.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

export interface Broken {
  /** The scenario that was asked about. */
  readonly written: Scenario;
  readonly rule: Rule;
  readonly found: Found;
}

/** Rules that people state, and that many things break. */
const OWN: readonly Rule[] = [
  ownRule("never-twice", {
    type: "count",
    statement: "Nobody loses its connection twice.",
    of: { event: "disconnected" },
    per: "client",
    atMost: 1,
  }),
  ownRule("nothing-dies", {
    type: "count",
    statement: "Not more than three copies die.",
    of: { event: "lost" },
    per: "run",
    atMost: 3,
  }),
  ownRule("quick", {
    type: "within",
    statement: "A message arrives within half a second.",
    from: { event: "copy" },
    to: { event: "delivered" },
    per: "copy",
    withinMs: 500,
  }),
];

/** What a search adds. */
const BOUNDS: Bounds = { lateMs: 20, lateSteps: 1, losses: 1, crashes: 1 };
/** Not of runs with so many decisions that shrinking them takes minutes. */
const MAX_CHOICES = 1000;

/** All breaches of one scenario's run, and of one that a search makes of it. */
function brokenBy(written: Scenario, seed: number): Broken[] {
  const all: readonly Rule[] = [...Object.values(rules), ...OWN];
  const [added] = fc.sample(trials(written, BOUNDS), { numRuns: 1, seed });
  return [written, added!].flatMap((scenario) => {
    const speaking = all.filter((rule) => rule.kind !== "sometimes");
    const recording = new RecordingChoices(choicesOf(scenario));
    const { found } = runTrial(scenario, speaking, { choices: recording }).watch;
    if (recording.taken.flat().length > MAX_CHOICES) return [];
    return found.map((violation) => ({
      written,
      rule: speaking.find(({ name }) => name === violation.rule)!,
      found: { violation, scenario: withChoices(stripped(scenario), recording.taken) },
    }));
  });
}

/** So many breaches of generated scenarios, of every way to break a rule about as many. */
export function brokenScenarios(count: number, seed: number): Broken[] {
  const byWay = new Map<string, Broken[]>();
  for (let batch = 0, found = 0; found < 4 * count; batch++)
    for (const [i, written] of fc.sample(scenarios(), { numRuns: 100, seed: seed + batch }).entries())
      for (const one of brokenBy(written, seed + i)) {
        const way = `${one.rule.name} ${one.found.violation.breach.key}`;
        byWay.set(way, [...(byWay.get(way) ?? []), one]);
        found++;
      }
  const ways = [...byWay.values()];
  const inTurn = Array.from({ length: Math.max(...ways.map(({ length }) => length)) }, (_, i) =>
    ways.flatMap((way) => way.slice(i, i + 1)),
  );
  return inTurn.flat().slice(0, count);
}
