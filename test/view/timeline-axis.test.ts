import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexFrames } from "../../src/view/frames.ts";
import { axisTicks, wholeAxis, zoomAxis } from "../../src/view/timeline-axis.ts";
import { buildWarp } from "../../src/view/warp.ts";
import { sampleRun } from "./sample.ts";

const LIMITS = { interruptAfterTimeLimit: 4000, markInterruptAsFailure: true } as const;
const run = sampleRun({ backplane: true });
const warp = buildWarp(run, indexFrames(run));

describe.each([
  ["stretched", true],
  ["true to the clock", false],
])("ticks of an axis that is %s", (_, stretched) => {
  const whole = wholeAxis(warp, run.endUs, stretched);

  it("are in view, and as far apart as they should be", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 200, noNaN: true }),
        fc.double({ min: 0, max: whole.to, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        (factor, around, share) => {
          const axis = zoomAxis(whole, whole, factor, around);
          const gap = (axis.to - axis.from) * share;
          const units = axisTicks(warp, axis, gap).map(({ unit }) => unit);
          for (const [i, unit] of units.entries()) {
            expect(unit).toBeGreaterThanOrEqual(axis.from - 1e-9);
            expect(unit).toBeLessThanOrEqual(axis.to + 1e-9);
            if (i > 0) expect(unit - units[i - 1]!).toBeGreaterThanOrEqual(gap - 1e-9);
          }
        },
      ),
      LIMITS,
    );
  });

  it.each([-1, -1e-9, 0, -0, 1e-300, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])(
    "are no more than can be drawn, whatever the gap: %d",
    (gap) => {
      expect(axisTicks(warp, whole, gap).length).toBeLessThanOrEqual(1001);
      const nowhere = { ...whole, from: Number.NaN, to: Number.NaN };
      expect(axisTicks(warp, nowhere, gap)).toEqual([]);
    },
  );
});
