/** Every variant of every lesson. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

const SIMULATIONS = join(import.meta.dirname, "../../simulations");

export interface LessonVariant {
  readonly name: string;
  readonly variant: string;
  /** The rules that it says it breaks. */
  readonly breaks: readonly string[];
  /** The rules that it says judge nothing. */
  readonly silent: readonly string[];
  readonly scenario: Scenario;
}

export const LESSON_VARIANTS: readonly LessonVariant[] = readdirSync(SIMULATIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => {
    const parsed = parseScenario(readFileSync(join(SIMULATIONS, name, "scenario.json"), "utf8"));
    if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.errors)}`);
    return Object.entries(parsed.scenario.variants).map(([variant, { breaks, silent }]) => {
      const chosen = withVariant(parsed.scenario, variant);
      if (!chosen.ok) throw new Error(`${name} ${variant}: ${JSON.stringify(chosen.errors)}`);
      return { name, variant, breaks, silent, scenario: chosen.scenario };
    });
  });
