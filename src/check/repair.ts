/**
 * The smallest repair: the fewest knobs to turn so that the counterexample's own choices no longer break the rule. Each repair is then
 * searched like the scenario itself, since what mends one run may break another.
 */
import { numberAt, optionsAt } from "../scenario/fields.ts";
import { withSettings } from "../scenario/parse.ts";
import { followPath, resolvePath } from "../scenario/path.ts";
import type { Scenario } from "../scenario/schema.ts";
import { type Bounds, stripped } from "./bounds.ts";
import type { Counterexample } from "./counterexample.ts";
import { Coverage } from "./coverage.ts";
import { BATCH_RUNS, searchBatch } from "./random.ts";
import type { Rule } from "./rule.ts";
import { breachOf, MAX_EVENTS } from "./trial.ts";

export interface Repair {
  /** Path → value, as `--set` takes them. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Random runs of the repaired scenario, in which none of the rules broke that were to hold. */
  readonly runs: number;
}

/** Knobs that are turned where a scenario offers none. */
const USUAL_KNOBS = [
  "backplane.kind",
  "balancer.policy",
  "clients.*.transport",
  "clients.*.cookies",
  "balancer.idleTimeoutMs",
  "servers.pingIntervalMs",
  "servers.pingTimeoutMs",
  "servers.count",
];
/** More repairs than this are not told. */
const MAX_REPAIRS = 4;
/** Turns of one knob that are tried in pairs at most: pairs grow with the square. */
const MAX_IN_PAIRS = 60;

type Turn = readonly [path: string, value: unknown];

/**
 * Repairs of as few turns as possible: all of one turn that stand the search, or else of two. None if three or more would be needed, or
 * if nothing that the knobs can do helps. `holding` are the rules that a repair may not break, the broken one among them.
 */
export function repairsOf(
  counterexample: Counterexample,
  original: Scenario,
  rule: Rule,
  holding: readonly Rule[],
  bounds: Bounds,
  seed: number,
): Repair[] {
  const turns = turnsOf(original);
  const single = turns.map((turn) => [turn]);
  const pairs = () =>
    turns.slice(0, MAX_IN_PAIRS).flatMap((one, i) =>
      turns
        .slice(i + 1, MAX_IN_PAIRS)
        .filter(([path]) => path !== one[0])
        .map((other) => [one, other]),
    );
  const stand = (sets: readonly (readonly Turn[])[]): Repair[] => {
    const found: Repair[] = [];
    for (const set of sets) {
      const repair =
        found.length < MAX_REPAIRS && mends(counterexample, rule, set)
          ? searched(original, set, holding, bounds, seed)
          : null;
      if (repair !== null) found.push(repair);
    }
    return found;
  };
  const simplest = stand(single);
  return simplest.length > 0 ? simplest : stand(pairs());
}

/** Every turn of one knob: to another of its values, or, of a number, to half and double of it. */
function turnsOf(scenario: Scenario): Turn[] {
  const knobs = scenario.knobs.length > 0 ? scenario.knobs : USUAL_KNOBS;
  return knobs.flatMap((path): Turn[] => {
    const resolved = resolvePath(scenario, path);
    if ("problem" in resolved) return [];
    const keys = resolved.places[0]!;
    const values = resolved.places.map((place) => followPath(scenario, place));
    const options = optionsAt(keys);
    if (options.length > 0)
      return options
        .filter((option) => values.some((value) => value !== option))
        .map((option) => [path, option]);
    const [value] = values;
    if (typeof value !== "number") return [];
    const { whole, min, max } = numberAt(keys);
    return [value / 2, value * 2, ...(whole ? [1] : [])]
      .map((turned) => (whole ? Math.floor(turned) : turned))
      .filter((turned, i, all) => turned !== value && all.indexOf(turned) === i)
      .filter((turned) => (min === null || turned >= min) && (max === null || turned <= max))
      .map((turned) => [path, turned]);
  });
}

/** Whether the counterexample's own choices, with these turns, no longer break the rule. */
function mends({ scenario }: Counterexample, rule: Rule, set: readonly Turn[]): boolean {
  const turned = withSettings(scenario, Object.fromEntries(set));
  return turned.ok && breachOf(turned.scenario, rule) === null;
}

function searched(
  original: Scenario,
  set: readonly Turn[],
  holding: readonly Rule[],
  bounds: Bounds,
  seed: number,
): Repair | null {
  const settings = Object.fromEntries(set);
  const turned = withSettings(original, settings);
  if (!turned.ok) return null;
  const scenario = stripped(turned.scenario);
  const rules = holding.filter((rule) => rule.kind !== "sometimes");
  let runs = 0;
  for (const [batch, varied] of [scenario, readdressed(scenario)].entries()) {
    const result = searchBatch(
      varied,
      rules,
      { bounds, seed, batch, runs: BATCH_RUNS, maxEvents: MAX_EVENTS },
      new Coverage(),
    );
    if (result.found.length > 0) return null;
    runs += result.runs;
  }
  return { set: settings, runs };
}

/**
 * With neighbouring networks for the groups of clients, which `ip_hash` brings to different servers: what helps only because two addresses
 * happen to be hashed alike is no repair.
 */
function readdressed(scenario: Scenario): Scenario {
  const clients = scenario.clients.map((group, i) => ({ ...group, address: `10.0.${i % 256}.1` }));
  return { ...scenario, clients };
}
