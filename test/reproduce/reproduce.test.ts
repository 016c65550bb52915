/** Published results come out here as well. That each can fail is shown with bent models: mutants.test.ts. */
import { describe, expect, it } from "vitest";
import { RESULTS } from "../../src/reproduce/index.ts";
import { isWithin } from "../../src/reproduce/result.ts";

describe("a published result", () => {
  it.each(RESULTS)("$name: $says", ({ figures }) => {
    const all = figures();
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((figure) => !isWithin(figure))).toEqual([]);
  });

  it("may be off by so much, and by no more", () => {
    const figure = { what: "", published: 100, tolerance: 0.03 };
    expect([96.9, 97, 103, 103.1].map((ours) => isWithin({ ...figure, ours }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isWithin({ ...figure, tolerance: 0, ours: 100 })).toBe(true);
    expect(isWithin({ ...figure, tolerance: 0, ours: 101 })).toBe(false);
  });
});
