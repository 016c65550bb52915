/** The options of `fanout check`: what they are, what they contradict, and what a search makes of them. */
import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { DEFAULT_BOUNDS } from "../../check/bounds.ts";
import { DEFAULT_RUNS } from "../../check/check.ts";
import { SEARCH_LIMITS } from "../../check/limits.ts";
import { grouped } from "../../run/grouped.ts";
import { LIMITS, type Scenario } from "../../scenario/schema.ts";
import { parseDuration, parseWhole } from "../arguments.ts";
import { addBaseUrlOption, type BaseUrlOption } from "../base-url.ts";
import { InputError } from "../io.ts";
import type { ScenarioOptions } from "../options.ts";
import { ms, seconds } from "../text.ts";
import type { SearchOptions } from "./search.ts";
import type { ShardOption, ShardPlace } from "./shard-place.ts";

export interface CheckOptions extends ScenarioOptions, BaseUrlOption {
  readonly everyVariant?: boolean;
  readonly rule?: readonly string[];
  readonly runs?: number;
  readonly exhaustive?: boolean;
  readonly depth?: number;
  readonly late?: number;
  readonly lateSteps?: number;
  readonly losses: number;
  readonly crashes: number;
  readonly maxEvents?: number;
  readonly time?: number;
  readonly shard?: ShardOption;
  readonly workers: number;
  readonly json?: boolean;
  readonly junit?: string;
  readonly allowUnfinished?: boolean;
  readonly out?: string;
}

const MAX_WORKERS = 64;
const DEFAULT_TIME_US = 60_000_000;

/** Which scenarios, and which of their rules. */
export function addCaseOptions(command: Command): Command {
  return command
    .option("--every-variant", "check each variant, and whether it breaks what it says it breaks")
    .option(
      "-r, --rule <name>",
      "check this rule only; may be repeated",
      (name: string, earlier: readonly string[] = []) => [...earlier, name],
    );
}

/** Which runs, and how many. */
export function addSearchOptions(command: Command): Command {
  return command
    .option(
      "--runs <n>",
      `random runs (default: ${grouped(DEFAULT_RUNS)})`,
      parseWhole(...SEARCH_LIMITS.runs),
    )
    .option("--exhaustive", "explore all runs within the bounds instead of random ones")
    .option(
      "--depth <n>",
      "of all runs: those that depart at most n times from the plainest (default: any number)",
      parseWhole(...SEARCH_LIMITS.depth),
    )
    .option(
      "--late <duration>",
      `how much later than the scenario says each packet may be (default: ${DEFAULT_BOUNDS.lateMs}ms)`,
      parseLateness,
    )
    .option(
      "--late-steps <n>",
      `of all runs: in how many steps a packet can be late (default: ${DEFAULT_BOUNDS.lateSteps})`,
      parseWhole(...SEARCH_LIMITS.lateSteps),
    )
    .option(
      "--losses <n>",
      "how many packets may be lost in one run; random runs, if not 0: 1 % of the packets",
      parseWhole(...SEARCH_LIMITS.losses),
      DEFAULT_BOUNDS.losses,
    )
    .option(
      "--crashes <n>",
      "how many processes may be killed in one run, at any time",
      parseWhole(...SEARCH_LIMITS.crashes),
      DEFAULT_BOUNDS.crashes,
    )
    .option(
      "--time <duration>",
      `end the search after this real time, and say what is known (default: ${DEFAULT_TIME_US / 1_000_000}s)`,
      parseDuration,
    )
    .option(
      "--shard <i/n>",
      "make only the i-th of n parts of the random runs, which are dealt in hundreds; fanout merge puts the parts together; auto, or auto/n: as GitLab, Slurm or Kubernetes say",
      parseShard,
    )
    .option(
      "--workers <n>",
      "threads",
      parseWhole(1, MAX_WORKERS),
      Math.min(availableParallelism(), MAX_WORKERS),
    );
}

