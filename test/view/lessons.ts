/** Scenarios for tests of what the page shows: as the parser opens them, and lessons' variants with settings. */
import { readFileSync } from "node:fs";
import {
  formatErrors,
  type ParseResult,
  parseScenario,
  withSettings,
  withVariant,
} from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

export function opened(result: ParseResult): Scenario {
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

export function lesson(
  name: string,
  variant: string,
  settings: Parameters<typeof withSettings>[1] = {},
): Scenario {
  const text = readFileSync(`simulations/${name}/scenario.json`, "utf8");
  return opened(withSettings(opened(withVariant(opened(parseScenario(text)), variant)), settings));
}
