/**
 * A repairer that skips one of its checks offers something that is no repair: each is found out by what the repair
 * does in fresh runs. The repairer as it is offers none of them.
 */
import { describe, expect, it } from "vitest";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { Coverage } from "../../src/check/coverage.ts";
import { searchBatch } from "../../src/check/random.ts";
import type * as Repairer from "../../src/check/repair.ts";
import { repairsOf, type Settings } from "../../src/check/repair.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario, ScenarioInput } from "../../src/scenario/schema.ts";
import { DEPTH } from "../support/depth.ts";
import { loadMutant } from "../support/mutant.ts";
import { faultsOf, type RepairFault } from "../support/repair-faults.ts";

interface Lure {
  /** The check that is skipped. */
  readonly skips: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly scenario: Partial<ScenarioInput> & Pick<ScenarioInput, "clients" | "rules">;
  /** Choices of the run that broke the rule, if random ones don't. */
  readonly choices?: Scenario["choices"];
  /** What is then offered, and what is wrong with it. */
  readonly offers: Settings;
  readonly fault: RepairFault;
}

const TRIALS = "src/check/repair/trials.ts";
const TALLY = "src/check/repair/tally.ts";
const DESIGN = "src/check/repair/turn.ts";

/** The balancer is away for a second, and everybody comes back. */
const OUTAGE: ScenarioInput["faults"] = [
  { atMs: 2000, act: "crash", target: "balancer" },
  { atMs: 3000, act: "restart", target: "balancer" },
];

const ALONE = {
  type: "count",
  statement: "Nobody shares a server.",
  of: { event: "connected" },
  per: "server",
  atMost: 1,
} as const;
/** Choices of the longest latency. */
const LATEST = Array.from({ length: 100 }, () => 2 ** 32 - 1);

