/**
 * Shrinking takes away load and keeps the design: a property over generated scenarios that break a rule, as they are
 * and as a search finds them.
 */
import { describe, expect, it } from "vitest";
import { type CounterexampleOptions, counterexampleOf } from "../../src/check/counterexample.ts";
import { designChanges } from "../../src/check/design.ts";
import type { Rule } from "../../src/check/rule.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";
import { type Broken, brokenScenarios } from "../support/broken.ts";
import { DEPTH, IS_DEEP } from "../support/depth.ts";
import { loadMutant } from "../support/mutant.ts";

const COUNT = Math.ceil(4 * DEPTH);

function scenarioOf(changes: Readonly<Record<string, unknown>>): Scenario {
  const parsed = parseScenario(small(changes));
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  return parsed.scenario;
}

/**
 * The fields of the design that are neither as they were written nor as they were found: a search adds late packets
 * and losses.
 */
function changesOf({ written, found }: Broken, scenario: Scenario): string[] {
  const sinceFound = designChanges(found.scenario, scenario);
  return designChanges(written, scenario).filter((field) => sinceFound.includes(field));
}

describe("of scenarios that were made smaller, the design", () => {
  const before = scenarioOf({
    clients: [{ name: "user", count: 3, transport: "polling", roomSize: 2 }, { name: "bot" }],
    servers: { count: 3 },
    workload: [{ from: "user-1", to: "room", atMs: 5 }],
  });
  const user = before.clients[0]!;
  const changed = (changes: Partial<Scenario>): string[] => designChanges(before, { ...before, ...changes });
  const changedUser = (changes: Partial<typeof user>): string[] =>
    changed({ clients: [{ ...user, ...changes }, before.clients[1]!] });

  it.each<[field: string, found: string[]]>([
    ["balancer.policy", changed({ balancer: { ...before.balancer, policy: "ip-hash" } })],
    [
      "balancer.idleTimeoutMs",
      changed({ balancer: { ...before.balancer, idleTimeoutMs: 1 } as Scenario["balancer"] }),
    ],
    ["balancer.failTimeoutMs", changed({ balancer: { ...before.balancer, failTimeoutMs: 1 } })],
    ["servers.pingIntervalMs", changed({ servers: { ...before.servers, pingIntervalMs: 1 } })],
    ["servers.pingTimeoutMs", changed({ servers: { ...before.servers, pingTimeoutMs: 1 } })],
    ["servers.upgradeTimeoutMs", changed({ servers: { ...before.servers, upgradeTimeoutMs: 1 } })],
    ["servers.count", changed({ servers: { ...before.servers, count: 1 } })],
    ["servers.count", changed({ servers: { ...before.servers, count: 4 } })],
    ["backplane.kind", changed({ backplane: { kind: "redis" } as Scenario["backplane"] })],
    ["network.client.latencyMs", changed(link("client", { latencyMs: 1 }))],
    [
      "network.server.latencyMs",
      changed(link("server", { latencyMs: { distribution: "uniform", minMs: 1, maxMs: 2 } })),
    ],
    ["network.backplane.loss", changed(link("backplane", { loss: 0.5 }))],
    ["clients.user-1.transport", changedUser({ transport: "websocket" })],
    ["clients.user-2.cookies", changedUser({ cookies: false })],
    ["clients.user-3.address", changedUser({ addressSpread: "shared" })],
    ["clients.user-1.startConnected", changedUser({ startConnected: true })],
    ["clients.user-1.reconnectionDelayMs", changedUser({ reconnectionDelayMs: 1 })],
    ["clients.user-1.reconnectionDelayMaxMs", changedUser({ reconnectionDelayMaxMs: 1 })],
    ["clients.user-1.randomizationFactor", changedUser({ randomizationFactor: 0 })],
    ["clients.user-1.room", changedUser({ roomSize: 3 })],
    ["clients.user", changedUser({ count: 1 })],
    ["clients.guest", changed({ clients: [{ ...user, name: "guest", count: 1 }] })],
  ])("has changed in %s", (field, found) => {
    expect(found).toContain(field);
  });

  it("has not changed where only load went", () => {
    expect(
      changed({
        clients: [{ ...user, count: 2, startMs: 0, startGapMs: 5 }],
        servers: { ...before.servers, count: 2 },
        durationMs: 1,
        faults: [],
        seed: 7,
        rules: ["order"],
      }),
    ).toEqual([]);
  });

  function link(hop: keyof Scenario["network"], part: Partial<Scenario["network"]["client"]>) {
    return { network: { ...before.network, [hop]: { ...before.network[hop], ...part } } };
  }
});

