/**
 * Repairs mend the scenario that was asked about: every one that is offered holds in fresh runs, keeps every rule
 * that held, and loses no client and no copy. The repairer's mutants are in repair-mutants.test.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarios } from "../../src/check/arbitraries.ts";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import { check } from "../../src/check/check.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { CLIENT_TURNS } from "../../src/check/repair/turn.ts";
import { type Asked, type Repair, repairsOf } from "../../src/check/repair.ts";
import type { Rule } from "../../src/check/rule.ts";
import { rules } from "../../src/check/rules/index.ts";
import { breachOf, runTrial } from "../../src/check/trial.ts";
import { withChoices } from "../../src/check/written-choices.ts";
import { RecordingChoices } from "../../src/kernel/choices.ts";
import { choicesOf } from "../../src/run/run.ts";
import { DEFAULTS } from "../../src/scenario/defaults.ts";
import { parseScenario, validateScenario, withSettings, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario, ScenarioInput } from "../../src/scenario/schema.ts";
import { DEPTH, IS_DEEP, sampled } from "../support/depth.ts";
import { faultsOf } from "../support/repair-faults.ts";

/** Generated scenarios; about two of three break a rule. */
const SCENARIOS = DEPTH === 1 ? 2 : Math.ceil(DEPTH / 2);
/** Fewer repairs would say little: some seeds draw scenarios for which there is hardly any, and then more are drawn. */
const REPAIRS = Math.ceil(SCENARIOS / 8);
const SCENARIOS_MAX = 10 * SCENARIOS;
const SEED = Number(process.env.FC_SEED ?? 18);

/** What generated scenarios open: some of the design, and what no repair may turn. */
const KNOBS = [
  "balancer.policy",
  "balancer.idleTimeoutMs",
  "servers.count",
  "servers.pingIntervalMs",
  "backplane.kind",
  "clients.*.transport",
  "clients.*.cookies",
  "clients.*.reconnectionDelayMs",
  "clients.*.startConnected",
  "clients.*.count",
  "network.client.latencyMs",
  "network.client.loss",
];
const VARIANTS: Scenario["variants"] = {
  sticky: { title: "sticky", set: { "balancer.policy": "sticky-cookie" }, breaks: [], silent: [] },
  patient: { title: "patient", set: { "balancer.idleTimeoutMs": 60_000 }, breaks: [], silent: [] },
  calm: { title: "calm", set: { faults: [] }, breaks: [], silent: [] },
  quiet: { title: "quiet", set: { workload: [], "backplane.kind": "redis" }, breaks: [], silent: [] },
  small: { title: "small", set: { "servers.count": 1 }, breaks: [], silent: [] },
};

const opened = fc
  .tuple(scenarios(), fc.subarray(KNOBS, { maxLength: 4 }), fc.subarray(Object.keys(VARIANTS)))
  .map(
    ([scenario, knobs, variants]): Scenario => ({
      ...scenario,
      knobs,
      variants: Object.fromEntries(variants.map((name) => [name, VARIANTS[name]!])),
    }),
  );

/** What can be asked of a scenario as it is written: one question for each rule that its run breaks. */
function* questionsOf(original: Scenario): Generator<Asked> {
  const always = (Object.values(rules) as Rule[]).filter(({ kind }) => kind !== "sometimes");
  const recording = new RecordingChoices(choicesOf(original));
  const { found } = runTrial(original, always, { choices: recording }).watch;
  for (const violation of found) {
    const rule = always.find(({ name }) => name === violation.rule)!;
    yield {
      found: { violation, scenario: withChoices(stripped(original), recording.taken) },
      original,
      rule,
      holding: always.filter((other) => other === rule || !found.some((one) => one.rule === other.name)),
      bounds: DEFAULT_BOUNDS,
      seed: original.seed,
      runs: null,
      isOver: () => false,
    };
  }
}

