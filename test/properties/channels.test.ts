/** Books balance with a notification service in every generated scenario. */
import { expect, it } from "vitest";
import { scenarios } from "../../src/check/arbitraries.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { countChannels } from "../../src/run/channels.ts";
import { isDone } from "../../src/run/effects.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { Run } from "../../src/run/run.ts";
import { imbalance, wrongSum } from "../support/imbalance.ts";
import { check } from "../support/property.ts";

it("conserves copies by whatever channels they go, and counts each arrival once", () => {
  check(
    scenarios({ channels: [true] }),
    (scenario) => {
      if (scenario.gateway.channels.length === 0) return;
      const run = new Run(scenario, { maxEvents: 3000 });
      while (run.events < 3000 && run.step()) {
        const wrong = run.events % 16 === 0 ? imbalance(run.world) : wrongSum(run.world);
        if (wrong !== null) throw new Error(`after event ${run.events} at ${run.nowUs} µs: ${wrong}`);
      }
      expect(imbalance(run.world)).toBeNull();
      const { trace } = run.result();
      const ledger = readLedger(trace);
      const counts = countChannels(run.result());
      // What a server does twice, nobody is told twice.
      let doneAgain = 0;
      for (let row = 0; row < trace.length; row++)
        if (trace.kind[row] === RecordKind.duplicated && isDone(trace, row)) doneAgain++;
      const sum = (of: "arrived" | "again") => counts.reduce((total, count) => total + count[of], 0);
      expect(sum("arrived")).toBe(ledger.tally.delivered);
      expect(sum("again")).toBe(ledger.tally.duplicated - doneAgain);
    },
    { runs: 200 },
  );
});
