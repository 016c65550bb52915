/** The same scenario and choices give the same trace; and time can be travelled in both directions. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordedChoices, RecordingChoices, SeededChoices } from "../../src/kernel/choices.ts";
import { PURPOSES } from "../../src/model/trace/purposes.ts";
import { fingerprint } from "../../src/run/fingerprint.ts";
import { Run } from "../../src/run/run.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";

const upTo = { maxEvents: 1500 } as const;

function fingerprintOf(run: Run): string {
  return fingerprint(run.world.trace!.columns());
}

describe("a run", () => {
  it("is a function of scenario and seed", () => {
    check(
      scenarios,
      (scenario) => {
        const [a, b] = [new Run(scenario, upTo), new Run(structuredClone(scenario), upTo)];
        a.finish();
        b.finish();
        expect(fingerprintOf(a)).toBe(fingerprintOf(b));
      },
      { runs: 100 },
    );
  });

  it("goes the same way whether a trace is kept or not", () => {
    check(
      scenarios,
      (scenario) => {
        const [traced, untraced] = [new Run(scenario, upTo), new Run(scenario, { ...upTo, trace: false })];
        traced.finish();
        untraced.finish();
        expect(untraced.events).toBe(traced.events);
        const { traceRows: _, ...world } = traced.world.save();
        expect(isDeepStrictEqual(untraced.world.save(), { ...world, traceRows: 0 })).toBe(true);
      },
      { runs: 200 },
    );
  });

  it("is the same when its recorded choices are replayed", () => {
    check(
      scenarios,
      (scenario) => {
        let recording!: RecordingChoices;
        const seeded = () => (recording = new RecordingChoices(new SeededChoices(scenario.seed, PURPOSES)));
        const first = new Run(scenario, { ...upTo, choices: seeded });
        first.finish();
        const again = new Run(scenario, { ...upTo, choices: () => new RecordedChoices(recording.taken) });
        again.finish();
        expect(fingerprintOf(again)).toBe(fingerprintOf(first));
      },
      { runs: 100 },
    );
  });

  it("ends the same after seeking back and forth", () => {
    check(
      fc.tuple(scenarios, fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 4 })),
      ([scenario, stops]) => {
        const straight = new Run(scenario);
        const seeking = new Run(scenario);
        straight.seekEvent(1500);
        for (const stop of stops) {
          seeking.seekEvent(stop);
          const there = new Run(scenario);
          there.seekEvent(stop);
          expect(fingerprintOf(seeking)).toBe(fingerprintOf(there));
          expect(seeking.nowUs).toBe(there.nowUs);
        }
        seeking.seekEvent(1500);
        expect(fingerprintOf(seeking)).toBe(fingerprintOf(straight));
      },
      { runs: 100 },
    );
  });

  it("can be sought by time: all that happened up to then, and nothing later", () => {
    check(
      fc.tuple(scenarios, fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 2, maxLength: 4 })),
      ([scenario, stops]) => {
        const run = new Run(scenario);
        for (const stopUs of stops) {
          run.seek(stopUs);
          const there = new Run(scenario, { untilUs: stopUs });
          there.finish();
          expect(fingerprintOf(run)).toBe(fingerprintOf(there));
        }
      },
      { runs: 100 },
    );
  });

  it("shares its past with its forks, also with faults that strike at once, and is not disturbed by them", () => {
    check(
      fc.tuple(scenarios, fc.integer({ min: 0, max: 400 })),
      ([scenario, at]) => {
        const run = new Run(scenario);
        run.seekEvent(at);
        const past = fingerprintOf(run);
        const fork = run.fork([
          { atMs: run.nowUs / 1000, act: "crash", target: "server-1" },
          { atMs: run.nowUs / 1000 + 50, act: "restart", target: "server-1" },
        ]);
        expect(fingerprintOf(fork)).toBe(past);
        fork.seekEvent(1000);
        const future = fingerprintOf(fork);
        expect(fingerprintOf(run)).toBe(past);
        // A fork can be sought like any run, and forked again.
        fork.seekEvent(Math.floor(at / 2));
        fork.seekEvent(1000);
        expect(fingerprintOf(fork)).toBe(future);
        fork.seekEvent(at + 100);
        const again = fork.fork([{ atMs: fork.nowUs / 1000 + 1, act: "crash", target: "balancer" }]);
        expect(fingerprintOf(again)).toBe(fingerprintOf(fork));
      },
      { runs: 100 },
    );
  });
});