function scenarioOf(
  input: Partial<ScenarioInput> & Pick<ScenarioInput, "clients" | "rules">,
  variant: string | null = null,
): Scenario {
  const parsed = validateScenario({ version: 1, name: "a", title: "a", summary: "a", ...input });
  const chosen = parsed.ok ? withVariant(parsed.scenario, variant) : parsed;
  if (!chosen.ok) throw new Error(JSON.stringify(chosen.errors));
  return chosen.scenario;
}

function lesson(name: string, variant: string): Scenario {
  const file = join(import.meta.dirname, "../../simulations", name, "scenario.json");
  const parsed = parseScenario(readFileSync(file, "utf8"));
  const chosen = parsed.ok ? withVariant(parsed.scenario, variant) : parsed;
  if (!chosen.ok) throw new Error(JSON.stringify(chosen.errors));
  return chosen.scenario;
}

/** What is offered for the first of the scenario's rules, which its own run breaks. */
function repairsFor(original: Scenario, changes: Partial<Asked> = {}) {
  const [rule, ...others] = claimsOf(original);
  const violation = breachOf(original, rule!);
  if (violation === null) throw new Error(`${rule!.name} is kept`);
  return repairsOf({
    found: { violation, scenario: stripped(original) },
    original,
    rule: rule!,
    holding: [rule!, ...others],
    bounds: DEFAULT_BOUNDS,
    seed: 1,
    runs: null,
    isOver: () => false,
    ...changes,
  });
}

function turned(scenario: Scenario, path: string, value: number): Scenario {
  const result = withSettings(scenario, { [path]: value });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.scenario;
}

/** The balancer closes what is silent for 20 s, and servers ping every 25 s. */
const SILENT = {
  durationMs: 100_000,
  clients: [{ name: "A", transport: "websocket" as const }],
  servers: { count: 1 },
  balancer: { idleTimeoutMs: 20_000 },
  rules: ["no-idle-cut"],
};

const PINGS = "servers.pingIntervalMs";

