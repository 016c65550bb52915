/** Reads and checks a lesson's scenario when the page is built, with all that its variants and its steps make of it. */
import { knobFieldAt } from "../scenario/fields.ts";
import {
  formatErrors,
  type ParseResult,
  parseScenario,
  withSettings,
  withVariant,
} from "../scenario/parse.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Lesson } from "./lesson.ts";
import type { PreparedScenario } from "./prepared.ts";

/** Throws an error that says what is wrong with the scenario, or with what a step sets. */
export function prepare(name: string, text: string, story: Lesson | null): PreparedScenario {
  const accepted = (result: ParseResult): Scenario => {
    if (!result.ok) throw new Error(`${name}: ${formatErrors(result.errors)}`);
    return result.scenario;
  };
  const scenario = accepted(parseScenario(text));
  const steps = (story?.steps ?? []).map(({ stage }) => stage);
  const stages = new Map<string, PreparedScenario["stages"][number]>();
  const bare = Object.keys(scenario.variants).map((variant) => ({ variant, set: {} }));
  for (const { variant, set } of [...bare, ...steps]) {
    if (variant === null) continue;
    const staged = accepted(withSettings(accepted(withVariant(scenario, variant)), set));
    stages.set(JSON.stringify([variant, set]), { variant, set, changed: differing(staged, scenario) });
  }
  const paths = new Set([...scenario.knobs, ...steps.flatMap(({ set }) => Object.keys(set))]);
  const fields = Object.fromEntries([...paths].map((path) => [path, knobFieldAt(path.split("."))]));
  return { scenario, stages: [...stages.values()], fields };
}

function differing(staged: Scenario, written: Scenario): Partial<Scenario> {
  return Object.fromEntries(
    Object.entries(staged).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(written[field as keyof Scenario]),
    ),
  );
}
