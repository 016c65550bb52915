import { withSettings } from "../scenario/parse.ts";
import { ruleNamed } from "./claims.ts";
import { type Counterexample, scenarioFile } from "./counterexample.ts";
import type { Repair, Settings } from "./repair.ts";
import { breachOf } from "./trial.ts";

/**
 * A test to paste into Vitest or Jest: red as long as the architecture that it describes breaks the rule in
 * this run. When the architecture is mended, its description in the test is changed in the same way, and the
 * test stays.
 */
export function regressionTest(counterexample: Counterexample, repairs: readonly Repair[]): string {
  const { rule, text } = counterexample;
  const scenario = JSON.stringify(scenarioFile(counterexample), null, 2).replaceAll("\n", "\n  ");
  const green = repairs.find(({ set }) => isGreen(counterexample, set));
  const turns = Object.entries(green?.set ?? {}).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
  const hint = turns.length === 0 ? [] : [`  // One way to make it green: ${turns.join(" and ")}.`];
  return [
    'import { replay } from "fanout-lab";',
    'import { expect, test } from "vitest";',
    "",
    `test(${JSON.stringify(`${rule}: ${text}`)}, () => {`,
    ...hint,
    `  const scenario = ${scenario};`,
    `  expect(replay(scenario, ${JSON.stringify(rule)})).toBeNull();`,
    "});",
    "",
  ].join("\n");
}

/** Whether a repair makes the test green. It mends the whole scenario; the smallest run may lack what it turns. */
function isGreen({ scenario, rule: name }: Counterexample, set: Settings): boolean {
  const rule = ruleNamed(scenario, name);
  const mended = withSettings(scenario, set);
  return rule !== null && mended.ok && breachOf(mended.scenario, rule) === null;
}
