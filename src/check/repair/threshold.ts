/** How far a number can be turned back before the rule breaks again. */
import { type Dial, rounded } from "./dial.ts";

export interface Threshold {
  readonly path: string;
  /** Of the values that held, the one nearest to the written value. */
  readonly held: number;
  /** Of the values that broke, the one nearest to `held`. */
  readonly broke: number;
}

/**
 * The result for a value: the rule held; it broke; neither can be said (it held by luck, or something else
 * got worse); or time was over.
 */
export type Answer = "held" | "broke" | "neither" | "over";

/** Numbers nearer to each other than this count as the same: a thousandth of a millisecond, or of one. */
const LEAST = 0.001;

/** Narrows a pair of values, one that held and one that broke, to three digits. */
export function narrowed(held: number, dial: Dial, ask: (value: number) => Answer): Threshold {
  let [inside, broke, end] = [held, dial.written, dial.written];
  for (;;) {
    const value = between(inside, end, dial);
    const answer = value === null ? "over" : ask(value);
    if (value === null || answer === "over") return { path: dial.path, held: inside, broke };
    if (answer === "held") inside = value;
    else end = value;
    if (answer === "broke") broke = value;
  }
}

/** A round value strictly between two others, near their middle; null if there is none. */
function between(one: number, other: number, dial: Dial): number | null {
  const [low, high] = one < other ? [one, other] : [other, one];
  if (high - low <= LEAST) return null;
  // Across several powers of ten, the middle is the geometric mean.
  const middle = low > 0 && high / low > 4 ? Math.sqrt(low * high) : (low + high) / 2;
  const value = rounded(middle, dial);
  return value > low && value < high ? value : null;
}
