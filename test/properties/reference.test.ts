/** Whole worlds on the compiled tables and on XState's own interpreter leave the same trace, over every machine of the model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MODEL } from "../../src/model/parts.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";

const MAX_EVENTS = 1500;

describe("the compiled machines", () => {
  it("leave the same trace as XState", () => {
    check(
      scenarios,
      (scenario) => {
        const compiled = new Run(scenario, { maxEvents: MAX_EVENTS });
        const reference = new Run(scenario, { maxEvents: MAX_EVENTS, reference: true });
        compiled.finish();
        reference.finish();
        expect(compiled.result().fingerprint).toBe(reference.result().fingerprint);
      },
      { runs: 100 },
    );
  });

  // A property over all machines that never moves one of them would say nothing about it.
  it("all move in a few generated scenarios", () => {
    const moved = new Set<number>();
    for (const scenario of fc.sample(scenarios, { numRuns: 300, seed: 1 })) {
      const run = new Run(scenario, { maxEvents: MAX_EVENTS });
      run.finish();
      const { trace } = run.result();
      for (let i = 0; i < trace.length; i++)
        if (trace.kind[i] === RecordKind.transition) moved.add(trace.a[i]!);
    }
    expect([...moved].sort((a, b) => a - b)).toEqual(MODEL.map((_, i) => i));
  });
});
