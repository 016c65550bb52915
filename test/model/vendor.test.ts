/** What a vendor takes, bills and refuses: as its documents say (FACTS §9). */
import { describe, expect, it } from "vitest";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { simulate } from "../../src/run/simulate.ts";
import { labScenario } from "../support/ground-truth.ts";

/** Five listeners at two of the vendor's servers; your application publishes a message every 100 ms. */
const lab = (backplane: object, more: object = {}) =>
  simulate(
    labScenario({
      durationMs: 4000,
      clients: [{ name: "tab", count: 5, transport: "websocket", startConnected: true }],
      servers: { count: 2 },
      publishers: [{ name: "app" }],
      backplane: { kind: "vendor", ...backplane },
      workload: [{ from: "app", to: "everyone", firstMs: 100, everyMs: 100, untilMs: 2000, bytes: 500 }],
      ...more,
    }),
  );

function outcome(run: ReturnType<typeof lab>) {
  const { trace } = run;
  const { copies, tally } = readLedger(trace);
  const causes = [
    ...new Set(copies.filter(({ cause }) => cause >= 0).map(({ cause }) => CAUSES[cause]!.name)),
  ];
  let billed = 0;
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.billed) billed = trace[at.billed.total][row]!;
  return { sent: tally.sent, delivered: tally.delivered, lost: tally.lost, causes, billed };
}

describe("a vendor", () => {
  it("takes all that is within its limits, and bills each that is published and each that is delivered", () => {
    expect(outcome(lab({}))).toEqual({ sent: 100, delivered: 100, lost: 0, causes: [], billed: 20 * 6 });
  });

  it("refuses what comes when the plan's messages are used up", () => {
    // Ten messages of six: the eleventh finds nothing left.
    expect(outcome(lab({ quotaMessages: 60 }))).toEqual({
      sent: 100,
      delivered: 50,
      lost: 50,
      causes: ["over-quota"],
      billed: 60,
    });
  });

  it("refuses what is above its rate, second by second", () => {
    expect(outcome(lab({ messagesPerSecond: 4 }))).toMatchObject({ delivered: 45, causes: ["over-rate"] });
  });

  it("refuses what is too large, and counts it for nothing", () => {
    expect(outcome(lab({ maxMessageBytes: 499 }))).toMatchObject({
      delivered: 0,
      causes: ["too-large"],
      billed: 0,
    });
    expect(outcome(lab({ maxMessageBytes: 500 }))).toMatchObject({ delivered: 100 });
  });

  it("that is away for a moment gets what waits at its customer's, and bills it once", () => {
    const faults = [
      { atMs: 950, act: "crash", target: "backplane" },
      { atMs: 1450, act: "restart", target: "backplane" },
    ];
    expect(outcome(lab({}, { faults }))).toMatchObject({ delivered: 100, billed: 120 });
  });

  it("takes what a client sends before that client's own server hands it out", () => {
    const refused = lab(
      { quotaMessages: 0 },
      { publishers: [], workload: [{ from: "tab-1", to: "others", atMs: 500 }], servers: { count: 1 } },
    );
    expect(outcome(refused)).toMatchObject({ sent: 4, delivered: 0, causes: ["over-quota"] });
    const taken = lab(
      {},
      { publishers: [], workload: [{ from: "tab-1", to: "everyone", atMs: 500 }], servers: { count: 1 } },
    );
    expect(outcome(taken)).toMatchObject({ sent: 5, delivered: 5, billed: 6 });
  });
});
