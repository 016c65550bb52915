/** Copies sent = delivered + lost + in flight, at every step, and every loss has one cause, place and time. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { choicesOf, Run } from "../../src/run/run.ts";
import { imbalance, wrongSum } from "../support/imbalance.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";

describe("conservation", () => {
  it("holds after every event of generated scenarios", () => {
    check(
      scenarios,
      (scenario) => {
        const run = new Run(scenario);
        while (run.events < 1500 && run.step()) {
          // Counting everything afresh costs more than the event itself, so most steps check the sums only.
          const wrong = run.events % 16 === 0 ? imbalance(run.world) : wrongSum(run.world);
          if (wrong !== null) throw new Error(`after event ${run.events} at ${run.nowUs} µs: ${wrong}`);
        }
        expect(imbalance(run.world)).toBeNull();
      },
      { runs: 300 },
    );
  });

  it("holds also where it is drawn who goes first among what is simultaneous", () => {
    check(
      scenarios,
      (scenario) => {
        const { choices: _, ...drawn } = scenario;
        const run = new Run(drawn, { choices: () => choicesOf(drawn, { drawsOrder: true }) });
        while (run.events < 1500 && run.step()) {
          const wrong = run.events % 16 === 0 ? imbalance(run.world) : wrongSum(run.world);
          if (wrong !== null) throw new Error(`after event ${run.events} at ${run.nowUs} µs: ${wrong}`);
        }
      },
      { runs: 100 },
    );
  });

  it("stands in the trace as it stands in the world", () => {
    check(
      scenarios,
      (scenario) => {
        const run = new Run(scenario, { maxEvents: 4000 });
        run.finish();
        const ledger = readLedger(run.world.trace!.columns());
        const { tally } = run.world;
        expect(ledger.tally).toEqual({
          sent: tally.sent[0],
          delivered: tally.delivered[0],
          duplicated: tally.duplicated[0],
          lost: tally.lost[0],
          inFlight: tally.sent[0]! - tally.delivered[0]! - tally.lost[0]!,
        });
        for (const copy of ledger.copies) {
          expect(copy.fate).toBe(run.world.copies.fate[copy.id]);
          if (copy.fate !== Fate.lost) continue;
          expect(CAUSES[copy.cause]).toBeDefined();
          expect(copy.settledUs).toBeGreaterThanOrEqual(copy.sentUs);
          expect(run.result().nodes[copy.place]).toBeDefined();
        }
      },
      { runs: 300 },
    );
  });
});

it("notices books that do not balance", () => {
  check(
    scenarios,
    (scenario) => {
      const run = new Run(scenario, { maxEvents: 4000 });
      run.finish();
      const { copies } = run.world;
      for (let copy = 0; copy < copies.rows; copy++) {
        if (copies.fate[copy] !== Fate.inFlight) continue;
        copies.fate[copy] = Fate.none;
        expect(imbalance(run.world)).not.toBeNull();
        copies.fate[copy] = Fate.inFlight;
      }
      expect(imbalance(run.world)).toBeNull();
    },
    { runs: 50 },
  );
});
