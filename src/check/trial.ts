/** One run of a scenario under rules, as fast as possible, since searches make many of them. */

import { type Choices, GeneratedChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { Simulation } from "../model/simulation.ts";
import { PURPOSES } from "../model/trace/purposes.ts";
import type { Records } from "../model/trace/records.ts";
import { choicesOf } from "../run/run.ts";
import { buildSettings } from "../scenario/build.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Rule, Setting, Violation } from "./rule.ts";
import { settingOf } from "./setting.ts";
import { Watch } from "./watch.ts";

/** No single run takes more events than this, whatever was asked for; the same bound as that of `fanout run`. */
export const MAX_EVENTS = 10_000_000;

/** Runs of a search may have this many times the events of the plainest run, and never fewer than {@link LEAST_BOUND}. */
const BOUND_FACTOR = 4;
const LEAST_BOUND = 200_000;

/** After how many events a run asks whether to stop. */
const LOOK_UP_EVENTS = 4096;

/** What ended a trial: its time was over or every rule broken; or it was cut, and nothing is known of what comes after. */
type TrialEnd = "finished" | "events" | "stopped";

/** A world, and what monitors know of it. */
interface WorldAgain {
  readonly world: Simulation;
  readonly setting: Setting;
}

export interface Trial extends WorldAgain {
  readonly watch: Watch;
  readonly events: number;
  readonly endedBy: TrialEnd;
}

export interface TrialOptions {
  /** Instead of the scenario's own. */
  readonly choices?: Choices;
  /** Run the machines on XState's interpreter. */
  readonly reference?: boolean;
  /** End at the first breach. */
  readonly stopAtBreach?: boolean;
  readonly maxEvents?: number;
  /** Asked now and then; true ends the run where it is. */
  readonly isOver?: () => boolean;
  /** A world of this scenario that is no longer needed: it is used again, from the beginning. */
  readonly again?: WorldAgain;
}

/** Runs a scenario to its end, or to the last rule's breach, and returns what became of it. */
export function runTrial(scenario: Scenario, rules: readonly Rule[], options: TrialOptions = {}): Trial {
  const untilUs = msToUs(scenario.durationMs);
  const { choices = choicesOf(scenario), again, maxEvents = MAX_EVENTS, isOver = () => false } = options;
  again?.world.begin(choices);
  const world =
    again?.world ??
    new Simulation(buildSettings(scenario), choices, { reference: options.reference === true });
  const setting = again?.setting ?? settingOf(scenario);
  const watch = new Watch(rules, setting);
  const trace = world.trace!;
  const ended = (endedBy: TrialEnd, events: number): Trial => ({ world, setting, watch, events, endedBy });
  for (let events = 0; ; events++) {
    const isDecided = watch.unbroken === 0 || (options.stopAtBreach === true && watch.found.length > 0);
    if (isDecided) return ended("finished", events);
    if (events === maxEvents) return ended("events", events);
    if (events % LOOK_UP_EVENTS === LOOK_UP_EVENTS - 1 && isOver()) return ended("stopped", events);
    if (!world.step(untilUs)) {
      watch.advance(trace, trace.rows);
      watch.end(untilUs);
      return ended("finished", events);
    }
    watch.advance(trace, trace.rows);
  }
}

/**
 * How many events each run of a search may have: several times those of the plainest run, in which no packet
 * is late or lost. A run that has many more is one that goes round in circles; a fixed bound would cut every
 * run of a large scenario.
 */
export function eventBoundOf(scenario: Scenario, isOver: () => boolean = () => false): number {
  const world = new Simulation(buildSettings(scenario), new GeneratedChoices(PURPOSES.map(() => [])), {
    trace: false,
  });
  const untilUs = msToUs(scenario.durationMs);
  let events = 0;
  while (events < MAX_EVENTS / BOUND_FACTOR && world.step(untilUs)) {
    events++;
    if (events % LOOK_UP_EVENTS === 0 && isOver()) break;
  }
  return Math.max(LEAST_BOUND, BOUND_FACTOR * events);
}

/** A run up to where a rule broke. */
export interface BrokenRun {
  readonly violation: Violation;
  readonly trace: Records;
  /** Records of it. */
  readonly rows: number;
}

/** A scenario's run up to the first breach of one rule, or null if there is none. */
export function brokenRun(scenario: Scenario, rule: Rule): BrokenRun | null {
  return brokenIn(runTrial(scenario, [rule]));
}

function brokenIn({ watch, world }: Trial): BrokenRun | null {
  const [violation] = watch.found;
  return violation === undefined ? null : { violation, trace: world.trace!, rows: world.trace!.rows };
}

/**
 * Runs under one rule, one after the other, of scenarios that are often those before but for their choices: such have the world
 * of the run before. So what a run gives is to be read before the next.
 */
export class BrokenRuns {
  readonly #rule: Rule;
  #before: { readonly scenario: Scenario; readonly again: WorldAgain } | null = null;

  constructor(rule: Rule) {
    this.#rule = rule;
  }

  /** {@link brokenRun} */
  of(scenario: Scenario): BrokenRun | null {
    const before = this.#before;
    const isAgain = before !== null && differInChoicesOnly(before.scenario, scenario);
    const trial = runTrial(scenario, [this.#rule], isAgain ? { again: before.again } : {});
    this.#before = { scenario, again: trial };
    return brokenIn(trial);
  }
}

/** Whether all fields but the choices are the same objects. */
function differInChoicesOnly(one: Scenario, other: Scenario): boolean {
  const names = Object.keys(one) as (keyof Scenario)[];
  return (
    Object.keys(other).length === names.length &&
    names.every((name) => name === "choices" || one[name] === other[name])
  );
}

/** The first breach of one rule in a scenario's run, or null. */
export function breachOf(scenario: Scenario, rule: Rule): Violation | null {
  return brokenRun(scenario, rule)?.violation ?? null;
}