const LURES: readonly Lure[] = [
  {
    skips: "the run that broke the rule",
    file: TRIALS,
    find: `    if (first !== "stood") return { outcome: first, mendsFound: false, runs: 0 };\n`,
    replace: "",
    scenario: {
      durationMs: 3000,
      clients: [
        { name: "A", startConnected: true },
        { name: "B", startConnected: true },
      ],
      servers: { count: 1 },
      network: { client: { latencyMs: { distribution: "uniform", minMs: 0, maxMs: 100 } } },
      workload: [{ from: "A", atMs: 1000 }],
      knobs: ["balancer.failTimeoutMs"],
      rules: ["soon"],
      ownRules: {
        soon: {
          type: "within",
          statement: "A copy arrives within 200 ms.",
          from: { event: "copy" },
          to: { event: "delivered" },
          per: "copy",
          withinMs: 200,
        },
      },
    },
    choices: { "latency client up": LATEST, "latency client down": LATEST },
    offers: { "balancer.failTimeoutMs": 5000 },
    fault: "breaks in the run that was found",
  },
  {
    skips: "random runs",
    file: TRIALS,
    find: "    const tried = this.#inRandom(course, runs);\n",
    replace: '    const tried = { outcome: "stood" as const, runs };\n',
    scenario: {
      durationMs: 3000,
      clients: [{ name: "A" }],
      knobs: ["balancer.policy"],
      rules: ["affinity"],
    },
    offers: { "balancer.policy": "random" },
    fault: "breaks in a fresh run",
  },
  {
    skips: "other addresses",
    file: TRIALS,
    find: "  return [scenario, { ...scenario, clients }];\n",
    replace: "  void clients;\n  return [scenario, scenario];\n",
    scenario: {
      durationMs: 3000,
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket" },
      ],
      workload: [{ from: "A", atMs: 1000 }],
      knobs: ["balancer.policy"],
      rules: ["delivery"],
    },
    offers: { "balancer.policy": "ip-hash" },
    fault: "breaks with other addresses",
  },
  {
    skips: "the other rules",
    file: TRIALS,
    find: '    this.#holding = asked.holding.filter(({ kind }) => kind !== "sometimes");\n',
    replace: "    this.#holding = [asked.rule];\n",
    scenario: {
      durationMs: 3000,
      clients: [{ name: "A" }, { name: "B", startMs: 30, address: "203.0.113.2" }],
      knobs: ["balancer.policy"],
      rules: ["affinity", "shared"],
      ownRules: {
        shared: {
          type: "count",
          statement: "Each server is asked for something.",
          of: { event: "request" },
          per: "server",
          atLeast: 1,
        },
      },
    },
    offers: { "balancer.policy": "ip-hash" },
    fault: "breaks another rule",
  },
  {
    skips: "whether the rule still speaks",
    file: TRIALS,
    find: "    return this.#after.of(this.#rule.name).spoke === 0;\n",
    replace: "    return false;\n",
    scenario: { durationMs: 3000, clients: [{ name: "A" }], rules: ["affinity"] },
    offers: { "clients.*.transport": "websocket" },
    fault: "says nothing",
  },
  {
    skips: "whether other rules still speak",
    file: TRIALS,
    find: "(before[name]?.spoke ?? 0) > 0 && this.#after.of(name).spoke === 0",
    replace: "(before[name]?.spoke ?? 0) < 0 && this.#after.of(name).spoke === 0",
    scenario: {
      durationMs: 3000,
      clients: [{ name: "A" }],
      servers: { count: 1 },
      knobs: ["clients.*.transport"],
      rules: ["modest", "affinity"],
      ownRules: {
        modest: {
          type: "count",
          statement: "Nobody asks for more than three things.",
          of: { event: "request" },
          per: "client",
          atMost: 3,
        },
      },
    },
    offers: { "clients.*.transport": "websocket" },
    fault: "silences another rule",
  },
  {
    skips: "who connects",
    file: TALLY,
    find: "    after.connected < before.connected ||\n",
    replace: "",
    scenario: {
      durationMs: 3000,
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket", startMs: 30 },
        // Too late for the time that it is connected to count.
        { name: "C", transport: "polling", startMs: 2870 },
      ],
      servers: { count: 3 },
      balancer: { policy: "ip-hash" },
      knobs: ["balancer.policy"],
      rules: ["alone"],
      ownRules: { alone: ALONE },
    },
    offers: { "balancer.policy": "round-robin" },
    fault: "fewer clients connect",
  },
  {
    skips: "how long clients are connected",
    file: TALLY,
    find: "    after.connectedUs < before.connectedUs - SLACK * before.clientUs ||\n",
    replace: "",
    scenario: {
      durationMs: 10_000,
      clients: [{ name: "A", transport: "websocket", reconnectionDelayMaxMs: 60_000 }],
      servers: { count: 1 },
      faults: OUTAGE,
      rules: ["once"],
      ownRules: {
        once: {
          type: "count",
          statement: "Nobody connects twice.",
          of: { event: "connected" },
          per: "client",
          atMost: 1,
        },
      },
    },
    offers: { "clients.*.reconnectionDelayMs": 100_000 },
    fault: "clients are connected for less long",
  },
  {
    skips: "what arrives",
    file: TALLY,
    find: "after.delivered < before.delivered",
    replace: "false",
    scenario: {
      durationMs: 3000,
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket", startMs: 30 },
      ],
      balancer: { policy: "ip-hash" },
      workload: [{ from: "A", atMs: 1000 }],
      knobs: ["balancer.policy"],
      rules: ["alone"],
      ownRules: { alone: ALONE },
    },
    offers: { "balancer.policy": "round-robin" },
    fault: "fewer copies arrive",
  },
  {
    skips: "what the architecture has to bear",
    file: DESIGN,
    find: "  return isSameToBear && !isLess && holdsSameConnections(turned, scenario) ? turned : null;\n",
    replace: "  return !isLess && holdsSameConnections(turned, scenario) ? turned : null;\n",
    scenario: {
      durationMs: 60_000,
      clients: [{ name: "A", transport: "websocket" }],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 20_000 },
      variants: {
        near: {
          title: "Servers that are near, and ping more often",
          set: { "servers.pingIntervalMs": 10_000, "network.client.latencyMs": 5 },
        },
      },
      rules: ["no-idle-cut"],
    },
    offers: { "servers.pingIntervalMs": 10_000, "network.client.latencyMs": 5 },
    fault: "takes something away",
  },
  {
    skips: "whether servers are left",
    file: DESIGN,
    find: "  return isSameToBear && !isLess && holdsSameConnections(turned, scenario) ? turned : null;\n",
    replace: "  return isSameToBear && holdsSameConnections(turned, scenario) ? turned : null;\n",
    scenario: {
      durationMs: 3000,
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket" },
      ],
      workload: [{ from: "A", atMs: 1000 }],
      knobs: ["servers.count"],
      rules: ["delivery"],
    },
    offers: { "servers.count": 1 },
    fault: "takes something away",
  },
  {
    skips: "whether heartbeats beat the idle timeout",
    file: DESIGN,
    find: "  return isTurned && after.pingMs >= after.idleMs;\n",
    replace: "  void isTurned;\n  return false;\n",
    scenario: {
      durationMs: 100_000,
      clients: [
        { name: "A", startConnected: true },
        { name: "B", startConnected: true },
      ],
      servers: { count: 1, pingIntervalMs: 25_000_000, pingTimeoutMs: 20_000_000 },
      balancer: { idleTimeoutMs: 20_000 },
      workload: [{ from: "A", to: "everyone", everyMs: 30_000 }],
      rules: ["no-idle-cut"],
    },
    offers: { "balancer.idleTimeoutMs": 40_000 },
    fault: "holds by luck",
  },
  {
    skips: "the proof at a threshold",
    file: "src/check/repair/sharpen.ts",
    find: "const { outcome, runs } = trials.try(designOf(value));",
    replace: 'isSharp = true; const { outcome, runs } = { outcome: "stood" as string, runs: 200 };',
    scenario: {
      durationMs: 20_000,
      clients: [{ name: "A", startConnected: true }],
      servers: { count: 1, pingIntervalMs: 2500 },
      balancer: { idleTimeoutMs: 2000 },
      network: { client: { latencyMs: { distribution: "exponential", minMs: 0, meanMs: 30 } } },
      rules: ["no-idle-cut"],
    },
    offers: { "servers.pingIntervalMs": 1900 },
    fault: "breaks in a fresh run",
  },
];

