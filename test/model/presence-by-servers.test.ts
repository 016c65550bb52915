/** Presence that each server believes for itself: replicated, as Phoenix.Tracker does it, and asked of a database. FACTS §6. */
import { describe, expect, it } from "vitest";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { presenceTotals, readPresence } from "../../src/run/presence.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { type Lab, runLab } from "../support/ground-truth.ts";

type Input = Partial<ScenarioInput>;
const ROUND_MS = 200;
const DOWN_MS = 900;
const REPLICATED = {
  kind: "replicated",
  broadcastMs: ROUND_MS,
  silentPeriods: 2,
  downMs: DOWN_MS,
  permdownMs: 60_000,
} as const;
/** The way to Redis and on to another server, and until observers read. */
const WAY_MS = 30;
/** The longest silence, then a question in every second round, and its answer. */
const CATCH_UP_MS = (REPLICATED.silentPeriods + 1 + 2) * ROUND_MS + 2 * WAY_MS;

const user = (name: string, startMs: number) => ({
  name,
  transport: "websocket" as const,
  startMs,
  reconnectionDelayMs: 300,
  randomizationFactor: 0,
});

/** `first` is on server-1, `second` on server-2. */
function lab(presence: Input["presence"], faults: Input["faults"], durationMs = 8000): Lab {
  return runLab({
    durationMs,
    clients: [user("first", 200), user("second", 330)],
    servers: { count: 2, pingIntervalMs: 60_000, pingTimeoutMs: 60_000 },
    presence,
    faults,
  });
}

/** Where a user is believed to be, by server, in ms from `fromMs` on. */
function listed(run: Lab, name: string, fromMs = 0): [number, number][][] {
  const { beliefs } = readPresence(run.result.trace, run.result.endUs).find(
    (one) => one.user === run.node(name),
  )!;
  return beliefs.map((belief) =>
    belief.listed.map(({ fromUs, toUs }) => [fromUs / 1000 - fromMs, toUs / 1000 - fromMs]),
  );
}

const near = (found: number, from: number, to: number) => {
  expect(found).toBeGreaterThanOrEqual(from);
  expect(found).toBeLessThanOrEqual(to);
};

describe("replicated presence", () => {
  it("is known at the user's own server at once, and at the others in its next round", () => {
    const [own, other] = listed(lab(REPLICATED, []), "first");
    const [joinedMs] = own![0]!;
    near(joinedMs, 200, 400);
    near(other![0]![0] - joinedMs, 0, ROUND_MS + WAY_MS);
  });

  it("leaves a ghost behind a server that dies, until that is taken for dead", () => {
    const run = lab(REPLICATED, [
      { atMs: 3000, act: "crash", target: "first" },
      { atMs: 3000, act: "crash", target: "server-1" },
    ]);
    const other = listed(run, "first", 3000).at(-1)!;
    near(other[0]![1], DOWN_MS - CATCH_UP_MS, DOWN_MS + ROUND_MS + WAY_MS);
  });

  it("has no ghost any more as soon as that server runs again: its first word says that what was before is over", () => {
    const run = lab({ ...REPLICATED, downMs: 30_000 }, [
      { atMs: 3000, act: "crash", target: "first" },
      { atMs: 3000, act: "crash", target: "server-1" },
      { atMs: 3500, act: "restart", target: "server-1" },
    ]);
    near(listed(run, "first", 3000).at(-1)![0]![1], 500, 500 + WAY_MS);
    // And that server learns of the other's connections when that says something, and then asks.
    const back = lab(REPLICATED, [
      { atMs: 3000, act: "crash", target: "server-1" },
      { atMs: 3300, act: "restart", target: "server-1" },
    ]);
    near(listed(back, "second", 3300)[0]!.at(-1)![0], 0, CATCH_UP_MS + 500);
    expect(presenceTotals(back.result.trace, back.result.endUs)!.ghosts).toBeLessThanOrEqual(2);
  });

  it("takes users for gone whose server only stands still, and has them back at its next word", () => {
    const run = lab(REPLICATED, [
      { atMs: 3000, act: "freeze", target: "server-1" },
      { atMs: 5000, act: "resume", target: "server-1" },
    ]);
    const other = listed(run, "first", 3000)[1]!;
    expect(other).toHaveLength(2);
    near(other[0]![1], DOWN_MS - CATCH_UP_MS, DOWN_MS + ROUND_MS + WAY_MS);
    near(other[1]![0], 2000, 2000 + CATCH_UP_MS);
  });

  it("misses what is said while Redis is down, and asks for it when it hears of it", () => {
    const run = lab({ ...REPLICATED, downMs: 30_000 }, [
      { atMs: 2000, act: "crash", target: "backplane" },
      { atMs: 2500, act: "crash", target: "first" },
      { atMs: 4000, act: "restart", target: "backplane" },
    ]);
    near(listed(run, "first", 4000)[1]![0]![1], 0, CATCH_UP_MS);
  });

  it("takes one word in so many rounds while nothing changes, from each server to all others", () => {
    const presence = { ...REPLICATED, silentPeriods: 4 };
    const sentIn = (durationMs: number) => gossip(lab(presence, [], durationMs));
    // Five rounds of 200 ms: one word a second and server, which goes in once and out once.
    expect(sentIn(14_000) - sentIn(4000)).toBe(10 * 2 * 2);
  });
});

function gossip(run: Lab): number {
  return run.records(0).filter(([, kind]) => kind === FrameKind.gossip).length;
}

describe("a database that is asked", () => {
  const presence = { kind: "database", pollMs: 500, ttlMs: 1500 } as const;

  it("costs a question and an answer a page and time, though nothing changes", () => {
    const said = (durationMs: number) => {
      const { result } = lab(presence, [], durationMs);
      return presenceTotals(result.trace, result.endUs)!;
    };
    const [short, long] = [said(4000), said(14_000)];
    expect(long.told - short.told).toBe((2 * 10_000) / presence.pollMs);
    expect(long.said - short.said).toBe(2 * (long.told - short.told));
  });

  it("shows who comes within the time between two questions, and who goes within that and the rows' age", () => {
    const run = lab(presence, [{ atMs: 3000, act: "crash", target: "first" }]);
    // At its own server nobody is left who could ask.
    const other = listed(run, "first").at(-1)!;
    near(other[0]![0], 200, 400 + presence.pollMs);
    near(other[0]![1] - 3000, presence.ttlMs - presence.pollMs, presence.ttlMs + presence.pollMs + WAY_MS);
  });

  it("remembers after a crash", () => {
    const faults = [
      { atMs: 3000, act: "crash" as const, target: "backplane" },
      { atMs: 3200, act: "restart" as const, target: "backplane" },
    ];
    const run = lab(presence, faults);
    // Each of them asks before the other has asked again, or after.
    for (const name of ["first", "second"])
      expect(listed(run, name).map((spans) => spans.length)).toEqual([1, 1]);
  });
});
