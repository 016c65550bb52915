import { type Counterexample, scenarioFile } from "./counterexample.ts";
import type { Repair } from "./repair.ts";

/**
 * A test to paste into Vitest or Jest: red as long as the architecture that it describes breaks the rule in this run. Whoever mends the
 * architecture mends its description in the test, and keeps it.
 */
export function regressionTest(counterexample: Counterexample, repairs: readonly Repair[]): string {
  const { rule, text } = counterexample;
  const scenario = JSON.stringify(scenarioFile(counterexample), null, 2).replaceAll("\n", "\n  ");
  const mended = repairs.map(({ set }) =>
    Object.entries(set)
      .map(([path, value]) => `${path} = ${JSON.stringify(value)}`)
      .join(" and "),
  );
  const hint = mended.length === 0 ? [] : [`  // One way to make it green: ${mended[0]}.`];
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
