/** What a caller of `check` may ask of a search. */
import type { Bounds } from "./bounds.ts";
import type { Rule } from "./rule.ts";

export interface CheckOptions {
  /** The rules to check; by default those that the scenario claims. */
  readonly rules?: readonly Rule[];
  /** Which variant the scenario is: only noted. */
  readonly variant?: string | null;
  readonly bounds?: Partial<Bounds>;
  /** Random runs. */
  readonly runs?: number;
  /** Where random runs begin; by default the scenario's seed. */
  readonly seed?: number;
  /** Of so many shards, counted from 1, only this one's runs. */
  readonly shard?: readonly [index: number, of: number];
  /** Explore all runs instead of random ones. */
  readonly exhaustive?: boolean;
  /** Of exhaustive search: at most so many departures from the plainest run in one run. */
  readonly depth?: number | null;
  /** Each run is cut after so many events; by default after several times as many as the plainest run has. */
  readonly maxEvents?: number;
  /** Asked again and again; anything but null ends the search, which then reports what is known. */
  readonly isOver?: () => "time" | "interrupted" | null;
}
