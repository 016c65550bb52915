/** A page that loads what there is and then listens: what comes in between, and what a position brings back. FACTS §13.8. */
import { describe, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import { causeName, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];
type Client = NonNullable<Lab["clients"]>[number];

/** A message every 10 ms, over a way of 50 ms; the page is opened at 105 ms. */
function page(client: Partial<Client>, more: Partial<Lab> = {}) {
  return runLab({
    durationMs: 2000,
    network: { client: { latencyMs: 50 }, server: { latencyMs: 0 } },
    clients: [{ name: "c", transport: "websocket", startMs: 105, ...client }],
    servers: { count: 1 },
    workload: [{ from: "server-1", to: "everyone", firstMs: 0, everyMs: 10, untilMs: 1500 }],
    ...more,
  });
}

describe.each(["websocket", "polling", "sse"] as const)("over %s", (transport) => {
  it("what comes between the reading of the snapshot and the listening is lost, and nothing else", () => {
    const { ledger } = page({ transport, loads: "snapshot" });
    expect(
      new Set(
        ledger.copies
          .map(({ cause }) => cause)
          .filter((cause) => cause >= 0)
          .map(causeName),
      ),
    ).toEqual(new Set(["after-snapshot"]));
    const lost = ledger.copies.filter(({ cause }) => cause >= 0);
    // The request reaches the server at 155 ms, and the snapshot the page at 205 ms.
    expect(lost[0]!.sentUs).toBe(160_000);
    // Then there and back, at least, until the server hears from it again: at 255 ms.
    expect(lost.at(-1)!.sentUs).toBeGreaterThanOrEqual(250_000);
    const gap = (lost.at(-1)!.sentUs - lost[0]!.sentUs) / 10_000 + 1;
    expect(lost).toHaveLength(gap);
  });

  it("with a position it comes first of all, in order and once", () => {
    const run = page({ transport, loads: "position-first" });
    expect(run.ledger.tally).toMatchObject({ lost: 0, duplicated: 0 });
    const order = run.records(RecordKind.delivered).map(([, copy]) => copy!);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});

it("a page whose request fails asks again, and gets what came meanwhile", () => {
  const run = page(
    { loads: "snapshot", reconnectionDelayMs: 200, randomizationFactor: 0 },
    {
      faults: [
        { atMs: 130, act: "crash", target: "balancer" },
        { atMs: 160, act: "restart", target: "balancer" },
      ],
    },
  );
  const loaded = run.ledger.copies.filter(({ sentUs, cause }) => sentUs < 450_000 && cause < 0);
  // All that came until it was read at last.
  expect(loaded.length).toBeGreaterThan(25);
  expect(Object.keys(run.ledger.causes)).toEqual(["after-snapshot"]);
});
