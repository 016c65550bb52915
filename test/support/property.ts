import fc from "fast-check";

/**
 * Checks a property over generated values until time is up: ends well below Vitest's timeout, so that a failure always prints
 * its seed and path. How many runs there were is printed. PROPERTY_SECONDS allows more time (with `--testTimeout`).
 */
export function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, seconds = 12): void {
  const limitMs = 1000 * Number(process.env.PROPERTY_SECONDS ?? seconds);
  let runs = 0;
  fc.assert(
    fc.property(arbitrary, (value) => {
      runs++;
      property(value);
    }),
    { numRuns: 1_000_000, interruptAfterTimeLimit: limitMs, ...seedFromEnvironment() },
  );
  console.info(`${runs} generated cases`);
}

/** FC_SEED and FC_PATH repeat a failure exactly. */
function seedFromEnvironment(): { seed?: number; path?: string } {
  const { FC_SEED, FC_PATH } = process.env;
  return {
    ...(FC_SEED === undefined ? {} : { seed: Number(FC_SEED) }),
    ...(FC_PATH === undefined ? {} : { path: FC_PATH }),
  };
}
