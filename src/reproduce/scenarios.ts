/** Runs for results that the model itself is to reproduce. */
import type { RunResult } from "../run/result.ts";
import { simulate } from "../run/simulate.ts";
import { formatErrors, validateScenario } from "../scenario/parse.ts";
import type { Scenario, ScenarioInput } from "../scenario/schema.ts";

type WithoutTexts = Omit<ScenarioInput, "version" | "name" | "title" | "summary">;

/** A scenario that has no text for people. */
export function scenarioOf(scenario: WithoutTexts): Scenario {
  const texts = { name: "reproduced", title: "Reproduced", summary: "A published result." };
  const result = validateScenario({ version: 1, ...texts, ...scenario });
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

/** Runs it. */
export function runOf(scenario: WithoutTexts): RunResult {
  return simulate(scenarioOf(scenario));
}
