/** A search as the command line does it: on all threads, with progress, a time budget, and an ear for Ctrl-C. */
import type { Bounds } from "../../check/bounds.ts";
import { reportOf } from "../../check/check.ts";
import { Coverage } from "../../check/coverage.ts";
import { type Exploration, type Found, UNEXPLORED } from "../../check/exhaustive.ts";
import { Batches } from "../../check/merge.ts";
import type { Rule } from "../../check/rule.ts";
import { Scopes } from "../../check/scope.ts";
import { sizeOf } from "../../check/shrink.ts";
import { MAX_EVENTS } from "../../check/trial.ts";
import { explorationReport, type Report, type SearchReport, type Settled } from "../../check/verdict.ts";
import { grouped } from "../../run/grouped.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { counted } from "../text.ts";
import type { Crew } from "./crew.ts";
import { newLine } from "./distant-scout.ts";

/** How long tasks may go on after they were told to stop. Ctrl-C is to take a second at most, with what is made smaller after it. */
export const GRACE_MS = { time: 3000, interrupted: 300 } as const;

/** How long what was found may still be made smaller after Ctrl-C. */
const AFTER_INTERRUPT_MS = 300;

/** Whoever explores takes over what scouts saw one by one, and can't keep more of them busy. */
const MAX_SCOUTS = 3;

/** How long a search goes on before scouts are sent. */
const SCOUTS_AFTER_MS = 500;

export interface SearchOptions {
  readonly bounds: Bounds;
  readonly runs: number;
  readonly seed: number;
  readonly shard: readonly [index: number, of: number] | null;
  readonly exhaustive: boolean;
  readonly depth: number | null;
  /** Each run is cut after so many events; null: as many as the scenario's plainest run suggests. */
  readonly maxEvents: number | null;
  /** Real time for the search, ms; shrinking what was found may take as long again. */
  readonly timeMs: number;
}

export interface SearchHooks {
  readonly isInterrupted: () => boolean;
  /** How far the search is, in a few words. */
  readonly onProgress: (words: string) => void;
}

/** What is searched. */
export interface SearchCase {
  readonly scenario: Scenario;
  readonly variant: string | null;
  readonly rules: readonly Rule[];
}

/** A search that goes on. */
interface Searching extends SearchCase {
  readonly options: SearchOptions & { readonly maxEvents: number };
  readonly crew: Crew;
  readonly hooks: SearchHooks;
  /** Why the search must end now; null while it may go on. */
  readonly over: () => "time" | "interrupted" | null;
}

export async function search(
  asked: SearchCase,
  options: SearchOptions,
  crew: Crew,
  hooks: SearchHooks,
): Promise<Report> {
  const { scenario, variant, rules } = asked;
  const { bounds } = options;
  const endMs = performance.now() + options.timeMs;
  const over = (): "time" | "interrupted" | null =>
    hooks.isInterrupted() ? "interrupted" : performance.now() > endMs ? "time" : null;
  crew.resume(() => over() !== null);
  const maxEvents = options.maxEvents ?? (await crew.run({ kind: "bound", scenario, bounds })) ?? MAX_EVENTS;
  const searching: Searching = { ...asked, options: { ...options, maxEvents }, crew, hooks, over };
  const parts = await (options.exhaustive ? exploreAll(searching) : runBatches(searching));
  const { found } = parts;
  const settled = await settleAll(searching, found);
  return reportOf({ scenario, variant, bounds, rules, seen: new Set(found.keys()), settled, ...parts });
}

/** Shrinks what was found and looks for repairs, for as long as the search may take, or for some seconds after Ctrl-C. */
async function settleAll(
  { scenario, rules, options, crew, hooks }: Searching,
  found: ReadonlyMap<string, Found>,
): Promise<Map<string, Settled>> {
  const { bounds, seed, timeMs } = options;
  const runs = options.exhaustive ? null : options.runs;
  const broken = rules.filter(({ name, kind }) => kind !== "sometimes" && found.has(name));
  if (broken.length > 0) hooks.onProgress(`shrinking ${broken.map(({ name }) => name).join(", ")}`);
  const endMs = performance.now() + timeMs;
  let stopMs = hooks.isInterrupted() ? performance.now() + AFTER_INTERRUPT_MS : Number.POSITIVE_INFINITY;
  const isOver = (): boolean => {
    const nowMs = performance.now();
    if (hooks.isInterrupted()) stopMs = Math.min(stopMs, nowMs + AFTER_INTERRUPT_MS);
    return nowMs > endMs || nowMs > stopMs;
  };
  crew.resume(isOver);
  const clock = setInterval(() => {
    if (isOver()) crew.stop(hooks.isInterrupted() ? GRACE_MS.interrupted : GRACE_MS.time);
  }, 100);
  const settled = new Map<string, Settled>();
  const settle = async (rule: string): Promise<void> => {
    const one = found.get(rule)!;
    // Once time is over, a rule whose turn has not come is told as it was found: with many of them, one run each takes too long.
    if (isOver()) return void settled.set(rule, asFound(one));
    const holding = rules.map(({ name }) => name).filter((name) => name === rule || !found.has(name));
    const result = await crew.run({
      kind: "settle",
      scenario,
      bounds,
      found: one,
      rule,
      holding,
      seed,
      runs,
    });
    settled.set(rule, result ?? asFound(one));
  };
  const waiting = broken.map(({ name }) => name);
  const worker = async () => {
    for (let rule = waiting.shift(); rule !== undefined; rule = waiting.shift()) await settle(rule);
  };
  try {
    await Promise.all(Array.from({ length: crew.size }, worker));
  } finally {
    clearInterval(clock);
  }
  return settled;
}

