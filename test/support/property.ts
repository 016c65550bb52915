/** Properties over generated values, and how much of them is tried. */
import fc from "fast-check";
import { DEPTH } from "./depth.ts";

export interface Effort {
  readonly runs: number;
  /** A machine that is slow or busy ends here. Well below Vitest's own limit, so that a failure always prints its seed and path. */
  readonly seconds?: number;
}

/**
 * Checks a property over generated values until their number or the time is reached, and prints both. What must be seen now and then
 * among the values is a test of its own, over a fixed number of them: a busy machine may end here after one.
 */
export function check<T>(
  arbitrary: fc.Arbitrary<T>,
  property: (value: T) => void,
  { runs, seconds = 10 }: Effort,
): void {
  const wanted = Math.ceil(runs * DEPTH);
  const beganMs = performance.now();
  let made = 0;
  fc.assert(
    fc.property(arbitrary, (value) => {
      made++;
      property(value);
    }),
    { numRuns: wanted, interruptAfterTimeLimit: 1000 * seconds * DEPTH, ...seedFromEnvironment() },
  );
  const took = ((performance.now() - beganMs) / 1000).toFixed(1);
  console.info(`${made} of ${wanted} generated cases in ${took} s`);
}

/** FC_SEED and FC_PATH repeat a failure exactly. */
function seedFromEnvironment(): { seed?: number; path?: string } {
  const { FC_SEED, FC_PATH } = process.env;
  return {
    ...(FC_SEED === undefined ? {} : { seed: Number(FC_SEED) }),
    ...(FC_PATH === undefined ? {} : { path: FC_PATH }),
  };
}
