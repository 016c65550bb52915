import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordedChoices, SeededChoices } from "../../src/kernel/choices.ts";
import { chance, exponentialUs, ln, normalUs, uniformUs } from "../../src/kernel/sampling.ts";
import { check } from "../support/property.ts";

const COUNT = 100_000;

function moments(sample: () => number): { mean: number; sd: number; min: number; max: number } {
  const values = Array.from({ length: COUNT }, sample);
  const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
  const min = values.reduce((a, b) => Math.min(a, b));
  return { mean, sd: Math.sqrt(variance), min, max: values.reduce((a, b) => Math.max(a, b)) };
}

const seeded = () => new SeededChoices(2024, ["sample"]);
const nothing = new RecordedChoices([]); // throws if anything is drawn

describe("sampling", () => {
  it("ln is the logarithm, to 1e-12", () => {
    check(
      fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }),
      (value) => {
        expect(Math.abs(ln(value) - Math.log(value))).toBeLessThanOrEqual(
          1e-12 * Math.max(1, Math.abs(Math.log(value))),
        );
      },
      { runs: 100 },
    );
    for (let k = 0; k <= 1000; k++) {
      const value = (k + 0.5) / 1001;
      expect(Math.abs(ln(value) - Math.log(value))).toBeLessThan(1e-12);
    }
    expect(ln(1)).toBe(0);
    for (const value of [0, -1, Number.POSITIVE_INFINITY, Number.NaN])
      expect(() => ln(value)).toThrow("logarithm");
  });

  it("uniformUs is even, both ends included", () => {
    const choices = seeded();
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < COUNT; i++) counts[uniformUs(choices, 0, 10, 13) - 10]++;
    for (const count of counts) expect(Math.abs(count / COUNT - 0.25)).toBeLessThan(0.006);
    expect(uniformUs(nothing, 0, 5, 5)).toBe(5);
    expect(() => uniformUs(choices, 0, 6, 5)).toThrow("no time is from 6 to 5");
  });

  it("normalUs adds twelve draws, each in the middle of its share", () => {
    const of = (value: number) => normalUs(new RecordedChoices([Array(12).fill(value)]), 0, 1e10, 1e9);
    // Six deviations from the mean, but for a little more than 1 µs of these.
    expect([of(0), of(2 ** 32 - 1)]).toEqual([4_000_000_001, 15_999_999_999]);
  });

  it("uniformUs draws times that lie further apart than a draw has values", () => {
    const widest = (value: number) => uniformUs(new RecordedChoices([[value]]), 0, 1000, 1e13);
    const [least, middle, most] = [widest(0), widest(2 ** 31), widest(2 ** 32 - 1)];
    expect(least).toBe(1000);
    expect(Math.abs(middle! - 5e12)).toBeLessThan(1e4);
    expect(1e13 - most!).toBeLessThan(1e4);
    expect(most!).toBeLessThanOrEqual(1e13);
  });

  it("exponentialUs has its mean and deviation, and draws its plainest from 0", () => {
    const choices = seeded();
    const { mean, sd, min } = moments(() => exponentialUs(choices, 0, 1_000_000));
    expect(Math.abs(mean / 1_000_000 - 1)).toBeLessThan(0.015);
    expect(Math.abs(sd / 1_000_000 - 1)).toBeLessThan(0.025);
    expect(min).toBeGreaterThanOrEqual(0);
    const longest = Math.round(1000 * 33 * Math.LN2);
    const draw = (value: number, plainest?: "longest") =>
      exponentialUs(new RecordedChoices([[value]]), 0, 1000, plainest);
    expect([draw(0), draw(2 ** 32 - 1)]).toEqual([0, longest]);
    expect([draw(0, "longest"), draw(2 ** 32 - 1, "longest")]).toEqual([longest, 0]);
    expect(exponentialUs(nothing, 0, 0)).toBe(0);
  });

  it("normalUs has its mean and deviation, and is never negative", () => {
    const choices = seeded();
    const { mean, sd, min, max } = moments(() => normalUs(choices, 0, 50_000, 5_000));
    expect(Math.abs(mean - 50_000)).toBeLessThan(70);
    expect(Math.abs(sd - 5_000)).toBeLessThan(60);
    expect(min).toBeGreaterThanOrEqual(20_000);
    expect(max).toBeLessThanOrEqual(80_000);
    expect(moments(() => normalUs(choices, 0, 10, 1000)).min).toBe(0);
    expect(normalUs(nothing, 0, 123, 0)).toBe(123);
  });

  it("chance is true that often", () => {
    const choices = seeded();
    for (const probability of [0.01, 0.3, 0.5, 0.999]) {
      const { mean } = moments(() => (chance(choices, 0, probability) ? 1 : 0));
      expect(Math.abs(mean - probability)).toBeLessThan(0.007);
    }
    expect([chance(nothing, 0, 0), chance(nothing, 0, 1)]).toEqual([false, true]);
    const draw = (value: number) => chance(new RecordedChoices([[value]]), 0, 2 ** -32);
    expect([draw(0), draw(2 ** 32 - 2), draw(2 ** 32 - 1)]).toEqual([false, false, true]);
    for (const wrong of [-0.1, 1.1, Number.NaN])
      expect(() => chance(choices, 0, wrong)).toThrow("from 0 to 1");
  });
});
