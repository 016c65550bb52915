/**
 * A lesson's scenario as the page gets it: read and checked when the page was built (prepare.ts). What the page asks of it most
 * is here as data, so that neither parser nor schema is fetched before somebody opens a file or turns a knob.
 */
import type { KnobField } from "../scenario/fields.ts";
import type { Scenario } from "../scenario/schema.ts";

export interface PreparedScenario {
  /** As it is written, with all defaults. */
  readonly scenario: Scenario;
  readonly stages: readonly PreparedStage[];
  /** By path: the fields of its knobs, and those that its steps set. */
  readonly fields: Readonly<Record<string, KnobField>>;
}

/** What a variant makes of it, with the settings of a step on top or none. */
interface PreparedStage {
  readonly variant: string;
  readonly set: Readonly<Record<string, unknown>>;
  /** The scenario's own fields that differ, each as a whole. */
  readonly changed: Partial<Scenario>;
}

/** The scenario in a variant with settings; null: nobody has prepared that. */
export function stagedAs(
  { scenario, stages }: PreparedScenario,
  variant: string | null,
  set: PreparedStage["set"],
): Scenario | null {
  if (variant === null) return Object.keys(set).length === 0 ? scenario : null;
  const stage = stages.find((one) => one.variant === variant && inWords(one.set) === inWords(set));
  return stage === undefined ? null : { ...scenario, ...stage.changed };
}

/** The same for the same settings, in whatever order they stand. */
function inWords(set: PreparedStage["set"]): string {
  return JSON.stringify(Object.entries(set).sort(([one], [other]) => (one < other ? -1 : 1)));
}
