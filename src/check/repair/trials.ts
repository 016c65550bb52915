/**
 * Trying a design: in the run that broke the rule, and in random runs of the scenario as it is written, each beside the same run of the
 * design that there is. In half of the random runs the clients have other addresses, which `ip_hash` brings to other servers: what helps only
 * because two addresses happen to be hashed alike is no repair.
 */
import { RecordingChoices } from "../../kernel/choices.ts";
import { World } from "../../model/world.ts";
import { choicesOf } from "../../run/run.ts";
import { buildSettings } from "../../scenario/build.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { type Bounds, clientCount, stripped } from "../bounds.ts";
import { Coverage } from "../coverage.ts";
import type { Found } from "../exhaustive.ts";
import { BATCH_RUNS, samples, searchBatch } from "../random.ts";
import type { Rule, Setting, Violation } from "../rule.ts";
import { settingOf } from "../setting.ts";
import { runTrial } from "../trial.ts";
import { redesigned } from "./design.ts";
import { counting, emptyTally, type Tally } from "./tally.ts";

export interface Asked {
  /** The run that broke the rule, as the search found it. */
  readonly found: Found;
  /** The scenario as it was searched, with its variant and settings applied. */
  readonly original: Scenario;
  readonly rule: Rule;
  /** The rules that a repair may not break, the broken one among them. */
  readonly holding: readonly Rule[];
  readonly bounds: Bounds;
  readonly seed: number;
  /** Asked before each run: whether to end with what is known. */
  readonly isOver: () => boolean;
}

/** Random runs that a repair stands, and how many at least if its runs are long or time is short. */
const MOST_RUNS = 2 * BATCH_RUNS;
export const LEAST_RUNS = 20;
/** Events that all runs of one trial may take together: some seconds. */
const MAX_TRIAL_EVENTS = 10_000_000;
/** Clients may be connected by so much of the run's time less: handshakes differ by some round trips. */
const SLACK = 0.01;

/** Numbers the run that broke the rule; random runs are 0, 1, 2, …. */
const FOUND = -1;

/** What became of a trial: it was stood, a rule broke, people lost something, or time was over first. */
export type Outcome = "stood" | Violation | "loss" | "over";

export interface Tried {
  readonly outcome: Outcome;
  /** Whether at least the run that broke the rule was stood. */
  readonly mendsFound: boolean;
  /** Random runs that were stood. 1 if nothing in them was left to chance. */
  readonly runs: number;
}

/** A run, and whether anything in it was left to chance. */
interface Made {
  readonly broken: readonly Violation[];
  readonly tally: Tally;
  readonly events: number;
  readonly isDrawn: boolean;
}

export class Trials {
  /** How many random runs a repair must stand. */
  readonly runs: number;
  readonly #asked: Asked;
  /** Rules that had something to say of the scenario, and did not break in any run of the design that there is. */
  #holding: readonly Rule[];
  readonly #samples: readonly Scenario[];
  readonly #present: Design;
  readonly #before = new Map<number, Made>();

