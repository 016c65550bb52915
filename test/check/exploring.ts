/** Exploring small scenarios, beside brute force. */
import fc from "fast-check";
import type { Bounds } from "../../src/check/bounds.ts";
import type { Exploration, explore, Found } from "../../src/check/exhaustive.ts";
import { ownRule } from "../../src/check/own-rules.ts";
import type { Rule } from "../../src/check/rule.ts";
import { rules as builtIn } from "../../src/check/rules/index.ts";
import { MAX_EVENTS } from "../../src/check/trial.ts";
import { msToUs } from "../../src/kernel/time.ts";
import { tellFuture } from "../../src/model/future.ts";
import type { Simulation } from "../../src/model/simulation.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import { POLICY_NAMES, type Scenario, type ScenarioInput, TRANSPORTS } from "../../src/scenario/schema.ts";
import { bruteForce } from "./brute-force.ts";

export type Explore = typeof explore;

/** Breaks if messages pass the balancer in this order. */
export const neverInOrder = (order: string): Rule => ({
  name: `never ${order}`,
  kind: "always",
  statement: "-",
  watch: ({ clients: balancerNode }) => {
    let passed = "";
    return {
      sees: [RecordKind.frame],
      see: ({ a, b, d }, row) => {
        if (a[row] === FrameKind.emit && b[row] === balancerNode) passed += d[row];
        return passed === order ? { key: "so", text: "-", clients: [], message: -1 } : null;
      },
      digest: (add) => add(Number(`9${passed}`)),
    };
  },
});

/** Breaks if this client ever connects to this server. */
export const neverOn = (client: number, server: number): Rule => ({
  name: `never ${client} on ${server}`,
  kind: "always",
  statement: "-",
  watch: ({ firstServerNode }) => ({
    sees: [RecordKind.connected],
    see: ({ a, b }, row) =>
      a[row] === client && b[row] === firstServerNode + server
        ? { key: "so", text: "-", clients: [client], message: -1 }
        : null,
    digest: () => {},
  }),
});

