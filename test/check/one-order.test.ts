/** One order among listeners: who is compared, what a listener is, and that merging equal states hides no breach. */
import { describe, expect, it } from "vitest";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import { explore } from "../../src/check/exhaustive.ts";
import { replay } from "../../src/check/replay.ts";
import { rules } from "../../src/check/rules/index.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

/** A and C are on server-1, B and D on server-2. Both servers speak, server-1 a little earlier. */
function twoSpeakers(more: object = {}): Scenario {
  const parsed = validateScenario({
    version: 1,
    name: "two-speakers",
    title: "Two servers speak",
    summary: "At nearly the same time.",
    durationMs: 300,
    clients: ["A", "B", "C", "D"].map((name) => ({ name, transport: "websocket", startConnected: true })),
    servers: { count: 2 },
    backplane: { kind: "redis" },
    network: { client: { latencyMs: 1 }, server: { latencyMs: 1 }, backplane: { latencyMs: 5 } },
    workload: [
      { from: "server-1", to: "everyone", atMs: 100 },
      { from: "server-2", to: "everyone", atMs: 102 },
    ],
    ...more,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scenario;
}

describe("order-everywhere and order-per-server", () => {
  it("tell members of one server from all: each server hears its own first", () => {
    expect(replay(twoSpeakers(), "order-per-server")).toBeNull();
    expect(replay(twoSpeakers(), "order-everywhere")?.text).toBe(
      "A on server-1 hears message 1 before message 2, and B on server-2 message 2 before message 1.",
    );
  });

  it("hold where messages are numbered in one place, and where there is one server", () => {
    expect(replay(twoSpeakers({ backplane: { kind: "history" } }), "order-everywhere")).toBeNull();
    expect(
      replay(twoSpeakers({ servers: { count: 1 }, workload: twoFrom("server-1") }), "order-everywhere"),
    ).toBeNull();
  });

  it("say nothing of who heard only one of the two", () => {
    const workload = [
      { from: "server-1", to: "A", atMs: 100 },
      { from: "server-2", to: "B", atMs: 100 },
      { from: "server-2", to: "A", atMs: 101 },
      { from: "server-1", to: "B", atMs: 101 },
    ];
    expect(replay(twoSpeakers({ workload }), "order-everywhere")).toBeNull();
  });

  it("find a breach that depends on what is late, whether or not equal states are merged", () => {
    // Far enough apart that a packet must be late.
    const workload = twoFrom("server-1", "server-2", 111);
    const scenario = stripped(twoSpeakers({ workload, clients: twoSpeakers().clients.slice(0, 2) }));
    expect(replay(scenario, "order-everywhere")).toBeNull();
    const found = [true, false].map((merge) => {
      const keys: string[] = [];
      const exploring = explore(
        scenario,
        [rules["order-everywhere"]],
        { bounds: DEFAULT_BOUNDS, depth: 2, maxEvents: 10_000, merge },
        ({ violation }) => keys.push(violation.breach.key),
      );
      while (exploring.next().done !== true);
      return keys;
    });
    expect(found).toEqual([["two-orders"], ["two-orders"]]);
  });
});

function twoFrom(first: string, then = first, thenMs = 102) {
  return [
    { from: first, to: "everyone", atMs: 100 },
    { from: then, to: "everyone", atMs: thenMs },
  ];
}
