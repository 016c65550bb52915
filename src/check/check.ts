/** Checking a scenario: searching, shrinking what was found, and saying what the verdicts are worth. */
import type { Scenario } from "../scenario/schema.ts";
import { type Bounds, boundsOf, stripped } from "./bounds.ts";
import { claimsOf } from "./claims.ts";
import { counterexampleOf } from "./counterexample.ts";
import { Coverage, type CoverageReport } from "./coverage.ts";
import { type Exploration, explore, type Found, UNEXPLORED } from "./exhaustive.ts";
import { refuseNonsense } from "./limits.ts";
import { Batches } from "./merge.ts";
import type { CheckOptions } from "./options.ts";
import { outcomeOf } from "./outcome.ts";
import { searchBatch } from "./random.ts";
import { type Asked, repairsOf } from "./repair.ts";
import type { Rule } from "./rule.ts";
import { Scopes } from "./scope.ts";
import { eventBoundOf } from "./trial.ts";
import {
  explorationReport,
  type Outcome,
  type Report,
  type SearchReport,
  type Settled,
  type Verdict,
} from "./verdict.ts";

/**
 * Random runs, if nothing else is said: enough that what breaks in one run of 300 is found with 96 %
 * probability, in a second or two.
 */
export const DEFAULT_RUNS = 1000;

/** How far a search is. */
export interface Progress {
  readonly runs: number;
  readonly states: number;
  /** Known for random searches: share done, from 0 to 1. */
  readonly share: number | null;
  readonly broken: number;
}

/**
 * Checks a scenario against its rules. The scenario must have been accepted by the parser, and have its
 * variant and settings applied.
 *
 * @throws RangeError if an option is out of its limits; Error if the scenario is not valid
 */