  constructor(asked: Asked) {
    this.#asked = asked;
    this.#holding = asked.holding.filter(
      ({ kind, silentOn }) => kind !== "sometimes" && silentOn?.(asked.original) == null,
    );
    this.#samples = samplesOf(asked);
    this.#present = new Design(asked.original);
    const { events } = this.#without(FOUND);
    const affordable = Math.floor(MAX_TRIAL_EVENTS / Math.max(1, events));
    this.runs = Math.min(MOST_RUNS, Math.max(LEAST_RUNS, affordable));
  }

  get isOver(): boolean {
    return this.#asked.isOver();
  }

  /** Tries a design in the run that broke the rule, and then in so many random ones. */
  try(scenario: Scenario, runs = this.runs): Tried {
    const isSilent = this.#holding.some(({ silentOn }) => silentOn?.(scenario) != null);
    const design = new Design(scenario);
    const { outcome } = isSilent ? { outcome: "loss" as const } : this.#compare(design, FOUND);
    if (outcome !== "stood") return { outcome, mendsFound: false, runs: 0 };
    const tried = this.#inRandom(design, runs);
    const isAll = tried.outcome === "stood" && runs === this.runs;
    return { ...tried, mendsFound: true, outcome: isAll ? this.#withKills(scenario) : tried.outcome };
  }

  #inRandom(design: Design, runs: number): Pick<Tried, "outcome" | "runs"> {
    const hasKills = this.#asked.bounds.crashes > 0;
    let isDrawn = false;
    for (let run = 0; run < runs; run++) {
      const one = this.#compare(design, run);
      if (one.outcome === "over" && run >= LEAST_RUNS && !hasKills) return { outcome: "stood", runs: run };
      if (one.outcome !== "stood") return { outcome: one.outcome, runs: run };
      isDrawn ||= one.isDrawn;
      // Where nothing is left to chance, there are two runs: with the scenario's addresses, and with others.
      if (run === 1 && !isDrawn) break;
    }
    return { outcome: "stood", runs: isDrawn ? runs : 1 };
  }

  /** The same run with the design and without it. */
  #compare(design: Design, run: number): { readonly outcome: Outcome; readonly isDrawn: boolean } {
    if (this.isOver) return { outcome: "over", isDrawn: true };
    const before = this.#without(run);
    const after = design.run(this.#scenario(run), this.#holding, { kind: kindOf(run), stopAtBreach: true });
    const outcome = after.broken[0] ?? (this.#loses(before.tally, after.tally) ? "loss" : "stood");
    return { outcome, isDrawn: before.isDrawn || after.isDrawn };
  }

  /** The run of the design that there is. What breaks there never held. */
  #without(run: number): Made {
    const known = this.#before.get(run);
    if (known !== undefined) return known;
    const { name: broken } = this.#asked.rule;
    const others = this.#holding.filter(({ name }) => name !== broken);
    const made = this.#present.run(this.#scenario(run), others, { kind: kindOf(run), stopAtBreach: false });
    this.#holding = this.#holding.filter(({ name }) => !made.broken.some((one) => one.rule === name));
    this.#before.set(run, made);
    return made;
  }

  #scenario(run: number): Scenario {
    return run === FOUND ? this.#asked.found.scenario : this.#samples[run]!;
  }

  #loses(before: Tally, after: Tally): boolean {
    const { original } = this.#asked;
    const slackUs = SLACK * clientCount(original) * original.durationMs * 1000;
    return (
      !before.isWhole ||
      !after.isWhole ||
      after.connected < before.connected ||
      after.connectedUs < before.connectedUs - slackUs ||
      after.copies < before.copies ||
      after.delivered * before.copies < before.delivered * after.copies
    );
  }

  /** Where the bounds kill processes: runs with kills, in which a new backplane dies too, so that they are no pairs. */
  #withKills(design: Scenario): Outcome {
    const { bounds, seed, isOver } = this.#asked;
    if (bounds.crashes === 0) return "stood";
    const scenario = stripped(design);
    const batch = { bounds, seed, runs: BATCH_RUNS, isOver };
    for (const [i, varied] of [scenario, readdressed(scenario)].entries()) {
      const { found, runs } = searchBatch(varied, this.#holding, { ...batch, batch: i }, new Coverage());
      if (found[0] !== undefined) return found[0].violation;
      if (runs < BATCH_RUNS && isOver()) return "over";
    }
    return "stood";
  }
}

/** Of which kind a run is: runs of a kind differ in nothing but their choices. null: there is no other like it. */
function kindOf(run: number): 0 | 1 | null {
  if (run <= 0) return null;
  return run % 2 === 0 ? 0 : 1;
}

interface RunOptions {
  readonly kind: 0 | 1 | null;
  readonly stopAtBreach: boolean;
}

/** The runs of one design. Those that differ in their choices only need one world. */
class Design {
  readonly #design: Scenario;
  readonly #worlds: { readonly world: World; readonly setting: Setting }[] = [];

  constructor(design: Scenario) {
    this.#design = design;
  }

  /** Runs the design with what a sample has to bear. */
  run(sample: Scenario, rules: readonly Rule[], { kind, stopAtBreach }: RunOptions): Made {
    const scenario = redesigned(sample, this.#design);
    const choices = new RecordingChoices(choicesOf(scenario));
    const tally = emptyTally();
    const { watch, events } = runTrial(scenario, [...rules, counting(tally)], {
      choices,
      stopAtBreach,
      ...(kind === null ? {} : { again: this.#worldOf(scenario, kind) }),
    });
    const isDrawn = choices.taken.some((list) => list.length > 0);
    return { broken: watch.found, tally, events, isDrawn };
  }

  #worldOf(scenario: Scenario, kind: 0 | 1) {
    this.#worlds[kind] ??= {
      world: new World(buildSettings(scenario), choicesOf(scenario)),
      setting: settingOf(scenario),
    };
    return this.#worlds[kind];
  }
}

/** Random runs of the scenario as it is written and, by turns, with other addresses; nothing is killed but by the scenario. */
function samplesOf({ original, bounds, seed }: Asked): Scenario[] {
  const scenario = stripped(original);
  const calm = { ...bounds, crashes: 0 };
  const plain = samples(scenario, calm, seed, 0, BATCH_RUNS);
  const moved = samples(readdressed(scenario), calm, seed, 1, BATCH_RUNS);
  return plain.flatMap((sample, i) => [sample, moved[i]!]);
}

/** With neighbouring networks for the groups of clients. */
function readdressed(scenario: Scenario): Scenario {
  const clients = scenario.clients.map((group, i) => ({ ...group, address: `10.0.${i % 256}.1` }));
  return { ...scenario, clients };
}
