/**
 * Trying a design: in the run that broke the rule, and in random runs of the scenario as it is written, each
 * beside the same run of the present design. In half of the random runs the clients have other addresses,
 * which `ip_hash` sends to other servers: a turn that helps only because two addresses happen to be hashed
 * alike is not a repair.
 */
import { RecordingChoices } from "../../kernel/choices.ts";
import { Simulation } from "../../model/simulation.ts";
import { choicesOf } from "../../run/run.ts";
import { buildSettings } from "../../scenario/build.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { stripped } from "../bounds.ts";
import { Coverage } from "../coverage.ts";
import { BATCH_RUNS, samples, searchBatch } from "../random.ts";
import type { Rule, Setting, Violation } from "../rule.ts";
import { type Scope, Scopes } from "../scope.ts";
import { settingOf } from "../setting.ts";
import { runTrial, type TrialOptions } from "../trial.ts";
import type { Asked } from "./asked.ts";
import { causesIn } from "./evidence.ts";
import { bringsLess, counting, emptyTally, type Tally } from "./tally.ts";
import { redesigned } from "./turn.ts";

/** How many random runs a repair must stand, and the least number if the search had few, its runs are long or time is short. */
const MOST_RUNS = 2 * BATCH_RUNS;
const LEAST_RUNS = 20;
/** Events that all runs of one trial may take together: some seconds. */
const MAX_TRIAL_EVENTS = 10_000_000;
/**
 * A run of another design may have this many times the events of the run that broke the rule. A run with more
 * is cut, and its design does not count as a repair.
 */
const EVENT_FACTOR = 4;
const LEAST_EVENTS = 200_000;

/** The number of the run that broke the rule; random runs are 0, 1, 2, …. */
const FOUND = -1;

/**
 * The result of a trial: the design stood it; a rule broke; a rule had nothing to judge; people got less; or
 * time was over first.
 */
export type Outcome = "stood" | Violation | "silent" | "less" | "over";

export interface Tried {
  readonly outcome: Outcome;
  /** Whether the design stood at least the run that broke the rule. */
  readonly mendsFound: boolean;
  /** How many random runs the design stood; 1 if nothing in them was left to chance. */
  readonly runs: number;
}

/** A run that was made, to its end or to the first breach. */
interface Made {
  readonly broken: readonly Violation[];
  readonly tally: Tally;
  /** What the rules that did not break have judged. */
  readonly scopes: Readonly<Record<string, Scope>>;
  readonly events: number;
  /** Whether anything in it was left to chance. */
  readonly isDrawn: boolean;
  readonly isStopped: boolean;
}

export class Trials {
  /** How many random runs a repair must stand. */
  readonly runs: number;
  readonly #asked: Asked;
  readonly #holding: readonly Rule[];
  readonly #samples: readonly Scenario[];
  readonly #present: Design;
  readonly #without = new Map<number, Made>();
  readonly #maxEvents: number;
  /** Keeping the worlds of long runs costs more memory than it saves time. */
  readonly #keepsWorlds: boolean;

  constructor(asked: Asked) {
    this.#asked = asked;
    this.#holding = asked.holding.filter(({ kind }) => kind !== "sometimes");
    this.#samples = samplesOf(asked);
    this.#present = new Design(asked.original);
    const { events } = this.#before(FOUND);
    this.#maxEvents = Math.max(LEAST_EVENTS, EVENT_FACTOR * events);
    const affordable = Math.floor(MAX_TRIAL_EVENTS / events);
    this.#keepsWorlds = affordable >= MOST_RUNS;
    this.runs = Math.max(LEAST_RUNS, Math.min(MOST_RUNS, affordable, asked.runs ?? MOST_RUNS));
  }

  /** The scenario that is to be mended. Its choices, if it has any, do not belong to the design. */
  get scenario(): Scenario {
    const { choices: _, ...scenario } = this.#asked.original;
    return scenario;
  }

  /** Whether nothing more can be tried: time is over, or the run that broke the rule is too long to be made to its end. */
  get isOver(): boolean {
    return this.#asked.isOver() || this.#before(FOUND).tally.clientUs === 0;
  }