/** A breach as it was found: nothing taken away, nothing told, and its run not made again. */
function asFound({ violation, scenario, run }: Found): Settled {
  const { rule, breach, timeUs } = violation;
  const counterexample = {
    rule,
    key: breach.key,
    text: breach.text,
    timeUs,
    scenario,
    fingerprint: "",
    because: "",
    story: [],
    size: sizeOf(scenario),
    steps: [],
  };
  return { counterexample, repairs: [], run: run ?? null, isUnfinished: true };
}

interface Parts {
  readonly found: ReadonlyMap<string, Found>;
  readonly search: SearchReport;
  readonly endedBy: Report["endedBy"];
  readonly scopes: Scopes;
  readonly coverage: Report["coverage"];
}

async function runBatches({ scenario, rules, options, crew, hooks, over }: Searching): Promise<Parts> {
  const { bounds, runs, seed, shard, maxEvents } = options;
  const batches = new Batches(
    rules.map(({ name }) => name),
    runs,
    shard ?? undefined,
  );
  let endedBy: Report["endedBy"] = "done";
  const worker = async () => {
    for (let task = batches.next(); task !== null; task = batches.next()) {
      const done = await crew.run({ kind: "batch", scenario, bounds, seed, maxEvents, ...task });
      if (done !== null) batches.add(done.result, done.coverage);
      hooks.onProgress(
        `${Math.floor(100 * batches.share)} % of ${counted(runs, "run")}, ${batches.found.size} of ${counted(rules.length, "rule")} broken or seen`,
      );
      const why = over();
      if (why === null) continue;
      endedBy = why;
      return;
    }
  };
  const clock = stopper(crew, over);
  try {
    await Promise.all(Array.from({ length: crew.size }, worker));
  } finally {
    clearInterval(clock);
  }
  return {
    found: batches.found,
    search: {
      kind: "random",
      runs: batches.runs,
      asked: runs,
      seed,
      isCertain: batches.isCertain,
      shard,
      cut: batches.cut,
      maxEvents,
    },
    endedBy,
    scopes: batches.scopes,
    coverage: batches.coverage.report(),
  };
}

async function exploreAll({ scenario, rules, options, crew, hooks, over }: Searching): Promise<Parts> {
  const { bounds, depth, maxEvents } = options;
  let last: Exploration = UNEXPLORED;
  const seen = new Map<string, Found>();
  const clock = stopper(crew, over);
  let sending: ReturnType<typeof setTimeout> | undefined;
  try {
    const names = rules.map(({ name }) => name);
    const exploring = { scenario, rules: names, bounds, depth, maxEvents };
    const lines = Array.from({ length: Math.min(crew.size - 1, MAX_SCOUTS) }, newLine);
    // They end when who explores does, and nobody waits for them. Until a thread is of use, a short search is over.
    sending = setTimeout(() => {
      for (const [, line] of lines) void crew.run({ kind: "scout", ...exploring, line });
    }, SCOUTS_AFTER_MS);
    const done = await crew.run(
      { kind: "explore", ...exploring, lines: lines.map(([line]) => line) },
      (exploration, found) => {
        last = exploration;
        for (const one of found) seen.set(one.violation.rule, one);
        const { states, runs, waiting, depth: reached } = exploration;
        hooks.onProgress(
          `${counted(states, "state")} in ${counted(runs, "run")}, ${grouped(waiting)} waiting, ${counted(reached, "departure")} deep`,
        );
      },
    );
    // If it is given up in the middle of a run, what it had reported until then remains.
    const exploration = done?.exploration ?? last;
    for (const one of done?.found ?? []) seen.set(one.violation.rule, one);
    const isComplete = done !== null && exploration.waiting === 0;
    const scopes = new Scopes();
    scopes.addAll(done?.scopes ?? {});
    const all = new Coverage();
    if (done !== null) all.add(done.coverage);
    return {
      found: seen,
      search: explorationReport(exploration, depth, maxEvents, isComplete),
      scopes,
      endedBy: isComplete ? "done" : (over() ?? "interrupted"),
      coverage: all.report(),
    };
  } finally {
    clearInterval(clock);
    clearTimeout(sending);
  }
}

/** Looks at the clock also while all threads are silent, and stops the crew when the search is over. */
function stopper(crew: Crew, over: () => "time" | "interrupted" | null): ReturnType<typeof setInterval> {
  return setInterval(() => {
    const why = over();
    if (why !== null) crew.stop(GRACE_MS[why]);
  }, 100);
}
