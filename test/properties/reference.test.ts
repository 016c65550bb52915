/** Whole worlds on the compiled tables and on XState's own interpreter leave the same trace, over every machine of the model. */
import { describe, expect, it } from "vitest";
import { MODEL } from "../../src/model/machines.ts";
import { RecordKind } from "../../src/model/records.ts";
import { Run } from "../../src/run/run.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";

describe("the compiled machines", () => {
  it("leave the same trace as XState", () => {
    const changed = new Set<number>();
    check(scenarios, (scenario) => {
      const compiled = new Run(scenario, { maxEvents: 1500 });
      const reference = new Run(scenario, { maxEvents: 1500, reference: true });
      compiled.finish();
      reference.finish();
      const result = compiled.result();
      for (let i = 0; i < result.trace.length; i++)
        if (result.trace.kind[i] === RecordKind.transition) changed.add(result.trace.a[i]!);
      expect(result.fingerprint).toBe(reference.result().fingerprint);
    });
    // A property over all machines that never moves one of them would say nothing about it.
    expect([...changed].sort((a, b) => a - b)).toEqual(MODEL.map((_, i) => i));
  });
});
