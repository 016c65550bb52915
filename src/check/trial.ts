/** One run of a scenario under rules: as fast as it goes, as the searches do many. */
import type { Choices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { World } from "../model/world.ts";
import { choicesOf } from "../run/run.ts";
import { buildSettings } from "../scenario/build.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Records, Rule, Setting, Violation } from "./rule.ts";
import { settingOf } from "./setting.ts";
import { Watch } from "./watch.ts";

/** No run of a search takes more events than this; one that would is cut there, and says nothing of what comes after. */
export const MAX_EVENTS = 200_000;

export interface Trial {
  readonly world: World;
  readonly watch: Watch;
  readonly events: number;
}

export interface TrialOptions {
  /** Instead of the scenario's own. */
  readonly choices?: Choices;
  /** Run the machines on XState's interpreter. */
  readonly reference?: boolean;
  /** End at the first breach. */
  readonly stopAtBreach?: boolean;
  /** A world of this scenario that is not needed any more, and what monitors know of it: it begins again. */
  readonly again?: { readonly world: World; readonly setting: Setting };
}

/** Runs a scenario to its end, or to the last rule's breach, and returns what became of it. */
export function runTrial(scenario: Scenario, rules: readonly Rule[], options: TrialOptions = {}): Trial {
  const untilUs = msToUs(scenario.durationMs);
  const { choices = choicesOf(scenario), again } = options;
  again?.world.begin(choices);
  const world =
    again?.world ?? new World(buildSettings(scenario), choices, { reference: options.reference === true });
  const watch = new Watch(rules, again?.setting ?? settingOf(scenario));
  const trace = world.trace!;
  let events = 0;
  while (watch.unbroken > 0 && events < MAX_EVENTS) {
    if (options.stopAtBreach === true && watch.found.length > 0) break;
    if (!world.step(untilUs)) {
      watch.advance(trace, trace.rows);
      watch.end(untilUs);
      break;
    }
    events++;
    watch.advance(trace, trace.rows);
  }
  return { world, watch, events };
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
  if (rule.silentOn?.(scenario) != null) return null;
  const { watch, world } = runTrial(scenario, [rule]);
  const [violation] = watch.found;
  return violation === undefined ? null : { violation, trace: world.trace!, rows: world.trace!.rows };
}

/** The first breach of one rule in a scenario's run, or null. */
export function breachOf(scenario: Scenario, rule: Rule): Violation | null {
  return brokenRun(scenario, rule)?.violation ?? null;
}
