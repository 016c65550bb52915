/** Whole worlds on the compiled tables and on XState's own interpreter leave the same trace, over every machine of the model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MODEL } from "../../src/model/parts.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import { IS_DEEP } from "../support/depth.ts";
import { labScenario } from "../support/ground-truth.ts";
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

  it("leave a timer alone that a late process has set again before it looked", () => {
    const scenario = labScenario({
      durationMs: 1700,
      clients: [{ name: "tab", transport: "websocket", startConnected: true }],
      servers: { count: 1, pingIntervalMs: 200, pingTimeoutMs: 150 },
      faults: [
        // Its timers fire at 1500 ms next. By then its watchdog has run out, and a ping has come.
        { atMs: 900, act: "throttle", target: "tab", everyMs: 600 },
        { atMs: 1010, act: "freeze", target: "server-1" },
        { atMs: 1400, act: "resume", target: "server-1" },
      ],
    });
    const [compiled, reference] = [false, true].map((isReference) => {
      const run = new Run(scenario, { reference: isReference });
      run.finish();
      return run.result();
    });
    expect(compiled!.fingerprint).toBe(reference!.fingerprint);
    expect(compiled!.trace.kind.includes(RecordKind.disconnected)).toBe(false);
  });

  // A property over all machines that never moves one of them would say nothing about it.
  it.runIf(IS_DEEP)("all move in a few generated scenarios", () => {
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