export function check(scenario: Scenario, options: CheckOptions = {}): Report {
  const steps = checking(scenario, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Like {@link check}, step by step: yields now and then, so that the caller can show progress and do other things. */
export function* checking(scenario: Scenario, options: CheckOptions = {}): Generator<Progress, Report> {
  refuseNonsense(scenario, options);
  const { rules = claimsOf(scenario), variant = null } = options;
  const bounds = boundsOf(options.bounds);
  const { isOver = () => null, isVerdictOnly = false } = options;
  const maxEvents = options.maxEvents ?? eventBoundOf(scenario, () => isOver() !== null);
  const plan: Plan = { scenario, rules, bounds, maxEvents, isOver, options };
  const parts = yield* options.exhaustive === true ? exploringAll(plan) : runningAtRandom(plan);
  const { found } = parts;
  const settled = new Map<string, Settled>();
  for (const rule of rules) {
    const one = found.get(rule.name);
    if (one === undefined || rule.kind === "sometimes") continue;
    const asked = {
      found: one,
      original: scenario,
      rule,
      holding: rules.filter((other) => other === rule || !found.has(other.name)),
      bounds,
      seed: options.seed ?? scenario.seed,
      runs: options.exhaustive === true ? null : (options.runs ?? DEFAULT_RUNS),
      isOver: () => isVerdictOnly || isOver() === "interrupted",
    };
    settled.set(rule.name, settle(asked));
  }
  return reportOf({ scenario, variant, bounds, rules, seen: new Set(found.keys()), settled, ...parts });
}

/** What is searched for, and how. */
interface Plan {
  readonly scenario: Scenario;
  readonly rules: readonly Rule[];
  readonly bounds: Bounds;
  readonly maxEvents: number;
  readonly isOver: NonNullable<CheckOptions["isOver"]>;
  readonly options: CheckOptions;
}

/** What a search has found out. */
interface Parts {
  readonly found: ReadonlyMap<string, Found>;
  readonly search: SearchReport;
  readonly endedBy: Report["endedBy"];
  readonly scopes: Scopes;
  readonly coverage: CoverageReport;
}

function* exploringAll({
  scenario,
  rules,
  bounds,
  maxEvents,
  isOver,
  options,
}: Plan): Generator<Progress, Parts> {
  const { depth = null } = options;
  const found = new Map<string, Found>();
  const scopes = new Scopes();
  const coverage = new Coverage();
  const exploring = explore(
    stripped(scenario),
    rules,
    { bounds, depth, maxEvents, isOver: () => isOver() !== null },
    (one) => found.set(one.violation.rule, one),
    { scopes, coverage },
  );
  let last: Exploration = { ...UNEXPLORED, waiting: rules.length };
  let over: ReturnType<typeof isOver> = null;
  for (const progress of exploring) {
    last = progress;
    yield { runs: progress.runs, states: progress.states, share: null, broken: found.size };
    over = isOver();
    if (over !== null && progress.waiting > 0) break;
  }
  const isComplete = last.waiting === 0;
  return {
    found,
    search: explorationReport(last, depth, maxEvents, isComplete),
    endedBy: isComplete ? "done" : (over ?? isOver() ?? "time"),
    scopes,
    coverage: coverage.report(),
  };
}

function* runningAtRandom({
  scenario,
  rules,
  bounds,
  maxEvents,
  isOver,
  options,
}: Plan): Generator<Progress, Parts> {
  const { runs = DEFAULT_RUNS, seed = scenario.seed, shard } = options;
  const names = rules.map(({ name }) => name);
  const batches = new Batches(names, runs, shard);
  let endedBy: Report["endedBy"] = "done";
  for (let task = batches.next(); task !== null; task = batches.next()) {
    const watched = rules.filter(({ name }) => task!.rules.includes(name));
    const coverage = new Coverage();
    const result = searchBatch(
      stripped(scenario),
      watched,
      { bounds, seed, batch: task.batch, runs: task.runs, maxEvents, isOver: () => isOver() !== null },
      coverage,
    );
    batches.add(result, coverage.data());
    yield { runs: batches.runs, states: 0, share: batches.share, broken: batches.found.size };
    const over = isOver();
    if (over === null) continue;
    endedBy = over;
    break;
  }
  return {
    found: batches.found,
    search: {
      kind: "random",
      runs: batches.runs,
      asked: runs,
      seed,
      isCertain: batches.isCertain,
      shard: shard ?? null,
      cut: batches.cut,
      maxEvents,
    },
    endedBy,
    scopes: batches.scopes,
    coverage: batches.coverage.report(),
  };
}

/**
 * Shrinks what was found, makes a story of it, and looks for repairs, which may not break any of the rules
 * that hold. Asks `isOver` again and again; when it says so, the counterexample is what has been reached by
 * then, perhaps not the smallest.
 */
export function settle(asked: Asked): Settled {
  const { found, rule, original, isOver } = asked;
  const counterexample = counterexampleOf(found, rule, { written: original, isOver });
  const run = found.run ?? null;
  if (isOver()) return { counterexample, repairs: [], run, isUnfinished: true };
  const { repairs, isUnfinished } = repairsOf(asked);
  return { counterexample, repairs, run, ...(isUnfinished ? { isUnfinished: true } : {}) };
}

export interface Findings {
  readonly scenario: Scenario;
  readonly variant: string | null;
  readonly bounds: Bounds;
  readonly rules: readonly Rule[];
  /** Names of the rules that broke, or, of `sometimes` rules, were seen. */
  readonly seen: ReadonlySet<string>;
  /** By name: the rules that broke. */
  readonly settled: ReadonlyMap<string, Settled>;
  readonly search: SearchReport;
  readonly endedBy: Report["endedBy"];
  readonly scopes: Scopes;
  readonly coverage: CoverageReport;
}

/** The report of a search that is over. */
export function reportOf(findings: Findings): Report {
  const { scenario, variant, bounds, search, endedBy, coverage, scopes, seen, settled } = findings;
  const verdicts = findings.rules.map((rule): Verdict => {
    const { name, kind, statement, subject = ["run", "runs"], whenNone = "there is nothing to judge" } = rule;
    const scope = scopes.of(name);
    const isSeen = kind === "sometimes" && seen.has(name);
    const broken = settled.get(name);
    const outcome: Outcome =
      broken === undefined
        ? outcomeOf({ kind, isSeen, scope, subject, whenNone }, search, endedBy)
        : { outcome: "broken", ...broken };
    return { rule: name, kind, statement, scope, subject, ...outcome };
  });
  return { scenario, variant, bounds, search, endedBy, verdicts, coverage };
}
