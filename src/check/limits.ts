/** How much can be asked of a search, and the refusal of what can't. */

import { type Range, refuse, whole } from "../run/allowed.ts";
import { formatErrors, validateScenario } from "../scenario/parse.ts";
import { LIMITS, type Scenario } from "../scenario/schema.ts";
import type { Bounds } from "./bounds.ts";
import type { CheckOptions } from "./options.ts";
import type { Rule } from "./rule.ts";

/** Beyond these limits a search no longer looks at small cases. */
export const SEARCH_LIMITS = {
  runs: [1, 10_000_000],
  shards: [1, 9999],
  depth: [0, 100],
  lateSteps: [1, 10],
  losses: [0, 20],
  crashes: [0, 5],
  maxEvents: [1, 10_000_000],
} as const satisfies Readonly<Record<string, Range>>;

/**
 * Throws if a search can't be done as it was asked for, so that no verdict rests on a senseless search.
 *
 * @throws RangeError naming the option, what was found and what is allowed; Error with all problems of a
 * scenario that is not valid
 */
export function refuseNonsense(scenario: Scenario, options: CheckOptions): void {
  validScenario(scenario);
  const { bounds = {}, rules = [], exhaustive, runs, seed, depth, shard } = options;
  refuseOthers(rules);
  whole("runs", runs, SEARCH_LIMITS.runs);
  whole("maxEvents", options.maxEvents, SEARCH_LIMITS.maxEvents);
  refuseSeed(seed);
  if (depth !== null) whole("depth", depth, SEARCH_LIMITS.depth);
  refuseBounds(bounds);
  if (shard !== undefined) {
    if (!Array.isArray(shard)) refuse("shard", shard, "two numbers, as [1, 4]: which of how many");
    whole("shard[1]", shard[1], SEARCH_LIMITS.shards);
    whole("shard[0]", shard[0], [1, shard[1]]);
  }
  if (exhaustive === true && (runs ?? shard) !== undefined)
    throw new RangeError(
      "exhaustive explores all runs; runs and shard are for random ones. Choose one of them",
    );
}

/** @throws RangeError naming what is no rule */
export function refuseOthers(rules: readonly Rule[]): void {
  const allowed = "rules as objects, as rules.delivery, or as claimsOf gives those of a scenario";
  if (!Array.isArray(rules)) refuse("rules", rules, `a list of ${allowed}`);
  const wrong = rules.findIndex((rule) => typeof (rule as Rule | undefined)?.watch !== "function");
  if (wrong >= 0) refuse(`rules[${wrong}]`, rules[wrong], allowed);
}

/** The scenario that a document is. @throws Error with all problems of one that is not valid */
export function validScenario(document: unknown): Scenario {
  const parsed = validateScenario(document);
  if (!parsed.ok) throw new Error(`this is no valid scenario:\n${formatErrors(parsed.errors)}`);
  return parsed.scenario;
}

/** @throws RangeError naming the bound, what was found and what is allowed */
export function refuseBounds(bounds: Partial<Bounds>): void {
  if (bounds === null || typeof bounds !== "object") refuse("bounds", bounds, "an object, as { losses: 1 }");
  for (const bound of ["lateSteps", "losses", "crashes"] as const)
    whole(`bounds.${bound}`, bounds[bound], SEARCH_LIMITS[bound]);
  const { lateMs = 0 } = bounds;
  if (!(lateMs >= 0 && lateMs <= LIMITS.latencyMs))
    refuse("bounds.lateMs", lateMs, `a number of ms from 0 to ${LIMITS.latencyMs}`);
}

export function refuseSeed(seed: number | undefined): void {
  whole("seed", seed, [0, Number.MAX_SAFE_INTEGER]);
}
