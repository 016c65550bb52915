/** What a request puts on stage, or why nothing. */
import type { Scenario } from "../../scenario/schema.ts";
import type { KnobControl } from "../knobs/knob-controls.ts";
import type { Problem } from "./protocol.ts";

export interface Staged {
  readonly variant: string | null;
  /** The scenario in its variant. */
  readonly base: Scenario;
  /** With the settings that fit. */
  readonly scenario: Scenario;
  readonly knobs: readonly KnobControl[];
  /** What was asked for and could not be used. */
  readonly problems: readonly Problem[];
}

/** Why nothing can be run. */
export interface Unfit {
  readonly refused: readonly Problem[];
}
