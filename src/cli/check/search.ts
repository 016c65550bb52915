/** A search as the command line does it: on all threads, with progress, a time budget, and an ear for Ctrl-C. */
import type { Bounds } from "../../check/bounds.ts";
import { reportOf } from "../../check/check.ts";
import { Coverage } from "../../check/coverage.ts";
import type { Found } from "../../check/exhaustive.ts";
import { Batches } from "../../check/merge.ts";
import type { Rule } from "../../check/rule.ts";
import type { Report, SearchReport, Settled } from "../../check/verdict.ts";
import type { Scenario } from "../../scenario/schema.ts";
import type { Crew } from "./crew.ts";

export interface SearchOptions {
  readonly bounds: Bounds;
  readonly runs: number;
  readonly seed: number;
  readonly shard: readonly [index: number, of: number] | null;
  readonly exhaustive: boolean;
  readonly depth: number | null;
  /** Real time for the search, ms; shrinking what was found comes on top. */
  readonly timeMs: number;
}

export interface SearchHooks {
  readonly isInterrupted: () => boolean;
  /** How far it is: a few words. */
  readonly onProgress: (words: string) => void;
}

export async function search(
  scenario: Scenario,
  variant: string | null,
  rules: readonly Rule[],
  options: SearchOptions,
  crew: Crew,
  hooks: SearchHooks,
): Promise<Report> {
  const endMs = performance.now() + options.timeMs;
  const over = (): "time" | "interrupted" | null =>
    hooks.isInterrupted() ? "interrupted" : performance.now() > endMs ? "time" : null;
  const speaking = rules.filter((rule) => rule.silentOn?.(scenario) == null);
  const parts = options.exhaustive
    ? await exploreAll(scenario, speaking, options, crew, over, hooks)
    : await runBatches(scenario, speaking, options, crew, over, hooks);
  const { found } = parts;
  const broken = speaking.filter(({ name, kind }) => kind !== "sometimes" && found.has(name));
  if (broken.length > 0) hooks.onProgress(`shrinking ${broken.map(({ name }) => name).join(", ")}`);
  const settled = new Map<string, Settled>();
  await Promise.all(
    broken.map(async ({ name }) => {
      const holding = rules
        .filter((other) => other.name === name || !found.has(other.name))
        .map((rule) => rule.name);
      const { bounds, seed } = options;
      settled.set(
        name,
        await crew.run({
          kind: "settle",
          scenario,
          bounds,
          found: found.get(name)!,
          rule: name,
          holding,
          seed,
        }),
      );
    }),
  );
  const { bounds } = options;
  return reportOf({ scenario, variant, bounds, rules, seen: new Set(found.keys()), settled, ...parts });
}

interface Parts {
  readonly found: ReadonlyMap<string, Found>;
  readonly search: SearchReport;
  readonly endedBy: Report["endedBy"];
  readonly coverage: Report["coverage"];
}

async function runBatches(
  scenario: Scenario,
  rules: readonly Rule[],
  { bounds, runs, seed, shard }: SearchOptions,
  crew: Crew,
  over: () => "time" | "interrupted" | null,
  hooks: SearchHooks,
): Promise<Parts> {
  const batches = new Batches(
    rules.map(({ name }) => name),
    runs,
    shard ?? undefined,
  );
  let endedBy: Report["endedBy"] = "done";
  const worker = async () => {
    for (let task = batches.next(); task !== null; task = batches.next()) {
      const { result, coverage } = await crew.run({ kind: "batch", scenario, bounds, seed, ...task });
      batches.add(result, coverage);
      hooks.onProgress(
        `${Math.floor(100 * batches.share)} % of ${runs} runs, ${batches.found.size} of ${rules.length} rules broken or seen`,
      );
      const why = over();
      if (why === null) continue;
      endedBy = why;
      return;
    }
  };
  await Promise.all(Array.from({ length: crew.size }, worker));
  return {
    found: batches.found,
    search: { kind: "random", runs: batches.runs, seed, isCertain: batches.isCertain, shard },
    endedBy,
    coverage: batches.coverage.report(),
  };
}

async function exploreAll(
  scenario: Scenario,
  rules: readonly Rule[],
  { bounds, depth }: SearchOptions,
  crew: Crew,
  over: () => "time" | "interrupted" | null,
  hooks: SearchHooks,
): Promise<Parts> {
  let endedBy: Report["endedBy"] = "done";
  // Also while a thread is silent, time goes on.
  const clock = setInterval(() => {
    const why = over();
    if (why === null) return;
    endedBy = why;
    crew.stop();
  }, 100);
  try {
    const names = rules.map(({ name }) => name);
    const { found, exploration, coverage } = await crew.run(
      { kind: "explore", scenario, rules: names, bounds, depth },
      ({ states, runs, waiting, depth: reached }) =>
        hooks.onProgress(`${states} states in ${runs} runs, ${waiting} waiting, ${reached} departures deep`),
    );
    const isComplete = exploration.waiting === 0;
    const all = new Coverage();
    all.add(coverage);
    return {
      found: new Map(found.map((one) => [one.violation.rule, one])),
      search: { kind: "exhaustive", runs: exploration.runs, states: exploration.states, depth, isComplete },
      endedBy: isComplete ? "done" : endedBy,
      coverage: all.report(),
    };
  } finally {
    clearInterval(clock);
  }
}