function scenarioOf({ scenario }: Lure): Scenario {
  const parsed = validateScenario({
    version: 1,
    name: "lure",
    title: "A lure",
    summary: "Has a repair that is none.",
    ...scenario,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scenario;
}

/** What to ask a repairer: the first rule is broken, by a run of a search or by the one that is given. */
function questionOf(lure: Lure): Repairer.Asked {
  const original = scenarioOf(lure);
  const rules = claimsOf(original);
  const sample = stripped(lure.choices === undefined ? original : { ...original, choices: lure.choices });
  const runs = lure.choices === undefined ? 100 : 1;
  const search = { bounds: DEFAULT_BOUNDS, seed: 1, batch: 0, runs, maxEvents: 1_000_000 };
  const { found } = searchBatch(sample, rules, search, new Coverage());
  expect(found.map(({ violation }) => violation.rule)).toEqual([rules[0]!.name]);
  return {
    found: found[0]!,
    original,
    rule: rules[0]!,
    holding: rules,
    bounds: DEFAULT_BOUNDS,
    seed: 1,
    runs: null,
    isOver: () => false,
  };
}

/** Whether these are the same settings. Of numbers, which one it is depends on where a threshold is. */
function isLike(set: Settings, like: Settings): boolean {
  const plain = (settings: Settings) =>
    JSON.stringify(settings, (_, value: unknown) => (typeof value === "number" ? "a number" : value));
  return plain(set) === plain(like);
}

/** Enough for each of the faults to show. */
const RUNS = Math.ceil(10 * DEPTH);

describe("a repairer", () => {
  it.each(LURES)("that skips $skips offers what is no repair, and is caught", async (lure) => {
    const question = questionOf(lure);
    const mutant = await loadMutant<typeof Repairer>(
      lure.file,
      lure.find,
      lure.replace,
      "src/check/repair.ts",
    );
    const offered = mutant.repairsOf(question).repairs.map(({ set }) => set);
    const lured = offered.find((set) => isLike(set, lure.offers));
    if (lured === undefined) throw new Error(`offers ${JSON.stringify(offered)}`);
    expect(faultsOf(question, lured, { seed: 5, runs: RUNS })).toContain(lure.fault);
  });

  it.each(LURES)("that skips nothing offers nothing of the kind where $skips matter", (lure) => {
    const question = questionOf(lure);
    const offered = repairsOf(question).repairs.map(({ set }) => set);
    for (const set of offered) expect(faultsOf(question, set, { seed: 5, runs: RUNS })).toEqual([]);
  });
});
