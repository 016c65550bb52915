/**
 * Simulated time is an integer count of microseconds (µs). Integers make ties exact and hashes stable;
 * scenario files and the interface speak milliseconds and say so in the name.
 */

/** Microseconds in a millisecond. */
export const US_PER_MS = 1000;

/** Microseconds in a second. */
export const US_PER_S = 1_000_000;

/** Milliseconds, as people write them, to the nearest whole microsecond. */
export function msToUs(ms: number): number {
  return Math.round(ms * US_PER_MS);
}

/** Microseconds to milliseconds, for people. */
export function usToMs(us: number): number {
  return us / US_PER_MS;
}