export function scenario(input: Partial<ScenarioInput>): Scenario {
  const parsed = validateScenario({
    version: 1,
    name: "s",
    title: "s",
    summary: "s",
    durationMs: 200,
    ...input,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scenario;
}

/** Brute force gives up beyond this. */
export const MAX_RUNS = 300;

export interface Small {
  readonly scenario: Scenario;
  readonly bounds: Bounds;
  readonly depth: number;
}

/** Small enough for brute force: a few packets, and at most two things that go otherwise. */
export const small = fc
  .record({
    connected: fc.constantFrom(true, true, true, false),
    depth: fc.constantFrom(1, 2),
    count: fc.integer({ min: 1, max: 3 }),
    servers: fc.integer({ min: 1, max: 2 }),
    transport: fc.constantFrom(...TRANSPORTS),
    policy: fc.constantFrom(...POLICY_NAMES),
    backplane: fc.constantFrom("none" as const, "redis" as const),
    pingIntervalMs: fc.constantFrom(60, 25_000),
    idleTimeoutMs: fc.constantFrom(50, 60_000),
    durationMs: fc.constantFrom(20, 60, 120),
    sends: fc.array(fc.record({ from: fc.nat(2), atMs: fc.constantFrom(10, 11, 12) }), {
      minLength: 1,
      maxLength: 2,
    }),
    lateMs: fc.constantFrom(2, 15),
    lateSteps: fc.constantFrom(1, 2),
    losses: fc.constantFrom(0, 0, 1),
    crashes: fc.constantFrom(0, 0, 1, 2),
    // Of those who ask.
    pollPauseMs: fc.constantFrom(0, 5),
    replayEvents: fc.constantFrom(0, 1, 5),
    streamLifetimeMs: fc.constantFrom("none" as const, 15),
    browser: fc.constantFrom({}, { browser: "b" }),
    socketLifetimeMs: fc.constantFrom("none" as const, "none" as const, 15),
    loginMs: fc.constantFrom("none" as const, "none" as const, 12),
  })
  .map((shape) => {
    const { count, sends, lateMs, lateSteps, losses, crashes } = shape;
    const bounds: Bounds = { lateMs, lateSteps, losses, crashes };
    return {
      bounds,
      depth: shape.depth,
      scenario: scenario({
        durationMs: shape.durationMs,
        clients: [
          {
            name: "c",
            count,
            transport: shape.transport,
            startConnected: shape.connected,
            startGapMs: 1,
            reconnectionDelayMs: 20,
            pollPauseMs: shape.pollPauseMs,
            retryMs: 20,
            ...shape.browser,
          },
        ],
        servers: {
          count: shape.servers,
          pingIntervalMs: shape.pingIntervalMs,
          pingTimeoutMs: 40,
          replayEvents: shape.replayEvents,
          streamLifetimeMs: shape.streamLifetimeMs,
          socketLifetimeMs: shape.socketLifetimeMs,
          loginMs: shape.loginMs,
          pollHoldMs: 15,
        },
        balancer: { policy: shape.policy, idleTimeoutMs: shape.idleTimeoutMs, failTimeoutMs: 30 },
        backplane: { kind: shape.backplane },
        network: { client: { latencyMs: 2 } },
        workload: sends.map(({ from, atMs }) => ({
          from: count === 1 ? "c" : `c-${(from % count) + 1}`,
          to: "everyone",
          atMs,
        })),
      }),
    };
  });

/** Holds, and remembers nothing. */
const neverBreaks: Rule = {
  name: "never breaks",
  kind: "always",
  statement: "-",
  watch: () => ({ sees: [], see: () => null, digest: () => {} }),
};

/**
 * Here one event draws several times, and with one of its draws taken otherwise it leads to a state that is known: only with a second one it leads
 * to one that is not.
 */
export const TIGHT: Small = {
  depth: 2,
  bounds: { lateMs: 2, lateSteps: 1, losses: 0, crashes: 0 },
  scenario: scenario({
    clients: [{ name: "c", transport: "websocket", startConnected: true }],
    servers: { count: 1 },
    network: { client: { latencyMs: 2 } },
    workload: [10, 11].map((atMs) => ({ from: "c", to: "everyone", atMs })),
    durationMs: 20,
  }),
};

/** Breaks if who gets the first copy of all also gets the last of four: what came first is nowhere but in the rule's memory. */
const firstAndLast = (name: string): Rule => ({
  name: `${name} first and last`,
  kind: "always",
  statement: "-",
  watch: ({ nameOf }) => {
    let first = "";
    let count = 0;
    return {
      sees: [RecordKind.delivered],
      see: ({ c }, row) => {
        const to = nameOf(c[row]!);
        if (count++ === 0) first = to;
        return count === 4 && to === name && first === name
          ? { key: "so", text: "-", clients: [], message: -1 }
          : null;
      },
      digest: (add) => {
        add(count);
        add(first === name ? 1 : 0);
      },
    };
  },
});

/** Rules that small differences break: in which order copies arrive, how late, who is connected when. */
export function touchy({ clients: [group] }: Scenario): Rule[] {
  const names = Array.from({ length: group!.count }, (_, i) => (group!.count === 1 ? "c" : `c-${i + 1}`));
  const pairs = names.flatMap((one) =>
    names.filter((other) => other !== one).map((other) => [one, other] as const),
  );
  return [
    ...pairs.map(([one, other]) =>
      ownRule(`${one} before ${other}`, {
        type: "order",
        statement: "-",
        first: { event: "delivered", client: one },
        // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
        then: { event: "delivered", client: other },
        per: "run",
      }),
    ),
    ...pairs.map(([one, other]) =>
      ownRule(`${one} connected before ${other}`, {
        type: "order",
        statement: "-",
        first: { event: "connected", client: one },
        // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
        then: { event: "connected", client: other },
        per: "run",
      }),
    ),
    ...[5, 12, 30].map((withinMs) =>
      ownRule(`arrives in ${withinMs}`, {
        type: "within",
        statement: "-",
        from: { event: "copy" },
        to: { event: "delivered" },
        per: "copy",
        withinMs,
      }),
    ),
    ...[1, 2, 4].map((atMost) =>
      ownRule(`at most ${atMost} arrive`, {
        type: "count",
        statement: "-",
        of: { event: "delivered" },
        per: "run",
        atMost,
      }),
    ),
    ...names.map(firstAndLast),
    ownRule("nothing lost", { type: "count", statement: "-", of: { event: "lost" }, per: "run", atMost: 0 }),
    ownRule("two lost", { type: "count", statement: "-", of: { event: "lost" }, per: "run", atMost: 1 }),
    ownRule("no disconnects", {
      type: "count",
      statement: "-",
      of: { event: "disconnected" },
      per: "client",
      atMost: 0,
    }),
    ownRule("few requests", {
      type: "count",
      statement: "-",
      of: { event: "request" },
      per: "server",
      atMost: 2,
    }),
  ];
}

export function explored(
  explore: Explore,
  scenario: Scenario,
  rules: readonly Rule[],
  bounds: Bounds,
  depth: number | null,
  merge = true,
) {
  const broken = new Map<string, number>();
  const found: Found[] = [];
  let last!: Exploration;
  const step = (one: Found) => {
    found.push(one);
    broken.set(one.violation.rule, -1);
  };
  for (const progress of explore(scenario, rules, { bounds, depth, maxEvents: MAX_EVENTS, merge }, step)) {
    last = { ...progress };
    // What was found during this run has as many departures as it.
    for (const [rule, at] of broken) if (at < 0) broken.set(rule, progress.depth);
  }
  return { broken, found, last };
}

export function ordered(map: ReadonlyMap<string, number>): [string, number][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whether a search with merging agrees with brute force; null if that would take too long. */
export function agrees(explore: Explore, { scenario, bounds, depth }: Small): boolean | null {
  const rules = rulesFor(scenario);
  const brute = bruteForce(scenario, rules, bounds, depth, MAX_RUNS);
  if (brute === null) return null;
  const merged = explored(explore, scenario, rules, bounds, depth);
  return JSON.stringify(ordered(merged.broken)) === JSON.stringify(ordered(brute.broken));
}

/**
 * Whether a search meets as many states as brute force; null if that would take too long. Without losses and kills: a process may be killed at many moments
 * between two events, of which the search takes one, and where a lost packet is kept is told although it makes no difference.
 */
export function meetsAsMany(explore: Explore, { scenario, bounds, depth }: Small): boolean | null {
  const within = { ...bounds, losses: 0, crashes: 0 };
  const met = new Set<string>();
  const note = (world: Simulation) => {
    const told: number[] = [];
    tellFuture(world, msToUs(scenario.durationMs), {
      add: (value) => told.push(value),
      addWords: (words, first, count) => told.push(...words.subarray(first, first + count)),
    });
    met.add(told.join());
  };
  if (bruteForce(scenario, [], within, depth, MAX_RUNS, note) === null) return null;
  return explored(explore, scenario, [neverBreaks], within, depth).last.states === met.size;
}

export function rulesFor(scenario: Scenario): Rule[] {
  return [...Object.values(builtIn), ...touchy(scenario)];
}