describe("a repair", () => {
  it("may leave nobody to come back: a rule about who comes back is not asked then", () => {
    const others = { ...SILENT, rules: ["no-idle-cut", "back-in-three"] };
    const sets = repairsFor(scenarioOf(others)).repairs.map(({ set }) => Object.keys(set).join());
    expect(sets).toContain(PINGS);
  });

  // It takes a tenth of the time of all usual tests for each scenario that is drawn.
  it.runIf(IS_DEEP)(
    "of any scenario holds in fresh runs, keeps every rule that held, and loses no client and no copy",
    () => {
      let questions = 0;
      let offered = 0;
      const wrong: unknown[] = [];
      const drawn = fc.sample(opened, { numRuns: SCENARIOS_MAX, seed: SEED });
      for (const [i, original] of drawn.entries()) {
        if (i >= SCENARIOS && offered >= REPAIRS) break;
        for (const question of questionsOf(original)) {
          questions++;
          for (const repair of repairsOf(question).repairs) {
            offered++;
            const faults = faultsOf(question, repair.set, { seed: SEED + 1, runs: 20, spare: 1 });
            if (faults.length > 0)
              wrong.push({ seed: original.seed, rule: question.rule.name, repair, faults });
          }
        }
      }
      console.info(`${questions} broken rules, ${offered} repairs`);
      expect(wrong).toEqual([]);
      expect(offered).toBeGreaterThanOrEqual(REPAIRS);
    },
  );

  it.each(
    sampled(
      [
        [
          "broadcast-across-servers",
          "no-backplane",
          "delivery",
          [
            { "backplane.kind": "redis" },
            { "backplane.kind": "vendor" },
            { "backplane.kind": "history" },
            { "backplane.kind": "sharded" },
          ],
        ],
        [
          "polling-handshake",
          "round-robin",
          "affinity",
          [
            { "balancer.policy": "ip-hash" },
            { "balancer.policy": "sticky-cookie" },
            { "balancer.policy": "hash" },
            { "balancer.policy": "consistent-hash" },
          ],
        ],
        [
          "snapshot-then-subscribe",
          "load-then-listen",
          "snapshot-continues",
          [{ "clients.A.loads": "position-first" }],
        ],
        [
          "snapshot-then-subscribe",
          "goes-on",
          "caught-up",
          [{ backplane: { kind: "history", historySize: 100 } }, { "clients.A.afterGap": "reload" }],
        ],
      ] as const,
      2,
    ),
  )("of %s, %s, %s: %j", (name, variant, rule, sets) => {
    const [verdict] = check(lesson(name, variant), { rules: [rules[rule]] }).verdicts;
    if (verdict?.outcome !== "broken") throw new Error(`found ${verdict?.outcome}`);
    expect(verdict.repairs.map(({ set }) => set)).toEqual(sets);
    for (const { runs } of verdict.repairs) expect(runs).toBe(200);
  });

  it("that is one of the scenario's variants says so", () => {
    const variants = {
      plain: { title: "plain", set: { "balancer.policy": "round-robin" } },
      sticky: { title: "sticky", set: { "balancer.policy": "sticky-cookie" } },
      patient: { title: "patient", set: { "balancer.failTimeoutMs": 9000 } },
    };
    const input = { durationMs: 3000, clients: [{ name: "A" }], rules: ["affinity"] };
    const named = ({ repairs }: { repairs: readonly Repair[] }) =>
      repairs.map(({ set, variant }) => [Object.values(set)[0], variant]);
    const offered = [
      ["sticky-cookie", "sticky"],
      ["ip-hash", null],
    ];
    expect(named(repairsFor(scenarioOf({ ...input, variants })))).toEqual(offered);
    expect(named(repairsFor(scenarioOf({ ...input, variants }, "plain")))).toEqual(offered);
    // With another variant chosen, which sets what this one does not, the two together are none of the scenario's.
    expect(named(repairsFor(scenarioOf({ ...input, variants }, "patient")))).toEqual([
      ["sticky-cookie", null],
      ["ip-hash", null],
    ]);
  });

  it("of a number says how far it can be turned back, and is the value at the threshold", () => {
    const { repairs } = repairsFor(scenarioOf(SILENT));
    expect(repairs).toEqual([
      {
        set: { [PINGS]: 19_900 },
        runs: 200,
        variant: null,
        threshold: { path: PINGS, held: 19_900, broke: expect.any(Number) },
      },
      {
        set: { "balancer.idleTimeoutMs": expect.any(Number) },
        runs: 200,
        variant: null,
        threshold: {
          path: "balancer.idleTimeoutMs",
          held: expect.any(Number),
          broke: expect.any(Number),
        },
      },
    ]);
    for (const { threshold } of repairs) {
      const { path, held, broke } = threshold!;
      expect(Math.abs(held - broke) / held).toBeLessThan(0.02);
      expect(breachOf(turned(scenarioOf(SILENT), path, held), rules["no-idle-cut"])).toBeNull();
      expect(breachOf(turned(scenarioOf(SILENT), path, broke), rules["no-idle-cut"])).not.toBeNull();
    }
  });

  it("of a number that a variant gives keeps the variant's value, and is told once", () => {
    const variants = { often: { title: "often", set: { [PINGS]: 5000 } } };
    const { repairs } = repairsFor(scenarioOf({ ...SILENT, variants }));
    expect(repairs.filter(({ set }) => PINGS in set)).toEqual([
      {
        set: { [PINGS]: 5000 },
        runs: 200,
        variant: "often",
        threshold: { path: PINGS, held: 19_900, broke: expect.any(Number) },
      },
    ]);
  });

  it("of two turns is offered where none of one is, and where both are needed", () => {
    const { repairs } = repairsFor(
      scenarioOf({
        ...SILENT,
        clients: [
          { name: "A", transport: "websocket" },
          { name: "B", transport: "websocket" },
        ],
        servers: { count: 2 },
        workload: [
          { from: "A", atMs: 1000 },
          { from: "A", atMs: 50_000 },
        ],
        rules: ["all"],
        ownRules: {
          all: {
            type: "count",
            statement: "Each copy arrives, and nobody is cut off.",
            of: { event: "lost" },
            per: "run",
            atMost: 0,
          },
        },
      }),
    );
    expect(repairs.length).toBeGreaterThan(0);
    for (const { set } of repairs) expect(set).toMatchObject({ "backplane.kind": "redis" });
  });

  it.each(["affinity", "affinity-under-failure", "handshake-completes"])(
    "of %s has a second turn where the first lets people in whom then nobody reaches",
    (rule) => {
      // Nobody who can't connect is owed a message: «delivery» judges nothing before they can.
      const { repairs } = repairsFor(
        scenarioOf({
          durationMs: 30_000,
          clients: [{ name: "A" }, { name: "B" }],
          servers: { count: 2 },
          workload: [{ from: "A", to: "B", firstMs: 5000, everyMs: 5000 }],
          rules: [rule as "affinity", "delivery"],
        }),
      );
      expect(repairs.map(({ set }) => set)).toContainEqual({
        "balancer.policy": "sticky-cookie",
        "backplane.kind": "redis",
      });
    },
  );

  it.runIf(IS_DEEP)(
    "that a new backplane's own death would break is none, where processes are killed",
    () => {
      const scenario = scenarioOf({
        durationMs: 3000,
        clients: [
          { name: "A", transport: "websocket" },
          { name: "B", transport: "websocket" },
        ],
        workload: [{ from: "A", everyMs: 100 }],
        rules: ["delivery", "no-single-point"],
        ownRules: {
          "no-single-point": {
            type: "count",
            statement: "Nothing is lost to a backplane.",
            of: { event: "lost", cause: "backplane-down" },
            per: "run",
            atMost: 0,
          },
        },
      });
      const offered = (crashes: number) =>
        repairsFor(scenario, { bounds: { ...DEFAULT_BOUNDS, crashes } }).repairs.map(({ set }) => set);
      expect(offered(0)).toEqual([{ "backplane.kind": "redis" }]);
      expect(offered(1)).toEqual([]);
    },
  );

  it("stands its one run if nothing is left to chance", () => {
    const { repairs } = repairsFor(
      scenarioOf({ durationMs: 3000, clients: [{ name: "A" }], rules: ["affinity"] }),
      {
        bounds: { ...DEFAULT_BOUNDS, lateMs: 0 },
      },
    );
    expect(repairs.map(({ runs }) => runs)).toEqual([1, 1]);
  });

  it.runIf(IS_DEEP)(
    "is looked for until time is over, and what was found by then is told with what it stood",
    () => {
      const whole = repairsFor(scenarioOf(SILENT));
      expect(whole.isUnfinished).toBe(false);
      for (const most of [0, 1, 30, 150, 300]) {
        let asked = 0;
        const part = repairsFor(scenarioOf(SILENT), { isOver: () => asked++ >= most });
        expect(part.isUnfinished).toBe(true);
        expect(part.repairs.length).toBeLessThanOrEqual(whole.repairs.length);
        for (const { runs } of part.repairs) expect(runs).toBeGreaterThanOrEqual(20);
      }
    },
  );

  it("turns the design, and every field of a group of clients is that or something to bear", () => {
    const borne = [
      "name",
      "count",
      "startMs",
      "startGapMs",
      "startConnected",
      "leaveAfterMs",
      "closesAfterMs",
      "closesWithCode",
      "address",
      "addressSpread",
      "natTimeoutMs",
      "natForgets",
    ];
    const fields = [...Object.keys(DEFAULTS.clients[0]!), "roomSize"];
    expect([...CLIENT_TURNS, ...borne, "roomSize"].sort()).toEqual([...new Set(fields)].sort());
  });
});
