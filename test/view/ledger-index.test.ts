import { describe, expect, it } from "vitest";
import { causesAt, countsAt, indexLedger, matrixAt, receivedBy } from "../../src/view/run/ledger-index.ts";
import { sampleRun } from "./sample.ts";

describe("the ledger of the page", () => {
  const run = sampleRun();
  const ledger = indexLedger(run);

  it("conserves copies at every instant", () => {
    for (let i = 0; i < run.trace.length; i++) {
      const c = countsAt(ledger, run.trace.timeUs[i]);
      expect(c.sent).toBe(c.delivered + c.lost + c.inFlight);
      expect(c.inFlight).toBeGreaterThanOrEqual(0);
    }
  });

  it("counts the end", () => {
    expect(countsAt(ledger, run.endUs)).toEqual({
      messages: 3,
      sent: 9,
      delivered: 3,
      duplicated: 0,
      lost: 6,
      inFlight: 0,
    });
    expect(countsAt(ledger, 0).sent).toBe(0);
  });

  it("names the cause, and only from when it struck", () => {
    expect(causesAt(ledger, 1_020_499)).toEqual([]);
    expect(causesAt(ledger, 1_020_500)).toEqual([{ cause: 0, roots: [], count: 2, firstUs: 1_020_500 }]);
  });

  it("fills the matrix: A reaches C on its own server, not B and D", () => {
    const cells = matrixAt(ledger, 4, 1_900_000);
    expect(cells[1]).toMatchObject({ sent: 1, delivered: 0, lost: 1, cause: 0 });
    expect(cells[2]).toMatchObject({ sent: 1, delivered: 1, lost: 0 });
    expect(cells[4]).toBeUndefined();
  });

  it("counts what each client received", () => {
    expect(receivedBy(ledger, 2, 1_041_000)).toBe(1);
    expect(receivedBy(ledger, 2, 1_040_000)).toBe(0);
    expect(receivedBy(ledger, 3, run.endUs)).toBe(1);
  });
});
