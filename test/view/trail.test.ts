/** What is followed goes a way without gaps, from where it was sent to where the ledger says that it ended. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import type { Loaded } from "../../src/view/player/player.ts";
import { indexRun } from "../../src/view/run/run-index.ts";
import { type Trail, trailOf } from "../../src/view/run/trail.ts";
import { PHONES, TWO_BALANCERS } from "./examples.ts";
import { lesson, opened } from "./lessons.ts";

function loadedOf(scenario: Scenario): Loaded {
  const run = simulate(scenario);
  return { run, index: indexRun(run), rules: [], facts: new Map(), writtenFaults: 0 };
}

const loadedLesson = (...args: Parameters<typeof lesson>) => loadedOf(lesson(...args));

const words = ({ loaded: { run, index }, frames }: Trail) =>
  frames.map((i) => `${run.nodes[index.frames.from[i]!]!.name} → ${run.nodes[index.frames.to[i]!]!.name}`);

const RUNS: Readonly<Record<string, () => Loaded>> = {
  "WebSocket and Redis": () => loadedLesson("broadcast-across-servers", "redis"),
  "no backplane": () => loadedLesson("broadcast-across-servers", "no-backplane"),
  "long polling": () => loadedLesson("polling-handshake", "cookie"),
  "a lossy link": () => loadedLesson("broadcast-across-servers", "redis", { "network.client.loss": 0.1 }),
  "slow and lossy links": () => loadedOf(opened(parseScenario(JSON.stringify(PHONES)))),
  "two balancers that crash": () => loadedOf(opened(parseScenario(JSON.stringify(TWO_BALANCERS)))),
};

describe("the way of each copy", () => {
  it.each(Object.keys(RUNS))("%s: each hop leaves where the one before arrived, and not before", (name) => {
    const loaded = RUNS[name]!();
    const { ledger, frames } = loaded.index;
    let ended = 0;
    for (let copy = 0; copy < ledger.copies; copy++) {
      const trail = trailOf(loaded, { kind: "copy", id: copy });
      if (trail === null) continue;
      const hops = trail.frames.filter((frame) => frames.dropped[frame] === 0);
      for (const [i, hop] of hops.entries()) {
        if (i === 0) continue;
        expect(frames.from[hop]).toBe(frames.to[hops[i - 1]!]);
        expect(frames.startUs[hop]!).toBeGreaterThanOrEqual(frames.endUs[hops[i - 1]!]!);
      }
      if (ledger.fate[copy] !== Fate.delivered) continue;
      ended++;
      expect(frames.from[trail.frames[0]!]).toBe(ledger.sender[ledger.message[copy]!]);
      expect(frames.to[hops.at(-1)!]).toBe(ledger.recipient[copy]);
      // A packet that overtook one which was lost waits for that one.
      expect(frames.endUs[hops.at(-1)!]).toBeLessThanOrEqual(ledger.settledUs[copy]!);
      expect(trail.placeAt(trail.endUs)).toEqual({ frame: -1, node: ledger.recipient[copy] });
    }
    expect(ended > 0 || name === "no backplane").toBe(true);
  });

  it("leaves out the pushes to other servers", () => {
    expect(words(trailOf(RUNS["WebSocket and Redis"]!(), { kind: "copy", id: 0 })!)).toEqual([
      "A → balancer",
      "balancer → server-1",
      "server-1 → backplane",
      "backplane → server-2",
      "server-2 → balancer",
      "balancer → B",
    ]);
  });

  it("ends where it died, and says why", () => {
    const loaded = RUNS["no backplane"]!();
    const copy = loaded.index.ledger.fate.indexOf(Fate.lost);
    const trail = trailOf(loaded, { kind: "copy", id: copy })!;
    expect(words(trail)).toEqual(["A → balancer", "balancer → server-1"]);
    const { text, tone } = trail.wordsAt(trail.endUs);
    expect(text).toMatch(/^B’s copy of A’s message dies at server-1: no local socket, no backplane\./);
    expect(tone).toBe("bad");
    expect(trail.wordsAt(trail.endUs - 1).tone).toBe("plain");
  });

  it("tells of packets that were dropped on the way, and that it is still where it was", () => {
    const loaded = RUNS["slow and lossy links"]!();
    const { frames, ledger } = loaded.index;
    const trails = Array.from({ length: ledger.copies }, (_, id) => trailOf(loaded, { kind: "copy", id }));
    const trail = trails.find((one) => one?.frames.some((frame) => frames.dropped[frame] === 1))!;
    const lost = trail.frames.find((frame) => frames.dropped[frame] === 1)!;
    const afterUs = frames.endUs[lost]!;
    expect(trail.placeAt(afterUs)).toEqual({ frame: -1, node: frames.from[lost] });
    expect(trail.wordsAt(afterUs).text).toMatch(/was dropped on the way\.$/);
  });
});

describe("the way of a packet", () => {
  it("is that of the copy which it carries, or of the first that went through it", () => {
    const loaded = RUNS["WebSocket and Redis"]!();
    const { frames } = loaded.index;
    const copy = trailOf(loaded, { kind: "copy", id: 0 })!;
    for (const frame of copy.frames)
      expect(trailOf(loaded, { kind: "packet", id: frames.record[frame]! })!.selection).toEqual(
        copy.selection,
      );
  });

  it("without a message goes on as far as it is passed on", () => {
    const loaded = RUNS["long polling"]!();
    const { frames } = loaded.index;
    const first = frames.message.findIndex((message) => message < 0);
    const trail = trailOf(loaded, { kind: "packet", id: frames.record[first]! })!;
    expect(words(trail)).toEqual(["A → balancer", "balancer → server-1"]);
    expect(trail.wordsAt(trail.endUs).text).toMatch(
      /^The GET handshake from A arrives at server-1: 2 hops, /,
    );
    const second = frames.record[trail.frames[1]!]!;
    expect(trailOf(loaded, { kind: "packet", id: second })!.frames).toEqual(trail.frames);
  });

  it("is none if nothing that goes a way is chosen, or the run has no such thing", () => {
    const loaded = RUNS["WebSocket and Redis"]!();
    expect(trailOf(loaded, { kind: "node", id: 0 })).toBeNull();
    expect(trailOf(loaded, { kind: "copy", id: 99_999 })).toBeNull();
    expect(trailOf(loaded, { kind: "message", id: 99_999 })).toBeNull();
  });
});
