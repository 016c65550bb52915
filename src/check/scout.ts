/**
 * Scouts: they run the branches of an exhaustive search before it is their turn, in other threads, and tell what they saw. Where a branch ends
 * depends on all states that were met before it, and a scout knows only those that had been met when it set out, and its own. So whoever
 * searches compares: a branch in which nothing was known but the state that it ends in is as it would have been run in its turn, and
 * any other is run again (decision 77). What a scout tells can be late or useless, but it can't make a difference.
 */
import type { Scenario } from "../scenario/schema.ts";
import type { Branch, Draw, Pause } from "./branch.ts";
import { type BranchRun, BranchRunner, type ExhaustiveOptions, type Ledger, scopesOf } from "./branch-run.ts";
import { Coverage, type CoverageData } from "./coverage.ts";
import type { Rule } from "./rule.ts";
import type { Scope } from "./scope.ts";
import { StateSet } from "./state-set.ts";

/** A stretch of branches to be run, and the states that are known, as a {@link StateSet} has them in memory. */
export interface Order {
  readonly branches: readonly Branch[];
  readonly known: Int32Array<ArrayBufferLike>;
}

/** What a scout saw of a branch. */
export interface Sighting {
  readonly end: "met" | "whole" | "cut";
  /** The states that it was in, two words each: the last is known where it met another branch. */
  readonly states: ArrayLike<number>;
  /** Where it could go otherwise once more, in order. */
  readonly points: readonly (Draw | Pause)[];
  /** The rules that broke in it. */
  readonly broke: readonly string[];
  readonly scopes: Readonly<Record<string, Scope>>;
  /** All that this scout has covered so far; null if that is nothing new. */
  readonly coverage: CoverageData | null;
}

/** A scout, from the side of who sends it. Orders are done one after the other. */
export interface Scouting {
  /** Whether orders can be sent. */
  readonly isThere: boolean;
  send(order: Order): void;
  /** What came of the first order that was not yet received: fewer sightings than branches if it was given up. Null while it is not done. */
  receive(): readonly Sighting[] | null;
}

/** A scout at work. */
export class Scout {
  readonly #runner: BranchRunner;
  readonly #coverage = new Coverage();
  /** What it met in this order, and in the one before, of which nobody may have heard yet. */
  #met = new StateSet();
  #metBefore = new StateSet();

  constructor(scenario: Scenario, rules: readonly Rule[], options: ExhaustiveOptions) {
    this.#runner = new BranchRunner(scenario, rules, options);
  }

  /** Runs branches, in order, until all are done or the search is over. */
  look({ branches, known }: Order): Sighting[] {
    this.#metBefore = this.#met;
    this.#met = new StateSet();
    const seen = new StateSet(known);
    const sightings: Sighting[] = [];
    for (const branch of branches) {
      const states: number[] = [];
      const points: (Draw | Pause)[] = [];
      const ledger: Ledger = {
        isNews: (state) => {
          const { low, high } = state!;
          states.push(low, high);
          return !seen.has(low, high) && !this.#metBefore.has(low, high) && this.#met.add(low, high);
        },
        add: (point) => points.push(point),
      };
      const run = this.#runner.run(branch, ledger);
      if (run === null || run.end === "left") break;
      sightings.push(this.#sightingOf(run, states, points));
    }
    return sightings;
  }

  #sightingOf(run: BranchRun, states: number[], points: (Draw | Pause)[]): Sighting {
    const { end, scenario, world, watch, sharedRows } = run;
    const sizeBefore = this.#coverage.size;
    this.#coverage.addRun(scenario, world.trace!, world.trace!.rows, sharedRows);
    return {
      end: end as Sighting["end"],
      states,
      points,
      broke: watch.found.map(({ rule }) => rule),
      scopes: scopesOf(run),
      coverage: this.#coverage.size === sizeBefore ? null : this.#coverage.data(),
    };
  }
}
