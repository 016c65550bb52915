/** Kolmogorov–Smirnov distance of two samples. */
export function twoSampleKs(a: readonly number[], b: readonly number[]): number {
  const share = (sample: readonly number[], x: number) =>
    sample.filter((value) => value <= x).length / sample.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))));
}

/** The distance that samples of equal distributions exceed in 1 % of cases. */
export function ksLimit(n: number, m: number): number {
  return 1.628 * Math.sqrt((n + m) / (n * m));
}
