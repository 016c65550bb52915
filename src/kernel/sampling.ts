/**
 * Samples from distributions. `Math.log`, `Math.exp` and their like may differ between engines in the last bit,
 * which would make traces differ; so all here is done with integers and + − × ÷, which IEEE 754 fixes.
 *
 * Where there is nothing to choose (a range of one value, a mean or deviation of 0, a probability of 0 or 1),
 * nothing is drawn. A draw of 0 always gives the plainest sample: the shortest time, and false. So choices that
 * are all 0 are the run in which nothing unusual happens, which searches start from and shrink towards.
 */
import type { Choices } from "./choices.ts";

const TWO_TO_32 = 2 ** 32;
const LN_2 = 0.6931471805599453;
const SQRT_2 = 1.4142135623730951;

/**
 * An integer of `minUs` to `maxUs`, both included, all equally likely. Of times more than 2^32 µs (71 minutes) apart, which no draw tells
 * apart, 2^32 that lie evenly.
 */
export function uniformUs(choices: Choices, purpose: number, minUs: number, maxUs: number): number {
  if (!(minUs <= maxUs)) throw new RangeError(`no time is from ${minUs} to ${maxUs} µs`);
  const values = maxUs - minUs + 1;
  if (values <= TWO_TO_32) return minUs + choices.draw(purpose, values);
  return minUs + Math.floor((choices.draw(purpose, TWO_TO_32) / TWO_TO_32) * values);
}

/**
 * Exponentially distributed with this mean: the time between arrivals that know nothing of each other. At most 23
 * means. Where the plainest is that nothing comes for long, `plainest` says so: then a draw of 0 is the longest time.
 */
export function exponentialUs(
  choices: Choices,
  purpose: number,
  meanUs: number,
  plainest: "shortest" | "longest" = "shortest",
): number {
  checkTime("mean", meanUs);
  if (meanUs === 0) return 0;
  const uniform = (choices.draw(purpose, TWO_TO_32) + 0.5) / TWO_TO_32;
  return Math.round(-ln(plainest === "shortest" ? 1 - uniform : uniform) * meanUs);
}

/**
 * Roughly normal: the sum of 12 uniform draws, which has deviation 1 and never is more than 6 of them from the
 * mean. What would be below 0 is 0, so the mean of the samples is above `meanUs` if `sdUs` is large beside it.
 */
export function normalUs(choices: Choices, purpose: number, meanUs: number, sdUs: number): number {
  checkTime("mean", meanUs);
  checkTime("standard deviation", sdUs);
  if (sdUs === 0) return Math.round(meanUs);
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += choices.draw(purpose, TWO_TO_32) + 0.5; // exact: below 2^36, in halves
  return Math.max(0, Math.round(meanUs + (sum / TWO_TO_32 - 6) * sdUs));
}

/** True with this probability, to within 2^-32. */
export function chance(choices: Choices, purpose: number, probability: number): boolean {
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`a probability is from 0 to 1, not ${probability}`);
  if (probability === 0 || probability === 1) return probability === 1;
  return choices.draw(purpose, TWO_TO_32) >= (1 - probability) * TWO_TO_32;
}

/** The natural logarithm of a positive, finite number, to within 1e-12, and the same on every engine. */
export function ln(value: number): number {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new RangeError(`${value} has no finite logarithm`);
  // value = mantissa × 2^exponent with the mantissa near 1, where the series for 2 atanh((m − 1) / (m + 1)) = ln m
  // is short: the square below is at most 0.0295. Multiplying by 2 is exact.
  let mantissa = value;
  let exponent = 0;
  for (; mantissa > SQRT_2; mantissa /= 2) exponent++;
  for (; mantissa < SQRT_2 / 2; mantissa *= 2) exponent--;
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let odd = 21; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return exponent * LN_2 + 2 * ratio * sum;
}

function checkTime(what: string, us: number): void {
  if (!(us >= 0 && us < Number.POSITIVE_INFINITY))
    throw new RangeError(`a ${what} of ${us} µs can't be sampled`);
}