describe("a counterexample", () => {
  it.runIf(IS_DEEP)(
    `keeps every field of the design, at every step (${COUNT} breaches of generated scenarios)`,
    () => {
      const ways = new Map<string, number>();
      for (const broken of brokenScenarios(COUNT, 1)) {
        const { rule, found, written } = broken;
        const { scenario, steps, key } = counterexampleOf(found, rule, { written });
        const way = `${rule.name} ${key}`;
        ways.set(way, (ways.get(way) ?? 0) + 1);
        for (const smaller of [...steps.map((step) => step.scenario), scenario])
          expect(changesOf(broken, smaller), `${way}, seed ${written.seed}`).toEqual([]);
      }
      console.info(ways);
      expect([...ways.values()].reduce((sum, n) => sum + n, 0)).toBe(COUNT);
      expect(ways.size).toBeGreaterThan(6);
    },
  );

  it("is as plain as it gets in what a search had added: latency and loss as they were written", () => {
    const written = scenarioOf({
      durationMs: 2000,
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket" },
      ],
    });
    const wide = { distribution: "uniform", minMs: 20, maxMs: 25 } as const;
    const client = { latencyMs: wide, loss: 0.01 };
    const scenario = { ...written, network: { ...written.network, client } };
    // A rule that any run breaks: nothing that was added is needed.
    const breach = { key: "any", text: "Broken.", clients: [], message: -1 };
    const rule: Rule = {
      name: "any",
      kind: "always",
      statement: "S.",
      watch: () => ({ sees: [], see: () => null, end: () => breach, digest: () => {} }),
    };
    const violation = { rule: "any", timeUs: 2_000_000, row: 0, breach };
    const smallest = counterexampleOf({ violation, scenario }, rule, { written });
    expect(smallest.scenario.network).toEqual(written.network);
  });
});

interface Mutant {
  readonly what: string;
  /** The field of the design that it changes. */
  readonly field: string;
  /** The scenario that it makes of one, as text. */
  readonly step: string;
  /** Whether that is another one. */
  readonly changes: (scenario: Scenario) => boolean;
}

/** Steps that a shrinker may not take, each as one more kind of load. */
const MUTANTS: readonly Mutant[] = [
  {
    what: "resets the policy",
    field: "balancer.policy",
    step: `{ ...scenario, balancer: { ...scenario.balancer, policy: "round-robin" } }`,
    changes: ({ balancer }) => balancer.policy !== "round-robin",
  },
  {
    what: "takes the backplane away",
    field: "backplane.kind",
    step: `{ ...scenario, backplane: { kind: "none" }, faults: [] }`,
    changes: ({ backplane }) => backplane.kind !== "none",
  },
  {
    what: "leaves one server of two",
    field: "servers.count",
    step: `{ ...scenario, servers: { ...scenario.servers, count: 1 }, faults: [] }`,
    changes: ({ servers }) => servers.count === 2,
  },
  {
    what: "makes everybody a WebSocket",
    field: "transport",
    step: `{ ...scenario, clients: scenario.clients.map((group) => ({ ...group, transport: "websocket" as const })) }`,
    changes: ({ clients }) => clients.some(({ transport }) => transport !== "websocket"),
  },
  {
    what: "gives everybody cookies",
    field: "cookies",
    step: `{ ...scenario, clients: scenario.clients.map((group) => ({ ...group, cookies: true })) }`,
    changes: ({ clients }) => clients.some(({ cookies }) => !cookies),
  },
];

describe.runIf(IS_DEEP)("the property would notice a shrinker that", () => {
  const broken = IS_DEEP ? brokenScenarios(40, 8) : [];

  it.each(MUTANTS)("$what", async ({ field, step, changes }) => {
    const { counterexampleOf: mutant } = await loadMutant<{
      counterexampleOf: (
        ...args: [Broken["found"], Broken["rule"], CounterexampleOptions]
      ) => ReturnType<typeof counterexampleOf>;
    }>(
      "src/check/load.ts",
      "  lessLate,\n];",
      `  lessLate,
  (scenario) =>
    [${step}]
      .filter((other) => JSON.stringify(other) !== JSON.stringify(scenario))
      .map((other) => ({ what: "design", scenario: other })),
];`,
      "src/check/counterexample.ts",
    );
    const isCaught = broken
      .filter(({ written }) => changes(written))
      .some((one) => {
        const { scenario } = mutant(one.found, one.rule, { written: one.written });
        return changesOf(one, scenario).some((change) => change.includes(field));
      });
    expect(isCaught).toBe(true);
  });
});
