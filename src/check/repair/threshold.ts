/** How far a number can be turned back before the rule breaks again. */
import { type Dial, rounded } from "./dial.ts";

export interface Threshold {
  readonly path: string;
  /** The value nearest to the one that was written that held. */
  readonly held: number;
  /** The value nearest to that one that broke. */
  readonly broke: number;
}

/** What came of a value: the rule held, it broke, it can't be said (it held by luck, or something else is worse), or time was over. */
export type Answer = "held" | "broke" | "neither" | "over";

/** Numbers that are nearer than this are one: a thousandth of a millisecond, or of one. */
const LEAST = 0.001;

/** Values nearer and nearer to each other in three digits, of which one held and the other broke. */
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

/** A round value strictly between two, in the middle of them; null if there is none. */
function between(one: number, other: number, dial: Dial): number | null {
  const [low, high] = one < other ? [one, other] : [other, one];
  if (high - low <= LEAST) return null;
  // Over several powers of ten the middle is that of the powers.
  const middle = low > 0 && high / low > 4 ? Math.sqrt(low * high) : (low + high) / 2;
  const value = rounded(middle, dial);
  return value > low && value < high ? value : null;
}
