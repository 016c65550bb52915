/**
 * Repairs of an architecture in which a rule broke: the fewest turns with which the run that broke it no
 * longer does, random runs hold, every other rule that held still holds, and nobody is connected less or gets
 * less than before. All of it is tried on the scenario as it is written.
 */
import type { Scenario } from "../scenario/schema.ts";
import type { Asked } from "./repair/asked.ts";
import { type Candidate, candidatesOf, partnersOf } from "./repair/candidates.ts";
import type { Dial } from "./repair/dial.ts";
import { evidenceOf } from "./repair/evidence.ts";
import { sharpened, thresholdOf } from "./repair/sharpen.ts";
import type { Threshold } from "./repair/threshold.ts";
import { Trials, type Tried } from "./repair/trials.ts";
import { isByLuck, type Settings, turnedBy } from "./repair/turn.ts";

export type { Asked } from "./repair/asked.ts";
export type { Settings } from "./repair/turn.ts";

export interface Repair {
  /** Path → value, as `--set` takes them. */
  readonly set: Settings;
  /** Random runs of the repaired scenario that it stood; 1 if nothing in it is left to chance. */
  readonly runs: number;
  /** The scenario's own variant that it is, if it is one. */
  readonly variant: string | null;
  /** How far the number can be turned back, if the repair turns one number. */
  readonly threshold: Threshold | null;
}

export interface Repairs {
  readonly repairs: readonly Repair[];
  /** Time was over before all was tried. */
  readonly isUnfinished: boolean;
}

/** How many repairs are reported at most. */
const MAX_REPAIRS = 4;
/** How many turns are tried in pairs at most: the number of pairs grows with the square. */
const MAX_IN_PAIRS = 6;
/**
 * A turn that makes a rule break later counts as helping if the delay is at least this share of the run's
 * time: almost any turn causes a smaller delay.
 */
const LATER = 0.1;

/** Repairs of one turn, or else of two. None if more are needed, or if nothing that could be turned helps. */
export function repairsOf(asked: Asked): Repairs {
  const search = new RepairSearch(asked);
  search.tryOne();
  if (search.mended.length === 0) search.tryTwo();
  const repairs = search.mended.map((one) => search.sharpened(one));
  return { repairs, isUnfinished: search.isOver() };
}

/** How far a candidate's settings were tried. */
interface Course {
  readonly candidate: Candidate;
  readonly failed: Settings[];
  /** The first setting that helped but was not enough. */
  helping: Settings | null;
}

interface Mended extends Course {
  readonly repair: Repair;
}

class RepairSearch {
  readonly mended: Mended[] = [];
  #wasOver = false;
  readonly #asked: Asked;
  readonly #scenario: Scenario;
  readonly #trials: Trials;
  /** Turns that help but are not enough. */
  readonly #helping: Settings[] = [];
  /** Turns with which people get less, or another rule breaks: what they then miss, another turn may bring. */
  readonly #wanting: Settings[] = [];

  constructor(asked: Asked) {
    this.#asked = asked;
    this.#trials = new Trials(asked);
    this.#scenario = this.#trials.scenario;
  }

  tryOne(): void {
    const evidence = evidenceOf(this.#asked);
    this.#tryEach(candidatesOf(this.#scenario, evidence));
  }

  tryTwo(): void {
    const turns = this.#helping.slice(0, MAX_IN_PAIRS);
    const pairs = [
      ...this.#wanting
        .slice(0, MAX_IN_PAIRS)
        .flatMap((one) => this.#partnersOf(one).map((other) => [one, other])),
      ...turns.flatMap((one, i) => turns.slice(i + 1).map((other) => [one, other])),
    ] as [Settings, Settings][];
    this.#tryEach(
      pairs
        .filter(([one, other]) => Object.keys(other).every((path) => !Object.hasOwn(one, path)))
        .map(([one, other]) => ({ tries: [{ ...one, ...other }], dial: null, variant: null })),
    );
  }

  #partnersOf(turn: Settings): Settings[] {
    if (this.isOver()) return [];
    return partnersOf(this.#scenario, this.#trials.causesOfLoss(turnedBy(this.#scenario, turn)!));
  }

  /** Tries the first setting of each candidate, then the second ones. For numbers, values near the written one come first. */
  #tryEach(candidates: readonly Candidate[]): void {
    let left = candidates.map((candidate): Course => ({ candidate, failed: [], helping: null }));
    for (let round = 0; left.length > 0; round++) {
      for (const course of left) {
        if (this.mended.length === MAX_REPAIRS || this.isOver()) return;
        this.#try(course, course.candidate.tries[round]);
      }
      const ended = left.filter(({ candidate }) => candidate.tries.length === round + 1);
      this.#helping.push(...ended.flatMap(({ helping }) => (helping === null ? [] : [helping])));
      left = left.filter((course) => !ended.includes(course) && !this.#isMended(course));
    }
  }

  #isMended({ candidate }: Course): boolean {
    return this.mended.some((one) => one.candidate === candidate);
  }

  /** Whether time was over before all was tried. */
  isOver(): boolean {
    this.#wasOver ||= this.#trials.isOver;
    return this.#wasOver;
  }

  #try(course: Course, set: Settings): void {
    const { candidate, failed } = course;
    const design = turnedBy(this.#scenario, set);
    if (design === null || isByLuck(this.#scenario, design)) return;
    const tried = this.#trials.try(design);
    if (tried.outcome === "stood") {
      const { variant } = candidate;
      this.mended.push({ ...course, repair: { set, runs: tried.runs, variant, threshold: null } });
      return;
    }
    failed.push(set);
    if (tried.outcome === "less" || this.#breaksAnother(tried)) this.#wanting.push(set);
    if (tried.mendsFound || this.#helps(tried)) course.helping ??= set;
  }

  /** Whether the breach in the run that was found is another one now: later, in another way, or of other clients. */
  #helps({ outcome }: Tried): boolean {
    const { violation } = this.#asked.found;
    if (typeof outcome === "string" || outcome.rule !== violation.rule) return false;
    const { breach, timeUs } = outcome;
    const laterUs = LATER * this.#scenario.durationMs * 1000;
    return (
      timeUs > violation.timeUs + laterUs ||
      breach.key !== violation.breach.key ||
      breach.clients.join() !== violation.breach.clients.join()
    );
  }

  /** Whether another rule breaks with it; of the rule that is to be mended, nothing is known then. */
  #breaksAnother({ outcome }: Tried): boolean {
    return typeof outcome !== "string" && outcome.rule !== this.#asked.found.violation.rule;
  }

  /** A repair by one number, with the value nearest to the written one that stands as many runs. */
  sharpened({ repair, candidate: { dial }, failed }: Mended): Repair {
    if (dial === null || this.isOver() || isWindow(repair, dial, failed)) return repair;
    const { path } = dial;
    const safe = { value: repair.set[path] as number, runs: repair.runs };
    // A variant's value is its author's.
    if (repair.variant !== null) return { ...repair, threshold: thresholdOf(this.#trials, dial, safe.value) };
    const { value, runs, threshold } = sharpened(this.#trials, dial, safe);
    return { ...repair, set: { [path]: value }, runs, threshold };
  }
}

/** Whether a value further off than the repair's failed. Then a range of values mends, and one end of it says little. */
function isWindow({ set }: Repair, { path, written }: Dial, failed: readonly Settings[]): boolean {
  const distance = (other: Settings) => (other[path] as number) - written;
  return failed.some((other) => distance(other) / distance(set) > 1);
}
