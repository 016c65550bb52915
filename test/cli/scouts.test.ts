/** Scouts in other threads: that they are sent, and that what goes over their line arrives. */
import { setImmediate as turn } from "node:timers/promises";
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import { PLAINEST } from "../../src/check/branch.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { Scout, type Sighting } from "../../src/check/scout.ts";
import { StateSet } from "../../src/check/state-set.ts";
import type { Crew } from "../../src/cli/check/crew.ts";
import { answer, DistantScout, newLine } from "../../src/cli/check/distant-scout.ts";
import { search } from "../../src/cli/check/search.ts";
import { packed, unpacked } from "../../src/cli/check/sightings.ts";
import { perform, type Result, type TaskKind } from "../../src/cli/check/task.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";

const { scenario: whole } = LESSON_VARIANTS.find(
  ({ name, variant }) => name === "polling-handshake" && variant === "cookie",
)!;
const scenario = stripped(whole);
const rules = claimsOf(scenario);
const options = { bounds: DEFAULT_BOUNDS, depth: 0, maxEvents: 1000 };

describe("a line to a scout", () => {
  it("brings orders there and what was seen back, in order, until who sends hangs up", async () => {
    const [near, far] = newLine();
    const sender = new DistantScout(near);
    expect(sender.isThere).toBe(false);
    const answering = answer(far, new Scout(scenario, rules, options));
    expect(sender.isThere).toBe(true);
    expect(sender.receive()).toBeNull();
    const known = StateSet.shared().words;
    sender.send({ branches: [PLAINEST], known });
    sender.send({ branches: [], known });
    const heard: (readonly Sighting[])[] = [];
    while (heard.length < 2) {
      await turn();
      const sightings = sender.receive();
      if (sightings !== null) heard.push(sightings);
    }
    const seen = new Scout(scenario, rules, options).look({ branches: [PLAINEST], known });
    expect(seen).toMatchObject([{ end: "whole" }]);
    const plain = (sightings: readonly Sighting[]) =>
      sightings.map((one) => ({ ...one, states: Array.from(one.states) }));
    expect(heard.map(plain)).toEqual([plain(seen), []]);
    sender.hangUp();
    await answering;
  });

  it("that is closed before the scout comes keeps nobody waiting", async () => {
    const [near, far] = newLine();
    // As to a thread: only a port that was sent is told of the end at once, and never again.
    const way = new MessageChannel();
    way.port1.postMessage(far.port, [far.port]);
    const port: MessagePort = receiveMessageOnPort(way.port2)!.message;
    new DistantScout(near).hangUp();
    for (let i = 0; i < 10; i++) await turn();
    await answer({ ...far, port }, new Scout(scenario, rules, options));
  });
});

it("what was seen is unpacked as it was packed, also where a rule broke and says nothing more", () => {
  const [a, b] = [
    { spoke: 1, open: 0, exempt: {} },
    { spoke: 2, open: 1, exempt: { why: 3 } },
  ];
  const scopes: Sighting["scopes"][] = [{ a }, { a, b }, { a, b }, { a: b, b }, { a }, {}, { b }, { b: a }];
  const points: Sighting["points"] = [
    { draw: 3, purpose: 1, bound: 2 ** 32, event: 5 },
    { atUs: 7_000_001, drawn: 4, events: 6 },
  ];
  const sightings = scopes.map(
    (scopes, i): Sighting => ({
      end: i % 2 === 0 ? "met" : "cut",
      states: Array.from({ length: 2 * i }, (_, k) => k - i),
      points: points.slice(i % 3),
      broke: i === 4 ? ["b"] : [],
      scopes,
      coverage: i === 5 ? { transitions: [1], faults: ["crash server"], pairs: [] } : null,
    }),
  );
  const again = unpacked(structuredClone(packed(sightings)));
  expect(again.map((one) => ({ ...one, states: Array.from(one.states) }))).toEqual(sightings);
});

it("a search of all runs that goes on sends a scout to each thread that it does not need", async () => {
  const kinds: TaskKind[] = [];
  let sent = () => {};
  const areSent = new Promise<void>((resolve) => {
    sent = resolve;
  });
  const crew: Crew = {
    size: 3,
    run: async (task) => {
      kinds.push(task.kind);
      if (task.kind === "scout") {
        if (kinds.filter((kind) => kind === "scout").length === 2) sent();
        return null as Result<typeof task.kind>;
      }
      // It goes on until then.
      if (task.kind === "explore") await areSent;
      return perform(task, { isStopped: () => false, onProgress: () => {} });
    },
    stop: () => {},
    resume: () => {},
    close: async () => {},
  };
  const asked = { bounds: DEFAULT_BOUNDS, runs: 1, seed: 1, shard: null, exhaustive: true, depth: 1 };
  const report = await search(
    { scenario: whole, variant: null, rules },
    { ...asked, maxEvents: 100_000, timeMs: 60_000 },
    crew,
    { isInterrupted: () => false, onProgress: () => {} },
  );
  expect(kinds).toEqual(["explore", "scout", "scout"]);
  expect(report.endedBy).toBe("done");
});
