/**
 * Putting batches of random runs together, in whatever order they come: the verdict is that of one search in
 * which all runs were made one after the other.
 */
import type { CoverageData } from "./coverage.ts";
import { Coverage } from "./coverage.ts";
import { BATCH_RUNS, type BatchResult, type FoundAt } from "./random.ts";
import { Scopes } from "./scope.ts";

export interface BatchTask {
  readonly batch: number;
  readonly runs: number;
  /** Names of the rules that are still to be watched. */
  readonly rules: readonly string[];
}

export class Batches {
  /** By rule: its breach in the earliest run. */
  readonly found = new Map<string, FoundAt>();
  isCertain = false;
  /** Runs that were cut for being too long. */
  cut = 0;
  readonly coverage = new Coverage();
  /** What the rules spoke of in the runs that the verdict rests on. */
  scopes = new Scopes();
  readonly #rules: readonly string[];
  readonly #runs: number;
  readonly #step: number;
  #next: number;
  #done = 0;

  /** A search of `runs` runs; of several shards (counted from 1), this one makes every n-th batch. */
  constructor(rules: readonly string[], runs: number, shard: readonly [index: number, of: number] = [1, 1]) {
    this.#rules = rules;
    this.#runs = runs;
    this.#next = shard[0] - 1;
    this.#step = shard[1];
  }

  /** The next batch to run; null if all have run, or if nothing is left to be found. */
  next(): BatchTask | null {
    const rules = this.#rules.filter((rule) => !this.found.has(rule));
    const first = this.#next * BATCH_RUNS;
    if (this.isCertain || rules.length === 0 || first >= this.#runs) return null;
    const batch = this.#next;
    this.#next += this.#step;
    return { batch, runs: Math.min(BATCH_RUNS, this.#runs - first), rules };
  }

  add(result: BatchResult, coverage: CoverageData): void {
    this.#done += result.runs;
    this.coverage.add(coverage);
    if (!this.isCertain) this.#count(result);
    for (const found of result.found) {
      const { rule } = found.violation;
      const before = this.found.get(rule);
      if (before === undefined || found.run < before.run) this.found.set(rule, found);
    }
  }

  /**
   * Adds a batch's results. If its runs are all the same run, that run is the whole result, whatever other
   * batches did meanwhile.
   */
  #count({ isCertain, cut, scopes }: BatchResult): void {
    if (isCertain) {
      this.isCertain = true;
      this.cut = 0;
      this.scopes = new Scopes();
    }
    this.cut += cut;
    this.scopes.addAll(scopes);
  }

  /** Runs that the verdict rests on: where every rule broke, those up to the last breach. */
  get runs(): number {
    if (this.isCertain) return Math.min(1, this.#done);
    if (this.#rules.length === 0 || this.found.size < this.#rules.length) return this.#done;
    return Math.max(...[...this.found.values()].map(({ run }) => run)) + 1;
  }

  /** Share of the planned runs that are done, from 0 to 1. */
  get share(): number {
    return Math.min(1, (this.#done * this.#step) / this.#runs);
  }
}
