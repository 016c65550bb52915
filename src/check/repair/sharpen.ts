/** From a number that mends to the mending number nearest to the written one, and proof of it. */

import { type Dial, rounded } from "./dial.ts";
import { type Answer, narrowed, type Threshold } from "./threshold.ts";
import type { Trials } from "./trials.ts";
import { isByLuck, turnedBy } from "./turn.ts";

/** The share of a repair's random runs in which a value on the way to a threshold is tried. */
const SHARE_ON_THE_WAY = 0.05;
/** Where chance blurs a threshold, a repair keeps away from it by this share. */
const MARGIN = 0.1;

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
  const design = turnedBy(trials.scenario, { [path]: value });
  if (design === null) return "neither";
  const { outcome } = trials.try(design, runsOnTheWay(trials));
  if (outcome === "over") return "over";
  if (outcome === "stood") return isByLuck(trials.scenario, design) ? "neither" : "held";
  return trials.isBreach(outcome) ? "broke" : "neither";
}

function runsOnTheWay({ runs }: Trials): number {
  return Math.ceil(runs * SHARE_ON_THE_WAY);
}

/** Whether one step, or two, lead from where the rule holds to where each run breaks it. */
function isSharpAt(trials: Trials, dial: Dial, { path, held, broke }: Threshold): boolean {
  return [broke, rounded(broke + (broke - held), dial)].some((value) => {
    const design = turnedBy(trials.scenario, { [path]: value });
    return design !== null && trials.breaksAlways(design, runsOnTheWay(trials));
  });
}

/**
 * A repair's value, and how far it can be turned back. The value is the one at the threshold if it stands all
 * runs, else one further and further inside. Where not all runs break beyond the threshold, chance decides
 * near it, and a repair keeps its distance.
 */
export function sharpened(
  trials: Trials,
  dial: Dial,
  safe: Proven,
): Proven & { readonly threshold: Threshold } {
  const { path } = dial;
  const designOf = (value: number) => turnedBy(trials.scenario, { [path]: value })!;
  const { held, broke } = thresholdOf(trials, dial, safe.value);
  const inward = Math.sign(held - broke);
  const isInside = (value: number) => (safe.value - value) * inward > 0;
  let isSharp = isSharpAt(trials, dial, { path, held, broke });
  let [value, edge] = [held, broke];
  for (let step = Math.abs(held - broke); isInside(value); step *= 2) {
    const { outcome, runs } = trials.try(designOf(value));
    if (outcome === "over") return { ...safe, threshold: { path, held: safe.value, broke: edge } };
    if (outcome === "stood") {
      const threshold = { path, held: value, broke: edge };
      if (isSharp) return { value, runs, threshold };
      const distant = rounded(value + inward * MARGIN * value, dial);
      const tried = isInside(distant) ? trials.try(designOf(distant)) : null;
      return tried?.outcome === "stood"
        ? { value: distant, runs: tried.runs, threshold }
        : { ...safe, threshold };
    }
    isSharp = false;
    if (trials.isBreach(outcome)) edge = value;
    value = rounded(value + inward * step, dial);
  }
  return { ...safe, threshold: { path, held: safe.value, broke: edge } };
}
