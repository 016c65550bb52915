/** `--shard auto`: the place that GitLab, Slurm and Kubernetes give a process, and the ready files of the guide, run as they would run them. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { blocksIn } from "../docs/blocks.ts";
import { builtCommand } from "../support/builds.ts";
import { IS_DEEP } from "../support/depth.ts";
import { fanout } from "./support.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ARGV = ["check", "broadcast-across-servers", "-V", "redis", "-r", "delivery", "--runs", "10", "--json"];
type Environment = Readonly<Record<string, string>>;

const slurm = (id: number, min: number, max: number, count: number): Environment => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_COUNT: String(count),
});

describe("--shard auto", () => {
  test.each<[string, Environment, string, readonly [number, number]]>([
    ["auto", { CI_NODE_INDEX: "2", CI_NODE_TOTAL: "3" }, "CI_NODE_INDEX=2, CI_NODE_TOTAL=3 (GitLab", [2, 3]],
    [
      "auto/3",
      { CI_NODE_INDEX: "3", CI_NODE_TOTAL: "3" },
      "CI_NODE_INDEX=3, CI_NODE_TOTAL=3 (GitLab",
      [3, 3],
    ],
    ["auto", slurm(1, 1, 8, 8), "SLURM_ARRAY_TASK_ID=1, SLURM_ARRAY_TASK_MIN=1", [1, 8]],
    ["auto", slurm(7, 0, 7, 8), "SLURM_ARRAY_TASK_ID=7, SLURM_ARRAY_TASK_MIN=0", [8, 8]],
    ["auto", slurm(5, 1, 7, 4), "SLURM_ARRAY_TASK_ID=5, SLURM_ARRAY_TASK_MIN=1", [3, 4]],
    ["auto", slurm(9, 9, 9, 1), "SLURM_ARRAY_TASK_ID=9", [1, 1]],
    ["auto/8", { JOB_COMPLETION_INDEX: "0" }, "JOB_COMPLETION_INDEX=0 (Kubernetes", [1, 8]],
    // What is set and empty is not set.
    [
      "auto/2",
      { JOB_COMPLETION_INDEX: "1", CI_NODE_INDEX: "" },
      "JOB_COMPLETION_INDEX=1 (Kubernetes",
      [2, 2],
    ],
  ])("%s by %o", async (shard, env, by, place) => {
    const { out, err } = await fanout([...ARGV, "--shard", shard], "", { env });
    expect(err).toContain(`shard ${place.join(" of ")}, by ${by}`);
    expect((JSON.parse(out) as { search: { shard: unknown } }).search.shard).toEqual(place);
  });

  const looked =
    "looked for CI_NODE_INDEX, CI_NODE_TOTAL (GitLab, of a job with parallel); SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_MIN, SLURM_ARRAY_TASK_MAX, SLURM_ARRAY_TASK_COUNT (Slurm, of a job array); JOB_COMPLETION_INDEX (Kubernetes, of an indexed job)";
  test.each<[string, Environment, string]>([
    ["auto", {}, `${looked}; none of them is set; say it with --shard i/n`],
    [
      "auto",
      { CI_NODE_TOTAL: "1" },
      `${looked}; found of these only CI_NODE_TOTAL=1; say it with --shard i/n`,
    ],
    [
      "auto",
      { CI_NODE_INDEX: "1" },
      "found CI_NODE_INDEX=1, CI_NODE_TOTAL not set (GitLab, of a job with parallel); allowed: whole numbers; look at CI_NODE_TOTAL",
    ],
    [
      "auto",
      { CI_NODE_INDEX: "one", CI_NODE_TOTAL: "2" },
      "found CI_NODE_INDEX=one, CI_NODE_TOTAL=2 (GitLab, of a job with parallel); allowed: whole numbers; look at CI_NODE_INDEX",
    ],
    [
      "auto",
      { CI_NODE_INDEX: "3", CI_NODE_TOTAL: "2" },
      "found CI_NODE_INDEX=3, CI_NODE_TOTAL=2 (GitLab, of a job with parallel); that is no place: 3 of 2; allowed: from 1 of n to n of n, n at most 9999",
    ],
    [
      "auto/4",
      { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "2" },
      "found CI_NODE_INDEX=1, CI_NODE_TOTAL=2 (GitLab, of a job with parallel); that is one of 2, and --shard says auto/4",
    ],
    [
      "auto",
      { JOB_COMPLETION_INDEX: "0" },
      "found JOB_COMPLETION_INDEX=0 (Kubernetes, of an indexed job); that does not say how many there are; say it, as --shard auto/4",
    ],
    [
      "auto/2",
      { JOB_COMPLETION_INDEX: "2" },
      "found JOB_COMPLETION_INDEX=2 (Kubernetes, of an indexed job); that is no place: 3 of 2; allowed: from 1 of n to n of n, n at most 9999",
    ],
    [
      "auto",
      slurm(2, 1, 4, 3),
      "found SLURM_ARRAY_TASK_ID=2, SLURM_ARRAY_TASK_MIN=1, SLURM_ARRAY_TASK_MAX=4, SLURM_ARRAY_TASK_COUNT=3 (Slurm, of a job array); the ids of the array are not evenly apart; use --array=1-8, or say --shard i/n",
    ],
    [
      "auto/2",
      { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "2", JOB_COMPLETION_INDEX: "0" },
      "found CI_NODE_INDEX=1, CI_NODE_TOTAL=2 (GitLab, of a job with parallel); and JOB_COMPLETION_INDEX=0 (Kubernetes, of an indexed job); say which, with --shard i/n",
    ],
  ])("%s by %o is refused", async (shard, env, message) => {
    expect(await fanout([...ARGV, "--shard", shard], "", { env })).toEqual({
      exit: 2,
      out: "",
      err: `error: --shard auto: ${message}\n`,
    });
  });
});

describe("the ready files of the guide", () => {
  const FOLDER = join(ROOT, "docs/guide/shards");
  interface Placed {
    readonly of: number;
    /** What it gives its process with place `i`, from 1. */
    readonly env: (i: number) => Environment;
  }
  /** Two say as much as eight, where the file does not name the number. */
  const PLACES: Readonly<Record<string, Placed>> = {
    "gitlab-ci.yml": { of: 2, env: (i) => ({ CI_NODE_INDEX: String(i), CI_NODE_TOTAL: "2" }) },
    "github.yml": { of: 2, env: (i) => ({ SHARD: String(i), SHARDS: "2" }) },
    "slurm.sh": { of: 2, env: (i) => slurm(i, 1, 2, 2) },
    "kubernetes.yaml": { of: 8, env: (i) => ({ JOB_COMPLETION_INDEX: String(i - 1) }) },
  };
  const temporary = mkdtempSync(join(tmpdir(), "fanout-shards-"));
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  /** A command of a file, after a dash, a hash or a colon, as a shell of the environment runs it. */
  async function run(
    folder: string,
    command: string,
    env: Environment,
  ): Promise<{ code: number; out: string }> {
    const script = `npx() { shift; "$NODE" "$FANOUT" "$@"; }\n${command.replaceAll("/parts/", "").replace("--runs 100000", "--runs 800")}`;
    const all = { PATH: process.env.PATH, NODE: process.execPath, FANOUT: await builtCommand(), ...env };
    return promisify(execFile)("sh", ["-c", script], { cwd: folder, env: all }).then(
      ({ stdout }) => ({ code: 0, out: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        out: error.stdout + error.stderr,
      }),
    );
  }

  test("are all here", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(PLACES).sort());
  });

  test.runIf(IS_DEEP).each(Object.entries(PLACES))("%s", async (name, { of, env }) => {
    const folder = mkdtempSync(join(temporary, "run-"));
    const guide = readFileSync(join(ROOT, "docs/guide/checking.md"), "utf8");
    const kitchen = blocksIn(guide).find(({ note }) => note === "file: kitchen.json")!.text;
    writeFileSync(join(folder, "kitchen.json"), kitchen);
    const text = readFileSync(join(FOLDER, name), "utf8");
    const commands = [...text.matchAll(/^(?:.*(?:- |run: |; |# +))?(npx fanout .*)$/gm)].map(
      ([, command]) => command!,
    );
    const [check, merge] = ["npx fanout check", "npx fanout merge"].map((begin) =>
      commands.filter((command) => command.startsWith(begin)),
    );
    expect([check!.length, merge!.length]).toEqual([1, 1]);
    // All but the last: the verdict says which is missing.
    for (let i = 1; i < of; i++) expect(await run(folder, check![0]!, env(i))).toEqual({ code: 0, out: "" });
    const early = await run(folder, merge![0]!, {});
    expect(early).toEqual({ code: 2, out: `error: shard ${of} of ${of} is missing\n` });
    expect((await run(folder, check![0]!, env(of))).code).toBe(0);
    const { code, out } = await run(folder, merge![0]!, {});
    expect(code, out).toBe(0);
    expect(out).toContain("800 random runs from seed 1.");
    // What is no report fails its job.
    rmSync(join(folder, "kitchen.json"));
    expect((await run(folder, check![0]!, env(1))).code).toBe(1);
  });
});
