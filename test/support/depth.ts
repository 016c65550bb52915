/** How many times the usual effort goes into what is generated or searched: 1 in `npm test`, more in `npm run test:deep`. */
export const DEPTH = Number(process.env.DEPTH ?? 1);

/** Whether this is the deep run. What takes seconds and seldom fails by itself is for it alone: `npm test` is a matter of minutes. */
export const IS_DEEP = DEPTH > 1;

/** Of many cases of a kind, each n-th in `npm test`, beginning with the first, and all of them in the deep run. */
export function sampled<T>(cases: readonly T[], nth: number): readonly T[] {
  return IS_DEEP ? cases : cases.filter((_, i) => i % nth === 0);
}
