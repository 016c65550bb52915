/**
 * Simulated time is an integer count of microseconds (µs). Integers make ties exact and hashes stable;
 * scenario files and the interface speak milliseconds and say so in the name.
 */

const US_PER_MS = 1000;

/** Milliseconds, as people write them, to the nearest whole microsecond. */
export function msToUs(ms: number): number {
  return Math.round(ms * US_PER_MS);
}

export function usToMs(us: number): number {
  return us / US_PER_MS;
}
