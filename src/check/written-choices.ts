/** Choices written down in a scenario. */
import { PURPOSES } from "../model/trace/purposes.ts";
import type { Scenario } from "../scenario/schema.ts";

/**
 * The scenario with these choices instead of its seed: one list for each purpose. Zeros at a list's end have
 * no effect, and are left out.
 */
export function withChoices(scenario: Scenario, lists: readonly (readonly number[])[]): Scenario {
  const choices: Partial<Record<(typeof PURPOSES)[number], number[]>> = {};
  for (const [i, purpose] of PURPOSES.entries()) {
    const list = lists[i] ?? [];
    const length = list.findLastIndex((value) => value !== 0) + 1;
    if (length > 0) choices[purpose] = list.slice(0, length);
  }
  return { ...scenario, choices };
}