/** What is reported, and where. */
export function addReportOptions(command: Command): Command {
  return addBaseUrlOption(command)
    .option(
      "--max-events <n>",
      "cut each run after n events; what was cut is unfinished (default: four times the plainest run's, at least 200,000)",
      parseWhole(...SEARCH_LIMITS.maxEvents),
    )
    .option("--allow-unfinished", "end with 0 instead of 3 where rules are silent, unfinished or not tried")
    .option("--json", "print one JSON document instead of the report")
    .option("--junit <file>", "also write the verdicts as JUnit XML")
    .option(
      "-o, --out <folder>",
      "also write each counterexample: scenario, story, diagram, regression test",
    );
}

/** What a search is asked for. */
export function searchOptions(
  scenario: Scenario,
  options: CheckOptions,
  place: ShardPlace | null,
): SearchOptions {
  return {
    bounds: {
      lateMs: (options.late ?? DEFAULT_BOUNDS.lateMs * 1000) / 1000,
      lateSteps: options.lateSteps ?? DEFAULT_BOUNDS.lateSteps,
      losses: options.losses,
      crashes: options.crashes,
    },
    runs: options.runs ?? DEFAULT_RUNS,
    seed: seedOf(scenario, options),
    shard: place?.shard ?? null,
    exhaustive: options.exhaustive === true,
    depth: options.depth ?? null,
    maxEvents: options.maxEvents ?? null,
    timeMs: (options.time ?? DEFAULT_TIME_US) / 1000,
  };
}

export function seedOf(scenario: Scenario, options: CheckOptions): number {
  return options.seed ?? scenario.seed;
}

/** @throws InputError if options exclude each other */
export function refuseContradictions(options: CheckOptions): void {
  const { exhaustive, runs, depth, lateSteps, shard, variant, everyVariant } = options;
  const refuse = (why: string) => {
    throw new InputError(why);
  };
  if (exhaustive === true && runs !== undefined)
    refuse("--exhaustive explores all runs; --runs is for random ones. Choose one of them");
  if (exhaustive === true && shard !== undefined)
    refuse("an exhaustive search can't be cut into shards; --shard is for random runs");
  if (exhaustive !== true && depth !== undefined) refuse("--depth goes with --exhaustive");
  if (exhaustive !== true && lateSteps !== undefined) refuse("--late-steps goes with --exhaustive");
  if (everyVariant === true && variant !== undefined)
    refuse("found both --variant and --every-variant; choose one of them");
  if (everyVariant === true && shard !== undefined)
    refuse("--shard goes with one variant; choose it with --variant");
}

function parseShard(text: string): ShardOption {
  const [, index = "", of = ""] = /^(\d{1,4}|auto)(?:\/(\d{1,4}))?$/.exec(text) ?? [];
  if (index === "auto" && of === "") return { autoOf: null };
  if (index === "auto" && Number(of) >= 1) return { autoOf: Number(of) };
  if (!(Number(index) >= 1 && Number(index) <= Number(of)))
    throw new InvalidArgumentError(
      "It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.",
    );
  return [Number(index), Number(of)];
}

/** A duration that may be 0, and no longer than the longest latency of a link. */
function parseLateness(text: string): number {
  const us = /^0(ms|s|m|h)?$/.test(text) ? 0 : parseDuration(text);
  if (us > LIMITS.latencyMs * 1000)
    throw new InvalidArgumentError(`It must be at most ${seconds(LIMITS.latencyMs * 1000)}.`);
  return us;
}

/**
 * Even with the lateness that a search may add, a latency must be one that the format allows, or no file
 * could hold what is found.
 */
export function refuseTooLate({ network }: Scenario, { late = 0 }: CheckOptions): void {
  for (const [link, { latencyMs }] of Object.entries(network))
    if (typeof latencyMs === "number" && latencyMs * 1000 + late > LIMITS.latencyMs * 1000)
      throw new InputError(
        `--late: ${ms(late / 1000)} ms on top of network.${link}.latencyMs, ${ms(latencyMs)} ms, is more than a packet may take; allowed: --late ${ms(LIMITS.latencyMs - latencyMs)}ms at most`,
      );
}
