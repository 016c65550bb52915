/** Whoever is left when others are taken away is who it was before: in name, address, start, room and everything that it does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { designChanges } from "../../src/check/design.ts";
import { withMembers, withOnly, withoutGroup, withoutServer } from "../../src/check/without.ts";
import { Audience, RecordKind } from "../../src/model/trace/records.ts";
import { fingerprint } from "../../src/run/fingerprint.ts";
import { simulate } from "../../src/run/simulate.ts";
import { brief } from "../../src/scenario/brief.ts";
import { parseScenario, validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";

function scenarioOf(changes: Readonly<Record<string, unknown>>): Scenario {
  const parsed = parseScenario(small(changes));
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  return parsed.scenario;
}

/**
 * The fingerprint of a scenario's run, whatever its rooms are numbered, and without the records that a fault strikes:
 * a fault of a group is one, and those of its members that stand alone are several. What each does is in the rest.
 */
function runOf(scenario: Scenario): string {
  const { trace } = simulate(scenario);
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.message && trace.c[row] === Audience.room) trace.d[row] = 0;
  const rows = Array.from(trace.kind.subarray(0, trace.length), (kind, row) => ({ kind, row }))
    .filter(({ kind }) => kind !== RecordKind.fault)
    .map(({ row }) => row);
  const { timeUs, kind, a, b, c, d, e } = trace;
  const left = { timeUs, kind, a, b, c, d, e };
  for (const column of Object.values(left)) column.set(rows.map((row) => column[row]!));
  return fingerprint({ ...trace, length: rows.length });
}

const group = {
  name: "user",
  count: 6,
  transport: "websocket",
  startMs: 100,
  startGapMs: 10,
  address: "10.0.0.9",
} as const;

