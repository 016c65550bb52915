/** Checking a scenario: searching, shrinking what was found, and saying what the verdicts are worth. */
import type { Scenario } from "../scenario/schema.ts";
import { type Bounds, DEFAULT_BOUNDS, stripped } from "./bounds.ts";
import { claimsOf } from "./claims.ts";
import { counterexampleOf } from "./counterexample.ts";
import { Coverage, type CoverageReport } from "./coverage.ts";
import { explore, type Found } from "./exhaustive.ts";
import { refuseNonsense } from "./limits.ts";
import { Batches } from "./merge.ts";
import { searchBatch } from "./random.ts";
import { repairsOf } from "./repair.ts";
import type { Rule } from "./rule.ts";
import type { Outcome, Report, SearchReport, Settled, Verdict } from "./verdict.ts";

/** Random runs, if nothing else is said: enough that what breaks in one run of 300 is found with 96 % probability, in a second or two. */
export const DEFAULT_RUNS = 1000;

export interface CheckOptions {
  /** The rules to check; by default those that the scenario claims. */
  readonly rules?: readonly Rule[];
  /** Which variant the scenario is: only noted. */
  readonly variant?: string | null;
  readonly bounds?: Partial<Bounds>;
  /** Random runs. */
  readonly runs?: number;
  /** Where random runs begin; by default the scenario's seed. */
  readonly seed?: number;
  /** Of so many shards, counted from 1, only this one's runs. */
  readonly shard?: readonly [index: number, of: number];
  /** Explore all runs instead of random ones. */
  readonly exhaustive?: boolean;
  /** Of exhaustive search: at most so many departures from the plainest run in one run. */
  readonly depth?: number | null;
  /** Asked again and again; anything but null ends the search, which then reports what is known. */
  readonly isOver?: () => "time" | "interrupted" | null;
}

/** How far a search is. */
export interface Progress {
  readonly runs: number;
  readonly states: number;
  /** Known for random searches: share done, from 0 to 1. */
  readonly share: number | null;
  readonly broken: number;
}

/**
 * Checks a scenario against its rules. Expects one that the parser has let through, with its variant and settings applied.
 *
 * @throws RangeError if an option is out of its limits; Error if the scenario is none
 */
export function check(scenario: Scenario, options: CheckOptions = {}): Report {
  const steps = checking(scenario, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As {@link check}, step by step: yields now and then, so that whoever drives it can show progress and do other things. */
export function* checking(scenario: Scenario, options: CheckOptions = {}): Generator<Progress, Report> {
  refuseNonsense(scenario, options);
  const { rules = claimsOf(scenario), isOver = () => null } = options;
  const bounds = { ...DEFAULT_BOUNDS, ...options.bounds };
  const speaking = rules.filter((rule) => rule.silentOn?.(scenario) == null);
  const found = new Map<string, Found>();
  const coverage = new Coverage();
  let endedBy: Report["endedBy"] = "done";
  let search: SearchReport;

  if (options.exhaustive === true) {
    const { depth = null } = options;
    const exploring = explore(
      stripped(scenario),
      speaking,
      { bounds, depth },
      (one) => found.set(one.violation.rule, one),
      (varied, world) => coverage.addRun(varied, world.trace!, world.trace!.rows),
    );
    let last = { runs: 0, states: 0, waiting: 1, cut: 0 };
    for (const progress of exploring) {
      last = progress;
      yield { runs: progress.runs, states: progress.states, share: null, broken: found.size };
      const over = isOver();
      if (over === null || progress.waiting === 0) continue;
      endedBy = over;
      break;
    }
    search = {
      kind: "exhaustive",
      runs: last.runs,
      states: last.states,
      depth,
      cut: last.cut,
      isComplete: last.waiting === 0,
    };
  } else {
    const { runs = DEFAULT_RUNS, seed = scenario.seed, shard } = options;
    const batches = new Batches(
      speaking.map(({ name }) => name),
      runs,
      shard,
    );
    for (let task = batches.next(); task !== null; task = batches.next()) {
      const watched = speaking.filter(({ name }) => task!.rules.includes(name));
      const batchCoverage = new Coverage();
      const result = searchBatch(
        stripped(scenario),
        watched,
        { bounds, seed, batch: task.batch, runs: task.runs, isOver: () => isOver() !== null },
        batchCoverage,
      );
      batches.add(result, batchCoverage.data());
      yield { runs: batches.runs, states: 0, share: batches.share, broken: batches.found.size };
      const over = isOver();
      if (over === null) continue;
      endedBy = over;
      break;
    }
    for (const [rule, one] of batches.found) found.set(rule, one);
    coverage.add(batches.coverage.data());
    search = {
      kind: "random",
      runs: batches.runs,
      seed,
      isCertain: batches.isCertain,
      shard: shard ?? null,
      cut: batches.cut,
    };
  }
  const settled = new Map<string, Settled>();
  for (const rule of speaking) {
    const one = found.get(rule.name);
    if (one === undefined || rule.kind === "sometimes") continue;
    const holding = rules.filter((other) => other === rule || !found.has(other.name));
    settled.set(
      rule.name,
      settle(
        one,
        rule,
        scenario,
        holding,
        bounds,
        options.seed ?? scenario.seed,
        () => isOver() === "interrupted",
      ),
    );
  }
  const seen = new Set(found.keys());
  const { variant = null } = options;
  return reportOf({
    scenario,
    variant,
    bounds,
    rules,
    seen,
    settled,
    search,
    endedBy,
    coverage: coverage.report(),
  });
}

/**
 * Shrinks and tells what was found, and looks for repairs, which may break none of the rules that hold. Asks `isOver` again and again; what
 * there is when it says so is a counterexample too, if not the smallest.
 */
export function settle(
  found: Found,
  rule: Rule,
  scenario: Scenario,
  holding: readonly Rule[],
  bounds: Bounds,
  seed: number,
  isOver: () => boolean = () => false,
): Settled {
  const counterexample = counterexampleOf(found, rule, () => !isOver());
  const run = found.run ?? null;
  if (isOver()) return { counterexample, repairs: [], run, isUnfinished: true };
  const { repairs, isUnfinished } = repairsOf({
    found,
    original: scenario,
    rule,
    holding,
    bounds,
    seed,
    isOver,
  });
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
  readonly coverage: CoverageReport;
}

/** The report of a search that is over. */
export function reportOf(findings: Findings): Report {
  const { scenario, variant, bounds, search, endedBy, coverage } = findings;
  const verdicts = findings.rules.map((rule): Verdict => {
    const { name, kind, statement } = rule;
    return { rule: name, kind, statement, ...outcomeOf(rule, findings) };
  });
  return { scenario, variant, bounds, search, endedBy, verdicts, coverage };
}

function outcomeOf(rule: Rule, { scenario, search, seen, settled }: Findings): Outcome {
  const why = rule.silentOn?.(scenario) ?? null;
  if (why !== null) return { outcome: "silent", why };
  // Of a run that was cut, what would have come after is not known.
  const isAll = search.cut === 0 && (search.kind === "exhaustive" ? search.isComplete : search.isCertain);
  if (rule.kind === "sometimes")
    return { outcome: seen.has(rule.name) ? "seen" : isAll ? "never" : "not seen" };
  const broken = settled.get(rule.name);
  if (broken !== undefined) return { outcome: "broken", ...broken };
  return { outcome: isAll ? "holds" : "not broken" };
}
