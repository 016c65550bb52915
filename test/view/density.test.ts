/** The overview of a run counts everything once, where it happened. */
import { expect, it } from "vitest";
import { columnsOf, densityOf } from "../../src/view/run/density.ts";
import { indexRun } from "../../src/view/run/run-index.ts";
import { sampleRun } from "./sample.ts";

const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((a, b) => a + b, 0);

it("counts each record and each loss once, in its part of the run", () => {
  const run = sampleRun({ refused: true });
  const { density, ledger, requests } = indexRun(run);
  expect(sum(density.events)).toBe(run.trace.length);
  const lost = [...ledger.lostUs, ...requests.refusedUs];
  expect(lost.length).toBeGreaterThan(1);
  expect(sum(density.losses)).toBe(lost.length);
  for (const timeUs of lost) expect(density.losses[Math.floor(timeUs / density.partUs)]).toBeGreaterThan(0);
});

it("what happens at the very end belongs to the last part", () => {
  const run = sampleRun();
  const { losses } = densityOf(run, [Float64Array.of(0, run.endUs)]);
  expect([losses[0], losses.at(-1), sum(losses)]).toEqual([1, 1, 2]);
});

it("keeps all counts when it is drawn narrower", () => {
  const counts = Uint32Array.from({ length: 1024 }, (_, i) => i);
  for (const columns of [1, 7, 300, 1024]) expect(sum(columnsOf(counts, columns))).toBe(sum(counts));
  expect(columnsOf(Uint32Array.of(5, 0, 0, 7), 2)).toEqual(Float64Array.of(5, 7));
});
