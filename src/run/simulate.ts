import type { Scenario } from "../scenario/schema.ts";
import type { RunResult } from "./result.ts";
import { Run, type RunOptions } from "./run.ts";

/**
 * Runs a scenario from beginning to end, or until a bound strikes, and returns the run as plain data.
 * `variant` is only noted.
 */
export function simulate(
  scenario: Scenario,
  options: RunOptions & { readonly variant?: string | null } = {},
): RunResult {
  const run = new Run(scenario, options);
  run.finish();
  return run.result(options.variant ?? null);
}
