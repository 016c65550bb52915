/** A page that comes back and names its position in a history: what it is given, and when it is told to load again. FACTS §13.8. */

import { describe, expect, it } from "vitest";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { RECOVERY_NAMES } from "../../src/run/recovery-words.ts";
import { runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

/** A message every 50 ms from 500 ms to 2 s; all connections break at 1 s, and the page is back about 300 ms later. */
function back(backplane: object, client: object = {}, more: Partial<Lab> = {}) {
  return runLab({
    durationMs: 4000,
    network: { client: { latencyMs: 10 }, server: { latencyMs: 1 } },
    backplane: { kind: "history", ...backplane },
    clients: [
      {
        name: "c",
        transport: "websocket",
        loads: "position-first",
        reconnectionDelayMs: 300,
        randomizationFactor: 0,
        ...client,
      },
    ],
    servers: { count: 1 },
    workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 50, untilMs: 2000 }],
    faults: [
      { atMs: 1000, act: "crash", target: "balancer" },
      { atMs: 1010, act: "restart", target: "balancer" },
    ],
    ...more,
  });
}

/** What it was told, and how much it was given. */
const said = (run: ReturnType<typeof back>) =>
  run.records(RecordKind.recovery).map(([, , , outcome, missed]) => [RECOVERY_NAMES[outcome!], missed]);

/** How often it asked for a snapshot. */
const snapshots = (run: ReturnType<typeof back>) =>
  run.records(RecordKind.frame).filter(([, kind, from]) => kind === FrameKind.snapshotGet && from === 0)
    .length;

describe("a page that is back", () => {
  it("is given all that came after its position, once and in order", () => {
    const run = back({});
    expect(run.ledger.tally).toMatchObject({ lost: 0, duplicated: 0 });
    expect(said(run)).toHaveLength(1);
    expect(said(run)[0]![0]).toBe("recovered");
    expect(said(run)[0]![1]).toBeGreaterThan(4);
    const order = run.records(RecordKind.delivered).map(([, copy]) => copy!);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(snapshots(run)).toBe(1);
  });

  it.each([
    ["more came than the history keeps", { historySize: 3 }, {}, "beyond history"],
    [
      "nothing came for longer than the history lasts",
      { historyTtlMs: 200 },
      {
        workload: [
          { from: "server-1", to: "everyone", firstMs: 500, everyMs: 50, untilMs: 1050 },
          { from: "server-1", to: "everyone", atMs: 2000 },
        ],
      },
      "beyond history",
    ],
    [
      "the history was lost, though nothing was missed",
      {},
      {
        workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 50, untilMs: 900 }],
        faults: [
          { atMs: 1000, act: "crash", target: "balancer" },
          { atMs: 1010, act: "restart", target: "balancer" },
          { atMs: 1100, act: "crash", target: "backplane" },
          { atMs: 1110, act: "restart", target: "backplane" },
        ],
      },
      "epoch changed",
    ],
  ] as const)("is told no if %s, and loads again", (_, backplane, more, outcome) => {
    const run = back(backplane, {}, more as Partial<Lab>);
    expect(said(run)).toEqual([[outcome, 0]]);
    expect(snapshots(run)).toBe(2);
    expect(run.ledger.tally).toMatchObject({ lost: 0, duplicated: 0 });
  });

  it("gets nothing of what it missed if it goes on without, not a part of it either", () => {
    const run = back({ historySize: 3 }, { afterGap: "go-on" });
    expect(Object.keys(run.ledger.causes)).toEqual(["gap-ignored"]);
    expect(run.ledger.tally.lost).toBeGreaterThan(4);
    expect(snapshots(run)).toBe(1);
  });
});

it("a page that gets a message and not the one before it loads again", () => {
  const lab = (afterGap: string) =>
    back({}, { afterGap }, {
      // The server hears nothing of Redis for a while, and its clients stay connected to it.
      faults: [
        { atMs: 1000, act: "crash", target: "backplane" },
        { atMs: 1010, act: "restart", target: "backplane" },
      ],
      servers: { count: 2 },
      network: { client: { latencyMs: 10 }, server: { latencyMs: 1 }, backplane: { latencyMs: 20 } },
      workload: [{ from: "server-2", to: "everyone", firstMs: 500, everyMs: 1, untilMs: 2000 }],
    } as Partial<Lab>);
  const reloaded = lab("reload");
  expect(snapshots(reloaded)).toBe(2);
  expect(Object.keys(reloaded.ledger.causes)).not.toContain("gap-ignored");
  expect(Object.keys(lab("go-on").ledger.causes)).toContain("gap-ignored");
});
