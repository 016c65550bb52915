/** Runs for results that the model itself is to reproduce. */
import type { RunResult } from "../run/result.ts";
import { simulate } from "../run/simulate.ts";
import { formatErrors, validateScenario } from "../scenario/parse.ts";
import type { ScenarioInput } from "../scenario/schema.ts";

/** Runs a scenario that has no text for people. */
export function runOf(scenario: Omit<ScenarioInput, "version" | "name" | "title" | "summary">): RunResult {
  const texts = { name: "reproduced", title: "Reproduced", summary: "A published result." };
  const result = validateScenario({ version: 1, ...texts, ...scenario });
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return simulate(result.scenario);
}
