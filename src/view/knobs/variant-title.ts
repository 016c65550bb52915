/** The words for a variant. Apart from variants.ts, so that the worker does not carry the lessons. */
import type { Scenario } from "../../scenario/schema.ts";

/** The words for a variant; null is the scenario as it is written. */
export function variantTitle(scenario: Scenario, variant: string | null): string {
  return variant === null ? "As written" : (scenario.variants[variant]?.title ?? variant);
}
