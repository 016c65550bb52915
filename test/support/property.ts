/** Properties over generated values. */
import fc from "fast-check";
import { DEPTH } from "./depth.ts";

/** What one property has in the deep run at most: all together stay within the half hour of `.ci/run`. */
const MOST_SECONDS = 5;
/** What each has instead, for who has more time: `FC_SECONDS=1200 DEPTH=67 npx vitest run test/properties/conservation.test.ts`. */
const ASKED_SECONDS = process.env.FC_SECONDS;

export interface Effort {
  readonly runs: number;
  /** A machine that is slow or busy ends here. */
  readonly seconds?: number;
}

/**
 * Checks a property over generated values until their number or the time is reached, and prints both. What must be
 * seen now and then among the values is for a test of its own, over a fixed number of them: a busy machine may end
 * here after one.
 */
export function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, effort: Effort): void {
  checkProperty(
    fc.property(arbitrary, (value) => {
      property(value);
    }),
    effort,
  );
}

/** The same for a property that is made already. */
export function checkProperty<T>(property: fc.IProperty<T>, { runs, seconds = 1 }: Effort): void {
  const numRuns = Math.ceil(runs * DEPTH);
  const limitS = Number(ASKED_SECONDS ?? Math.min(seconds * DEPTH, MOST_SECONDS));
  const beganMs = performance.now();
  const result = fc.check(property, {
    numRuns,
    interruptAfterTimeLimit: 1000 * limitS,
    ...seedFromEnvironment(),
  });
  const tookS = ((performance.now() - beganMs) / 1000).toFixed(1);
  console.info(`${result.numRuns} of ${numRuns} generated cases in ${tookS} s`);
  if (result.failed) throw new Error(fc.defaultReportMessage(result), { cause: result.errorInstance });
}

/** FC_SEED and FC_PATH repeat a failure exactly. */
function seedFromEnvironment(): { seed?: number; path?: string } {
  const { FC_SEED, FC_PATH } = process.env;
  return {
    ...(FC_SEED === undefined ? {} : { seed: Number(FC_SEED) }),
    ...(FC_PATH === undefined ? {} : { path: FC_PATH }),
  };
}
