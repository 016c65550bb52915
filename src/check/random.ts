/** Random search: many runs of one scenario, each with other choices and, where the bounds allow it, other failures. */
import fc from "fast-check";
import { RecordingChoices } from "../kernel/choices.ts";
import { Simulation } from "../model/simulation.ts";
import { choicesOf } from "../run/run.ts";
import { buildSettings } from "../scenario/build.ts";
import type { Scenario } from "../scenario/schema.ts";
import { trials } from "./arbitraries.ts";
import { type Bounds, widened } from "./bounds.ts";
import type { Coverage } from "./coverage.ts";
import type { Found } from "./exhaustive.ts";
import type { Rule } from "./rule.ts";
import { type Scope, Scopes } from "./scope.ts";
import { settingOf } from "./setting.ts";
import { runTrial } from "./trial.ts";
import { withChoices } from "./written-choices.ts";

/**
 * Runs of a search go in batches of this many, each with a seed of its own, so that batches can run anywhere
 * and in any order.
 */
export const BATCH_RUNS = 100;

export interface BatchOptions {
  readonly bounds: Bounds;
  readonly seed: number;
  /** Which batch of the search: 0, 1, 2, …. */
  readonly batch: number;
  /** Fewer than {@link BATCH_RUNS} in the last one. */
  readonly runs: number;
  /** Runs are cut here, and say nothing of what would have come after. */
  readonly maxEvents: number;
  readonly reference?: boolean;
  /** Whether to end with the runs made so far; asked after every run and within long ones. */
  readonly isOver?: () => boolean;
}

export interface FoundAt extends Found {
  /** Number of the run in the whole search, from 0. */
  readonly run: number;
}

export interface BatchResult {
  readonly runs: number;
  /** The first breach of each rule that broke, in the order of runs. */
  readonly found: readonly FoundAt[];
  /** Whether nothing in the scenario is left to chance, so that all its runs are the same. */
  readonly isCertain: boolean;
  /** Runs that were cut for having too many events: what would have come after is not known. */
  readonly cut: number;
  /** By rule: what it judged in the runs that did not break it and were not cut. */
  readonly scopes: Readonly<Record<string, Scope>>;
}

/** Runs one batch of a search. The same options give the same result, wherever it runs. */
export function searchBatch(
  scenario: Scenario,
  rules: readonly Rule[],
  { bounds, seed, batch, runs, maxEvents, reference = false, isOver = () => false }: BatchOptions,
  coverage: Coverage,
): BatchResult {
  // Runs without added failures differ in their choices only, so one world serves them all.
  const wide = widened(scenario, bounds);
  const again = reference
    ? null
    : { world: new Simulation(buildSettings(wide), choicesOf(wide)), setting: settingOf(wide) };
  const found: FoundAt[] = [];
  const scopes = new Scopes();
  let watched = rules;
  let cut = 0;
  for (const [i, sample] of samples(scenario, bounds, seed, batch, runs).entries()) {
    const recording = new RecordingChoices(choicesOf(sample, { drawsOrder: sample !== scenario }));
    const isAgain = again !== null && sample !== scenario && sample.faults.length === scenario.faults.length;
    const { world, watch, endedBy } = runTrial(sample, watched, {
      choices: recording,
      reference,
      maxEvents,
      isOver,
      ...(isAgain ? { again } : {}),
    });
    found.push(...toldOf(watch.found, sample, recording, batch * BATCH_RUNS + i));
    const sofar = { found, isCertain: false, cut, scopes: scopes.data() };
    // Of a run that was stopped, only its breaches are known.
    if (endedBy === "stopped") return { ...sofar, runs: i };
    coverage.addRun(sample, world.trace!, world.trace!.rows);
    // The second run is the first that could differ from the first.
    const isCertain =
      i === 1 && batch === 0 && bounds.crashes === 0 && recording.taken.every((list) => list.length === 0);
    if (isCertain) return { ...sofar, runs: 1, isCertain };
    if (endedBy === "events") cut++;
    else scopes.addAll(watch.scopes());
    watched = watched.filter(({ name }) => !watch.found.some(({ rule }) => rule === name));
    if (watched.length === 0 || isOver()) return { ...sofar, runs: i + 1, cut, scopes: scopes.data() };
  }
  return { runs, found, isCertain: false, cut, scopes: scopes.data() };
}

/** The runs of a batch. The very first of a search is the scenario as it is written; the others are drawn. */
export function samples(
  scenario: Scenario,
  bounds: Bounds,
  seed: number,
  batch: number,
  runs: number,
): Scenario[] {
  const first = batch === 0 ? [scenario] : [];
  const numRuns = runs - first.length;
  if (numRuns === 0) return first;
  // Seeds of fast-check are 32 bits; the multiplier keeps batches of neighbouring seeds apart.
  const drawn = fc.sample(trials(scenario, bounds), {
    numRuns,
    seed: (Math.imul(seed, 0x9e3779b1) + batch) | 0,
  });
  return [...first, ...drawn];
}

function toldOf(
  violations: readonly Found["violation"][],
  sample: Scenario,
  recording: RecordingChoices,
  run: number,
): FoundAt[] {
  const scenario = withChoices(sample, recording.taken);
  return violations.map((violation) => ({ violation, scenario, run }));
}
