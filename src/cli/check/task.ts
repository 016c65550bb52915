/** The pieces of work that a search is cut into: plain data, so that any thread can do them. */
import type { Bounds } from "../../check/bounds.ts";
import { stripped } from "../../check/bounds.ts";
import { settle } from "../../check/check.ts";
import { ruleNamed } from "../../check/claims.ts";
import { Coverage, type CoverageData } from "../../check/coverage.ts";
import { type Exploration, explore, type Found, UNEXPLORED } from "../../check/exhaustive.ts";
import { type BatchResult, searchBatch } from "../../check/random.ts";
import type { Rule } from "../../check/rule.ts";
import { type Scope, Scopes } from "../../check/scope.ts";
import { Scout } from "../../check/scout.ts";
import { eventBoundOf } from "../../check/trial.ts";
import type { Settled } from "../../check/verdict.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { answer, DistantScout, type Line } from "./distant-scout.ts";

interface Common {
  readonly scenario: Scenario;
  readonly bounds: Bounds;
}

/** How many events each run of a search may have. */
interface Bounded {
  readonly maxEvents: number;
}

interface Exploring extends Common, Bounded {
  readonly rules: readonly string[];
  /** How many departures a run may have; null: any number. */
  readonly depth: number | null;
}

interface Tasks {
  /** How many events the runs of a search may have. */
  bound: { task: Common; result: number };
  /** A batch of random runs. */
  batch: {
    task: Common &
      Bounded & {
        readonly rules: readonly string[];
        readonly seed: number;
        readonly batch: number;
        readonly runs: number;
      };
    result: { readonly result: BatchResult; readonly coverage: CoverageData };
  };
  /** All runs within the bounds. */
  explore: {
    task: Exploring & {
      /** To those who run branches before their turn. */
      readonly lines: readonly Line[];
    };
    result: {
      readonly found: readonly Found[];
      readonly exploration: Exploration;
      readonly scopes: Readonly<Record<string, Scope>>;
      readonly coverage: CoverageData;
    };
  };
  /** Running branches of an exploration before their turn, until who explores hangs up. */
  scout: { task: Exploring & { readonly line: Line }; result: null };
  /** Shrinking a breach, telling it and looking for repairs. */
  settle: {
    task: Common & {
      readonly found: Found;
      readonly rule: string;
      readonly holding: readonly string[];
      readonly seed: number;
      readonly runs: number | null;
    };
    result: Settled;
  };
}

export type TaskKind = keyof Tasks;
export type Task<K extends TaskKind = TaskKind> = {
  [Kind in K]: { readonly kind: Kind } & Tasks[Kind]["task"];
}[K];
export type Result<K extends TaskKind> = Tasks[K]["result"];

export interface Hooks {
  /** Whether to end now, with what is known. */
  readonly isStopped: () => boolean;
  /** How far an exploration is, and what it has found since the last report. */
  readonly onProgress: (exploration: Exploration, found: readonly Found[]) => void;
}

/** How long an exploration goes on before it yields: signals and messages are heard only when the event loop turns. */
const SLICE_MS = 50;

/** Does a task. */
export async function perform<K extends TaskKind>(task: Task<K>, hooks: Hooks): Promise<Result<K>>;
export async function perform(task: Task, hooks: Hooks): Promise<Result<TaskKind>> {
  const { scenario, bounds } = task;
  switch (task.kind) {
    case "bound":
      return eventBoundOf(scenario, hooks.isStopped);
    case "batch": {
      const coverage = new Coverage();
      const result = searchBatch(
        stripped(scenario),
        named(scenario, task.rules),
        { ...task, isOver: hooks.isStopped },
        coverage,
      );
      return { result, coverage: coverage.data() };
    }
    case "explore":
      return exploreAll(task, hooks);
    case "scout":
      return scout(task, hooks);
    case "settle":
      return settle({
        found: task.found,
        original: scenario,
        rule: ruleNamed(scenario, task.rule)!,
        holding: named(scenario, task.holding),
        bounds,
        seed: task.seed,
        runs: task.runs,
        isOver: hooks.isStopped,
      });
  }
}

function named(scenario: Scenario, names: readonly string[]): Rule[] {
  return names.map((name) => ruleNamed(scenario, name)!);
}

async function exploreAll(
  { scenario, rules, bounds, depth, maxEvents, lines }: Task<"explore">,
  { isStopped, onProgress }: Hooks,
): Promise<Result<"explore">> {
  const found: Found[] = [];
  const coverage = new Coverage();
  const scopes = new Scopes();
  const scouts = lines.map((line) => new DistantScout(line));
  const exploring = explore(
    stripped(scenario),
    named(scenario, rules),
    { bounds, depth, maxEvents, isOver: isStopped },
    (one) => found.push(one),
    { scopes, coverage },
    scouts,
  );
  let told = 0;
  let exploration = UNEXPLORED;
  let sliceEndMs = performance.now() + SLICE_MS;
  try {
    for (const progress of exploring) {
      exploration = { ...progress };
      if (performance.now() < sliceEndMs) continue;
      onProgress(exploration, found.slice(told));
      told = found.length;
      await new Promise((resolve) => setImmediate(resolve));
      if (isStopped() && exploration.waiting > 0) break;
      sliceEndMs = performance.now() + SLICE_MS;
    }
  } finally {
    for (const one of scouts) one.hangUp();
  }
  return { found, exploration, scopes: scopes.data(), coverage: coverage.data() };
}

async function scout(
  { scenario, rules, bounds, depth, maxEvents, line }: Task<"scout">,
  { isStopped }: Hooks,
): Promise<null> {
  const options = { bounds, depth, maxEvents, isOver: isStopped };
  await answer(line, new Scout(stripped(scenario), named(scenario, rules), options));
  return null;
}
