/**
 * How fast the searches are, on the lessons: random runs on the compiled tables and on XState's actors, and states of
 * exhaustive searches.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { DEFAULT_BOUNDS } from "../../src/check/bounds.ts";
import { checking } from "../../src/check/check.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { Coverage } from "../../src/check/coverage.ts";
import { BATCH_RUNS, searchBatch } from "../../src/check/random.ts";
import { MAX_EVENTS } from "../../src/check/trial.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import type { Measured } from "./harness.ts";

/** Fixed variants of the lessons: their rules hold, so that every run goes to its end. */
export const SEARCHED = [
  ["broadcast-across-servers", "redis"],
  ["polling-handshake", "cookie"],
] as const;

function lesson(index: number): Scenario {
  const [name, variant] = SEARCHED[index]!;
  const parsed = parseScenario(readFileSync(resolve("simulations", name, "scenario.json"), "utf8"));
  if (!parsed.ok) throw new Error(`${name} can't be parsed`);
  const chosen = withVariant(parsed.scenario, variant);
  if (!chosen.ok) throw new Error(`${name} has no ${variant}`);
  return chosen.scenario;
}

/** Random runs of a lesson under its rules, compiled (0) or on XState's interpreter (1). Events are runs. */
export function randomRuns(index: number, onXState: number, batches: number): Measured {
  const scenario = lesson(index);
  const rules = claimsOf(scenario);
  const run = (batch: number) =>
    searchBatch(
      scenario,
      rules,
      {
        bounds: DEFAULT_BOUNDS,
        seed: 1,
        batch,
        runs: BATCH_RUNS,
        maxEvents: MAX_EVENTS,
        reference: onXState === 1,
      },
      new Coverage(),
    ).runs;
  // The compiler sees it once before the clock starts.
  run(1);
  const began = performance.now();
  let runs = 0;
  for (let batch = 0; batch < batches; batch++) runs += run(batch);
  return { seconds: (performance.now() - began) / 1000, events: runs, check: "" };
}

/** All runs of a lesson within the usual bounds, again and again. Events are states. */
export function exhaustiveStates(index: number, times: number): Measured {
  const scenario = lesson(index);
  let states = 0;
  const explore = () => {
    const steps = checking(scenario, { exhaustive: true });
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value.search.kind === "exhaustive" ? step.value.search.states : 0;
    }
  };
  explore();
  const began = performance.now();
  for (let i = 0; i < times; i++) states += explore();
  return { seconds: (performance.now() - began) / 1000, events: states, check: "" };
}
