/** The run that is on screen, with all that the page looks up in it. */
import type { Fact } from "../../lesson/facts.ts";
import type { RunResult } from "../../run/result.ts";
import type { RuleFinding } from "../run/findings.ts";
import type { RunIndex } from "../run/run-index.ts";

export interface Loaded {
  readonly run: RunResult;
  readonly index: RunIndex;
  readonly rules: readonly RuleFinding[];
  /** What it says, for a lesson's prose. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** How many of its faults the scenario has itself; the others are acts. */
  readonly writtenFaults: number;
}
