/** The run that is on screen, with all that the page looks up in it. */
import type { Fact } from "../../lesson/facts.ts";
import type { RunResult } from "../../run/result.ts";
import type { RuleFinding } from "../run/findings.ts";
import type { RunIndex } from "../run/run-index.ts";
import type { ChartPicture } from "../worker/charts.ts";

export interface Loaded {
  readonly run: RunResult;
  readonly index: RunIndex;
  readonly rules: readonly RuleFinding[];
  /** What it says, for a lesson's prose. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** How many of its faults the scenario has itself; the others are acts. */
  readonly writtenFaults: number;
  /** The model's statecharts, by the machines' numbers in the trace. */
  readonly charts: readonly ChartPicture[];
}
