/** From a number that mends to the one nearest to what is written that does, and proof of it. */
import { isByLuck, turnedBy } from "./design.ts";
import { type Dial, rounded } from "./dial.ts";
import { type Answer, narrowed, type Threshold } from "./threshold.ts";
import type { Outcome, Trials } from "./trials.ts";

/** On the way to a threshold a value is tried in this share of a repair's random runs. */
const SHARE_ON_THE_WAY = 0.05;

/** A value, and the random runs that it stood. */
export interface Proven {
  readonly value: number;
  readonly runs: number;
}

/** How far a value that mends can be turned back. */
export function thresholdOf(trials: Trials, dial: Dial, value: number): Threshold {
  return narrowed(value, dial, (other) => ask(trials, dial, other));
}

function ask(trials: Trials, { path }: Dial, value: number): Answer {
  const { scenario } = trials;
  const design = turnedBy(scenario, { [path]: value });
  if (design === null) return "neither";
  const { outcome } = trials.try(design, Math.ceil(trials.runs * SHARE_ON_THE_WAY));
  if (outcome === "over") return "over";
  if (outcome === "stood") return isByLuck(scenario, design) ? "neither" : "held";
  return isBreach(trials, outcome) ? "broke" : "neither";
}

/**
 * A repair's value, and how far it can be turned back: at the threshold, if it stands all runs there; else further and further inside. If it
 * does not at once, chance blurs the threshold: then a value has to stand, and another further inside is taken.
 */
export function sharpened(
  trials: Trials,
  dial: Dial,
  safe: Proven,
): Proven & { readonly threshold: Threshold } {
  const { path } = dial;
  const { held, broke } = thresholdOf(trials, dial, safe.value);
  const inward = Math.sign(held - broke);
  let [value, edge, isSharp, stood] = [held, broke, true, null as number | null];
  for (let step = Math.abs(held - broke); (safe.value - value) * inward > 0; step *= 2) {
    const { outcome, runs } = trials.try(turnedBy(trials.scenario, { [path]: value })!);
    if (outcome === "over") break;
    if (outcome !== "stood") {
      if (isBreach(trials, outcome)) edge = value;
      [isSharp, stood] = [false, null];
    } else if (isSharp || stood !== null)
      return { value, runs, threshold: { path, held: stood ?? value, broke: edge } };
    else stood = value;
    value = rounded(value + inward * step, dial);
  }
  return { ...safe, threshold: { path, held: stood ?? safe.value, broke: edge } };
}

/** Whether it is the rule that is to be mended that broke. */
function isBreach({ rule }: Trials, outcome: Outcome): boolean {
  return typeof outcome !== "string" && outcome.rule === rule.name;
}
