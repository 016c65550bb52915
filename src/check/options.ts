/** What a caller of `check` may ask of a search. */
import type { Bounds } from "./bounds.ts";
import type { Rule } from "./rule.ts";

export interface CheckOptions {
  /** The rules to check; by default those that the scenario claims. */
  readonly rules?: readonly Rule[];
  /** Which variant the scenario is; only repeated in the report. */
  readonly variant?: string | null;
  readonly bounds?: Partial<Bounds>;
  /** Random runs. */
  readonly runs?: number;
  /** Where random runs begin; by default the scenario's seed. */
  readonly seed?: number;
  /** Run only the runs of shard `index` (counted from 1) of `of` shards. */
  readonly shard?: readonly [index: number, of: number];
  /** Explore all runs instead of random ones. */
  readonly exhaustive?: boolean;
  /** For an exhaustive search: how many departures from the plainest run one run may have. */
  readonly depth?: number | null;
  /** The number of events after which a run is cut; by default several times that of the plainest run. */
  readonly maxEvents?: number;
  /** Only whether rules break is wanted: what is found is told as it was found, neither shrunk nor mended. */
  readonly isVerdictOnly?: boolean;
  /** Asked again and again; anything but null ends the search, which then reports what is known. */
  readonly isOver?: () => "time" | "interrupted" | null;
}
