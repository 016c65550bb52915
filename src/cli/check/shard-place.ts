/**
 * Which shard of a search this process makes, by what the environment says of its place among several machines. It is
 * never guessed: what is there in part, or twice, is refused with what was looked for and what was found.
 */
import { SEARCH_LIMITS } from "../../check/limits.ts";
import { InputError } from "../io.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `--shard i/n`, or `--shard auto` with or without how many there are. */
export type ShardOption = readonly [index: number, of: number] | { readonly autoOf: number | null };

/** A shard, and by what: null if it was said on the command line. */
export interface ShardPlace {
  readonly shard: readonly [index: number, of: number];
  readonly by: string | null;
}

/** What gives several processes a place each. */
interface Placer {
  readonly name: string;
  /** The variable without which it is not there, and those that it goes with. */
  readonly variables: readonly [index: string, ...others: string[]];
  /** The shard, from 1, and how many there are, if it says so; or what is wrong. */
  place(values: readonly number[]): readonly [index: number, of: number | null] | string;
}

const PLACERS: readonly Placer[] = [
  {
    // docs.gitlab.com/ci/variables/predefined_variables: CI_NODE_TOTAL is 1, and CI_NODE_INDEX not set, without `parallel`.
    name: "GitLab, of a job with parallel",
    variables: ["CI_NODE_INDEX", "CI_NODE_TOTAL"],
    place: ([index, of]) => [index, of],
  },
  {
    // slurm.schedmd.com/job_array: ids need not begin with 0 or 1, and can be some steps apart.
    name: "Slurm, of a job array",
    variables: [
      "SLURM_ARRAY_TASK_ID",
      "SLURM_ARRAY_TASK_MIN",
      "SLURM_ARRAY_TASK_MAX",
      "SLURM_ARRAY_TASK_COUNT",
    ],
    place: ([id, min, max, count]) => {
      const step = count === 1 ? 1 : (max - min) / (count - 1);
      const place = (id - min) / step;
      return Number.isInteger(step) && Number.isInteger(place)
        ? [place + 1, count]
        : "the ids of the array are not evenly apart; use --array=1-8, or say --shard i/n";
    },
  },
  {
    // kubernetes.io/docs/concepts/workloads/controllers/job, completionMode: Indexed. No variable says how many there are.
    name: "Kubernetes, of an indexed job",
    variables: ["JOB_COMPLETION_INDEX"],
    place: ([index]) => [index + 1, null],
  },
];

/** @throws InputError if the environment does not say it, or says it twice */
export function placeOf(option: ShardOption | undefined, env: Environment): ShardPlace | null {
  if (option === undefined) return null;
  if (!("autoOf" in option)) return { shard: option, by: null };
  const there = PLACERS.filter(({ variables: [index] }) => isSet(env, index));
  if (there.length > 1)
    refuse(`found ${there.map((one) => foundOf(one, env)).join("; and ")}`, "say which, with --shard i/n");
  const [placer] = there;
  if (placer === undefined) return refuse(nothingFound(env), "say it with --shard i/n");
  return { shard: shardBy(placer, env, option.autoOf), by: foundOf(placer, env) };
}

function shardBy(placer: Placer, env: Environment, autoOf: number | null): readonly [number, number] {
  const { variables, place } = placer;
  const found = `found ${foundOf(placer, env)}`;
  const wrong = variables.filter((name) => !/^\d{1,9}$/.test(env[name] ?? ""));
  if (wrong.length > 0) refuse(found, `allowed: whole numbers; look at ${wrong.join(", ")}`);
  const placed = place(variables.map((name) => Number(env[name])));
  if (typeof placed === "string") return refuse(found, placed);
  const [index, said] = placed;
  if (said === null && autoOf === null)
    return refuse(found, "that does not say how many there are; say it, as --shard auto/4");
  const of = said ?? autoOf!;
  if (autoOf !== null && autoOf !== of)
    refuse(found, `that is one of ${of}, and --shard says auto/${autoOf}`);
  const [, most] = SEARCH_LIMITS.shards;
  if (!(index >= 1 && index <= of && of <= most))
    refuse(found, `that is no place: ${index} of ${of}; allowed: from 1 of n to n of n, n at most ${most}`);
  return [index, of];
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "") !== "";
}

/** «CI_NODE_INDEX=2, CI_NODE_TOTAL=4 (GitLab, of a job with parallel)». */
function foundOf({ name, variables }: Placer, env: Environment): string {
  return `${variables.map((variable) => `${variable}${isSet(env, variable) ? `=${env[variable]}` : " not set"}`).join(", ")} (${name})`;
}

function nothingFound(env: Environment): string {
  const looked = PLACERS.map(({ name, variables }) => `${variables.join(", ")} (${name})`);
  const others = PLACERS.flatMap(({ variables }) => variables).filter((name) => isSet(env, name));
  const found =
    others.length === 0
      ? "none of them is set"
      : `found of these only ${others.map((name) => `${name}=${env[name]}`).join(", ")}`;
  return `looked for ${looked.join("; ")}; ${found}`;
}

function refuse(what: string, so: string): never {
  throw new InputError(`--shard auto: ${what}; ${so}`);
}
