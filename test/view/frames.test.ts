import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { RunResult } from "../../src/run/result.ts";
import { framesAt, indexFrames, lowerBound, upperBound } from "../../src/view/run/frames.ts";
import { check } from "../support/property.ts";
import { sampleRun } from "./sample.ts";

describe("bounds", () => {
  it("agree with counting", () => {
    check(
      fc.tuple(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 })),
      ([values, x]) => {
        values.sort((a, b) => a - b);
        expect(upperBound(values, x)).toBe(values.filter((v) => v <= x).length);
        expect(lowerBound(values, x)).toBe(values.filter((v) => v < x).length);
      },
      { runs: 100 },
    );
  });
});

/** A run of nothing but frames. */
function framesOnly(flights: readonly [start: number, flight: number][]): RunResult {
  const base = sampleRun();
  const sorted = [...flights].sort((x, y) => x[0] - y[0]);
  const zeros = () => new Int32Array(sorted.length);
  return {
    ...base,
    trace: {
      length: sorted.length,
      timeUs: Float64Array.from(sorted, (f) => f[0]),
      kind: new Uint8Array(sorted.length).fill(RecordKind.frame),
      a: zeros().fill(4),
      b: zeros(),
      c: zeros().fill(1),
      d: zeros().fill(-1),
      e: Int32Array.from(sorted, (f) => f[1]),
    },
  };
}

describe("framesAt", () => {
  it("finds exactly the frames in flight, in order, at any time", () => {
    check(
      fc.tuple(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -1, max: 40 })), {
          maxLength: 70,
        }),
        fc.integer({ min: -5, max: 150 }),
      ),
      ([flights, t]) => {
        const index = indexFrames(framesOnly(flights));
        const out = new Int32Array(100);
        const n = framesAt(index, t, out);
        const expected = [...Array(index.length).keys()].filter(
          (i) => index.startUs[i] <= t && t < index.endUs[i],
        );
        expect([...out.subarray(0, n)]).toEqual(expected);
      },
      { runs: 100 },
    );
  });

  it("never writes more than there is room for", () => {
    const index = indexFrames(framesOnly(Array.from({ length: 50 }, () => [0, 10] as [number, number])));
    expect(framesAt(index, 5, new Int32Array(7))).toBe(7);
  });

  it("lets a dropped packet vanish midway, after the usual flight of its link", () => {
    const index = indexFrames(
      framesOnly([
        [0, 1000],
        [5000, -1],
      ]),
    );
    expect(index.dropped[1]).toBe(1);
    expect(index.endUs[1]).toBe(5500);
  });

  it("knows the message and the recipient of every copy in flight", () => {
    const run = sampleRun();
    const index = indexFrames(run);
    const copies = [...index.recipient].filter((r) => r >= 0);
    expect(copies.length).toBeGreaterThan(0);
    for (let i = 0; i < index.length; i++) expect(index.message[i]).toBeGreaterThanOrEqual(0);
  });
});