  /** Tries a design in the run that broke the rule, and then in so many random ones. */
  try(scenario: Scenario, runs = this.runs): Tried {
    const course = new Course(this.#asked.rule, scenario);
    const first = this.#compare(course, FOUND);
    if (first !== "stood") return { outcome: first, mendsFound: false, runs: 0 };
    const tried = this.#inRandom(course, runs);
    if (tried.outcome !== "stood") return { ...tried, mendsFound: true };
    const isAll = runs === this.runs;
    const outcome = course.silencesAny(this.#holding)
      ? "silent"
      : isAll
        ? this.#withKills(scenario)
        : "stood";
    return { ...tried, mendsFound: true, outcome };
  }

  /** Names of the causes for which copies are lost, with a design, in the run that broke the rule. */
  causesOfLoss(scenario: Scenario): ReadonlySet<string> {
    const run = redesigned(this.#asked.found.scenario, scenario);
    const { isOver } = this.#asked;
    const { trace } = runTrial(run, [counting(emptyTally())], { maxEvents: this.#maxEvents, isOver }).world;
    return causesIn(trace!, trace!.rows);
  }

  /** Whether a design breaks the rule in each of so many random runs. */
  breaksAlways(scenario: Scenario, runs: number): boolean {
    const course = new Course(this.#asked.rule, scenario);
    for (let run = 0; run < runs; run++) if (!this.isBreach(this.#compare(course, run))) return false;
    return true;
  }

  /** Whether it is the rule that is to be mended that broke. */
  isBreach(outcome: Outcome): outcome is Violation {
    return typeof outcome !== "string" && outcome.rule === this.#asked.rule.name;
  }

  #inRandom(course: Course, runs: number): Pick<Tried, "outcome" | "runs"> {
    const hasKills = this.#asked.bounds.crashes > 0;
    for (let run = 0; run < runs; run++) {
      const outcome = this.#compare(course, run);
      if (outcome === "over" && run >= LEAST_RUNS && !hasKills) return { outcome: "stood", runs: run };
      if (outcome !== "stood") return { outcome, runs: run };
      // Where nothing is left to chance, there are two runs: with the scenario's addresses, and with others.
      if (run === 1 && !course.isDrawn && !course.wasDrawn) break;
    }
    return { outcome: "stood", runs: course.isDrawn ? runs : 1 };
  }

  /** The same run with the design and without it. */
  #compare(course: Course, run: number): Outcome {
    if (this.isOver) return "over";
    const before = this.#before(run);
    const { isOver } = this.#asked;
    const options = { stopAtBreach: true, maxEvents: this.#maxEvents, isOver };
    const after = course.design.run(this.#sample(run), this.#holding, this.#kindOf(run), options);
    if (before.isStopped || after.isStopped) return "over";
    if (after.broken[0] !== undefined) return after.broken[0];
    course.add(before, after);
    if (run === FOUND && course.isSilent) return "silent";
    return bringsLess(before.tally, after.tally) ? "less" : "stood";
  }

  /** The run of the design that there is. */
  #before(run: number): Made {
    const known = this.#without.get(run);
    if (known !== undefined) return known;
    const { rule, isOver } = this.#asked;
    const others = this.#holding.filter(({ name }) => name !== rule.name);
    const made = this.#present.run(this.#sample(run), others, this.#kindOf(run), { isOver });
    if (!made.isStopped) this.#without.set(run, made);
    return made;
  }

  #sample(run: number): Scenario {
    return run === FOUND ? this.#asked.found.scenario : this.#samples[run];
  }

  /**
   * The kind of a run: runs of the same kind differ only in their choices. null if there is no other run of
   * its kind, or if worlds are not kept.
   */
  #kindOf(run: number): 0 | 1 | null {
    if (run <= 0 || !this.#keepsWorlds) return null;
    return run % 2 === 0 ? 0 : 1;
  }

  /**
   * Runs with kills, where the bounds kill processes. A backplane that the design adds dies in them too, so
   * these runs can't be compared in pairs.
   */
  #withKills(design: Scenario): Outcome {
    const { original, bounds, seed, isOver } = this.#asked;
    if (bounds.crashes === 0) return "stood";
    const options = { bounds, seed, runs: BATCH_RUNS, maxEvents: this.#maxEvents, isOver };
    for (const [batch, varied] of bothWays(redesigned(original, design)).entries()) {
      const result = searchBatch(varied, this.#holding, { ...options, batch }, new Coverage());
      if (result.found[0] !== undefined) return result.found[0].violation;
      if (result.cut > 0) return "less";
      if (result.runs < BATCH_RUNS && isOver()) return "over";
    }
    return "stood";
  }
}

/** One design's way through its trial. */
class Course {
  readonly design: Design;
  /** Whether anything was left to chance so far, with the design and without it. */
  isDrawn = false;
  wasDrawn = false;
  readonly #rule: Rule;
  readonly #before = new Scopes();
  readonly #after = new Scopes();

  constructor(rule: Rule, scenario: Scenario) {
    this.#rule = rule;
    this.design = new Design(scenario);
  }

  add(before: Made, after: Made): void {
    this.isDrawn ||= after.isDrawn;
    this.wasDrawn ||= before.isDrawn;
    this.#before.addAll(before.scopes);
    this.#after.addAll(after.scopes);
  }

  /** Whether the rule that is to be mended had nothing to judge. */
  get isSilent(): boolean {
    return this.#after.of(this.#rule.name).spoke === 0;
  }

  /** Whether one of these other rules judged something before, and has nothing to judge any more, though it judges not only what follows a trouble. */
  silencesAny(others: readonly Rule[]): boolean {
    const before = this.#before.data();
    return others.some(
      ({ name, followsTrouble }) =>
        followsTrouble !== true && (before[name]?.spoke ?? 0) > 0 && this.#after.of(name).spoke === 0,
    );
  }
}

/** The runs of one design. Runs that differ only in their choices share one world. */
class Design {
  readonly #design: Scenario;
  readonly #worlds: { readonly world: Simulation; readonly setting: Setting }[] = [];

  constructor(design: Scenario) {
    this.#design = design;
  }

  /** Runs the design under the load of a sample. */
  run(sample: Scenario, rules: readonly Rule[], kind: 0 | 1 | null, options: TrialOptions): Made {
    const scenario = redesigned(sample, this.#design);
    const choices = new RecordingChoices(choicesOf(scenario, { drawsOrder: true }));
    const tally = emptyTally();
    const { watch, events, endedBy } = runTrial(scenario, [...rules, counting(tally)], {
      ...options,
      choices,
      ...(kind === null ? {} : { again: this.#worldOf(scenario, kind) }),
    });
    return {
      broken: watch.found,
      tally,
      scopes: watch.scopes(),
      events,
      isDrawn: choices.taken.some((list) => list.length > 0),
      isStopped: endedBy === "stopped",
    };
  }

  #worldOf(scenario: Scenario, kind: 0 | 1) {
    this.#worlds[kind] ??= {
      world: new Simulation(buildSettings(scenario), choicesOf(scenario)),
      setting: settingOf(scenario),
    };
    return this.#worlds[kind];
  }
}

/**
 * Random runs of the scenario, alternately as it is written and with other addresses; only the scenario's own
 * faults kill anything.
 */
function samplesOf({ original, bounds, seed }: Asked): Scenario[] {
  const calm = { ...bounds, crashes: 0 };
  const [plain, moved] = bothWays(original).map((scenario, batch) =>
    samples(scenario, calm, seed, batch, BATCH_RUNS),
  );
  return plain!.flatMap((sample, i) => [sample, moved![i]]);
}

/** The scenario, and the scenario with neighbouring networks for the groups of clients. */
function bothWays(original: Scenario): [Scenario, Scenario] {
  const scenario = stripped(original);
  const clients = scenario.clients.map((group, i) => ({ ...group, address: `10.0.${i % 256}.1` }));
  return [scenario, { ...scenario, clients }];
}