describe("members that stay", () => {
  it("after the first ones become clients of their own, who are what they were", () => {
    const scenario = scenarioOf({
      clients: [group, { name: "bot" }],
      workload: [
        { from: "user", to: "others", atMs: 500 },
        { from: "user-6", to: "user-2", atMs: 600 },
        { from: "bot", to: "user-4", atMs: 700 },
      ],
      faults: [
        { atMs: 800, act: "cut", target: "user-3/balancer" },
        { atMs: 900, act: "cut", target: "user-6/balancer" },
      ],
    });
    const less = withMembers(scenario, 0, { first: 2, others: [5] })!;
    expect(brief(less)).toMatchObject({
      clients: [
        { name: "user", count: 2, startMs: 100, startGapMs: 10, address: "10.0.0.9" },
        { name: "user-6", transport: "websocket", startMs: 150, address: "10.0.5.9" },
        { name: "bot" },
      ],
      workload: [
        { from: "user", atMs: 500 },
        { from: "user-6", atMs: 500 },
        { from: "user-6", to: "user-2", atMs: 600 },
      ],
      faults: [{ target: "user-6/balancer" }],
    });
    expect(designChanges(scenario, less)).toEqual([]);
  });

  it("keep their names also where one is left of the first", () => {
    const scenario = scenarioOf({ clients: [group], workload: [{ from: "user-1", to: "others", atMs: 5 }] });
    const less = withMembers(scenario, 0, { first: 1, others: [] })!;
    expect(less.clients).toMatchObject([{ name: "user-1", count: 1, startMs: 100, address: "10.0.0.9" }]);
    expect(less.workload).toHaveLength(1);
  });

  it("may be some of several groups", () => {
    const scenario = scenarioOf({
      clients: [group, { name: "bot" }, { ...group, name: "guest", count: 2 }, { name: "tester" }],
      workload: [],
    });
    const names = (...stay: string[]) => withOnly(scenario, new Set(stay))?.clients.map(({ name }) => name);
    expect(names("user-2", "user-5", "bot")).toEqual(["user-2", "user-5", "bot"]);
    expect(names("guest-1", "guest-2")).toEqual(["guest"]);
    expect(names()).toBeUndefined();
  });

  it("do all that they did in their group, to the byte, if all of them stay", () => {
    let torn = 0;
    check(
      fc.tuple(scenarios, fc.nat(3), fc.nat(4)),
      ([scenario, at, first]) => {
        const index = at % scenario.clients.length;
        const { count } = scenario.clients[index]!;
        const others = Array.from({ length: count }, (_, i) => i).slice(Math.min(first, count));
        const apart =
          count === 1 ? null : withMembers(scenario, index, { first: Math.min(first, count), others });
        if (apart === null) {
          if (count > 1) torn++;
          return;
        }
        const parsed = validateScenario(brief(apart));
        expect(parsed.ok ? parsed.scenario : parsed.errors).toEqual(apart);
        expect(designChanges(scenario, apart)).toEqual([]);
        expect(runOf(apart)).toBe(runOf(scenario));
      },
      { runs: 200 },
    );
    console.info(`${torn} rooms would have been torn`);
  });

  it("don't leave a room that somebody sends to", () => {
    const to = (from: string, roomSize?: number) =>
      scenarioOf({ clients: [{ ...group, roomSize }], workload: [{ from, to: "room", atMs: 500 }] });
    // One room for all; then rooms of two, of which user-5 and user-6 share one.
    expect(withMembers(to("user-1"), 0, { first: 2, others: [5] })).toBeNull();
    expect(withMembers(to("user"), 0, { first: 2, others: [5] })).toBeNull();
    expect(withMembers(to("user-1"), 0, { first: 2, others: [] })).not.toBeNull();
    expect(withMembers(to("user-1", 2), 0, { first: 2, others: [5] })).not.toBeNull();
    expect(withMembers(to("user-1", 2), 0, { first: 2, others: [4, 5] })).not.toBeNull();
    expect(withMembers(to("user-5", 2), 0, { first: 2, others: [4, 5] })).toBeNull();
    expect(withMembers(to("user", 2), 0, { first: 2, others: [4, 5] })).toBeNull();
    expect(withMembers(to("user-1", 4), 0, { first: 2, others: [3] })).toBeNull();
    expect(withMembers(to("user-1", 1), 0, { first: 0, others: [0, 1, 5] })).not.toBeNull();
  });

  it("don't leave a room to which their servers subscribe", () => {
    const by = (subscriptionMode: string) =>
      scenarioOf({ clients: [group], workload: [], backplane: { kind: "sharded", subscriptionMode } });
    expect(withMembers(by("dynamic"), 0, { first: 2, others: [5] })).toBeNull();
    expect(withMembers(by("dynamic"), 0, { first: 2, others: [] })).not.toBeNull();
    expect(withMembers(by("static"), 0, { first: 2, others: [5] })).not.toBeNull();
  });

  it("can't be fewer than a rule of the scenario names, nor nobody, nor more than the format can name", () => {
    const rule = { type: "count", statement: "S.", of: { event: "lost", client: "user-6" }, atMost: 0 };
    const named = scenarioOf({ clients: [group], workload: [], rules: ["mine"], ownRules: { mine: rule } });
    expect(withMembers(named, 0, { first: 5, others: [] })).toBeNull();
    expect(withMembers(named, 0, { first: 0, others: [5] })).not.toBeNull();
    expect(withoutGroup(named, 0)).toBeNull();
    const long = scenarioOf({ clients: [{ ...group, name: "u".repeat(59) }], workload: [] });
    expect(withMembers(long, 0, { first: 0, others: [5] })).toBeNull();
    expect(withMembers(long, 0, { first: 5, others: [] })).not.toBeNull();
    const many = scenarioOf({ clients: [{ ...group, count: 200 }], workload: [] });
    const others = Array.from({ length: 101 }, (_, i) => 2 * i);
    expect(withMembers(many, 0, { first: 0, others: others.slice(0, 100) })).not.toBeNull();
    expect(withMembers(many, 0, { first: 0, others: others.slice(0, 100).concat(199) })).toBeNull();
  });
});

describe("a server that goes", () => {
  const scenario = scenarioOf({
    servers: { count: 3 },
    faults: [
      { atMs: 1, act: "crash", target: "server-2" },
      { atMs: 2, act: "crash", target: "server-3" },
      { atMs: 3, act: "cut", target: "balancer/server-3" },
    ],
  });

  it("takes its faults along; if it is the last, the others keep their names", () => {
    const less = withoutServer(scenario, 2)!;
    expect(less.servers.count).toBe(2);
    expect(less.faults).toEqual([{ atMs: 1, act: "crash", target: "server-2" }]);
  });

  it("is followed by those after it", () => {
    expect(withoutServer(scenario, 1)!.faults.map(({ target }) => target)).toEqual([
      "server-2",
      "balancer/server-2",
    ]);
  });

  it("is not one that a rule of the scenario names, nor the only one", () => {
    const rule = {
      type: "count",
      statement: "S.",
      of: { event: "connected", server: "server-2" },
      atMost: 0,
    };
    const named = scenarioOf({ servers: { count: 3 }, rules: ["mine"], ownRules: { mine: rule } });
    expect(withoutServer(named, 1)).toBeNull();
    expect(withoutServer(named, 0)!.ownRules.mine).toMatchObject({ of: { server: "server-1" } });
    expect(withoutServer(withoutServer(withoutServer(scenario, 2)!, 1)!, 0)).toBeNull();
  });
});
