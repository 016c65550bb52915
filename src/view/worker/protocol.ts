/** What the page and its worker say to each other. Plain data. */

import type { Fact } from "../../lesson/facts.ts";
import type { PreparedScenario } from "../../lesson/prepared.ts";
import type { Json } from "../../run/address.ts";
import type { RunResult } from "../../run/result.ts";
import type { Timer } from "../../run/timers.ts";
import type { KnobControl } from "../knobs/knob-controls.ts";
import type { RuleFinding } from "../run/findings.ts";
import type { RunIndex } from "../run/run-index.ts";

export interface RunRequest {
  /** Answers carry it back, so that stale ones are recognised. */
  readonly id: number;
  /** Whether facts are asked for: a step of a lesson tells of the run. */
  readonly isTold: boolean;
  /** A lesson's scenario, or the text of a file. */
  readonly written: PreparedScenario | string;
  readonly variant: string | null;
  /** What to run if there is no such variant; null: the scenario as it is written. */
  readonly opening: string | null;
  readonly set: Readonly<Record<string, Json>>;
  readonly seed: number | null;
  /** By how much the budget is larger than usual: somebody wants a run that was cut to go on. */
  readonly patience: number;
}

/** Which timers run at a node at an instant of a run that was answered. */
export interface TimersRequest {
  readonly asks: "timers";
  readonly of: RunRequest;
  readonly node: number;
  readonly timeUs: number;
}

/** Settings are likely to be turned: what reads them is to be fetched. */
export interface ReaderRequest {
  readonly expects: "settings";
}

export interface TimersAnswer {
  readonly asks: "timers";
  readonly of: number;
  readonly node: number;
  readonly timeUs: number;
  /** Of all that run, those that fire first. */
  readonly timers: readonly Timer[];
  readonly count: number;
}

export interface Problem {
  readonly path: string;
  readonly message: string;
}

export type RunAnswer =
  | {
      readonly id: number;
      readonly ok: true;
      readonly run: RunResult;
      readonly index: RunIndex;
      /** What the run says of each rule that the scenario claims. */
      readonly rules: readonly RuleFinding[];
      readonly knobs: readonly KnobControl[];
      /** How many faults the scenario has without the settings: those after them were done on the page. */
      readonly writtenFaults: number;
      /** What the run says, for a lesson's prose. */
      readonly facts: ReadonlyMap<string, Fact>;
      /** What was asked for and could not be used (a variant or knob that does not exist): the run goes without it. */
      readonly problems: readonly Problem[];
      /** Real time that the run took, in ms. */
      readonly tookMs: number;
    }
  | { readonly id: number; readonly ok: false; readonly problems: readonly Problem[] };

/** The budget of a run in the page. */
export const MOST_PATIENCE = 4;
export const BUDGET = { maxEvents: 3_000_000, wallClockMs: 4_000 } as const;
