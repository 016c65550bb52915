import type { Scenario } from "../../scenario/schema.ts";
import type { Bounds } from "../bounds.ts";
import type { Found } from "../exhaustive.ts";
import type { Rule } from "../rule.ts";

/** What a repair is asked for. */
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
  /** Random runs of the search that broke the rule; null if it explored all. A repair must stand no more of them, if it can. */
  readonly runs: number | null;
  /** Whether to end with what is known; asked before each run and within long ones. */
  readonly isOver: () => boolean;
}
