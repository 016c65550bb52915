/** The built command as a process: what only a real process can show. */
import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { small } from "../scenario/samples.ts";
import { builtCommand } from "../support/builds.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";
import { withoutProgress } from "./support.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let binary: string;

/** A run that goes on for minutes. */
const LONG = small({
  durationMs: 86_400_000,
  clients: [{ name: "A", count: 50, startConnected: true }],
  servers: { count: 1 },
  workload: [{ from: "A", everyMs: 10 }],
});

/** Has the command show its progress, as it does where somebody watches. */
const WATCHED = ["--import", "data:text/javascript,process.stderr.isTTY=true"];

function start(argv: readonly string[], node: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [...node, binary, ...argv], {
    cwd: tmpdir(),
    env: { ...process.env, ...env },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => {
    out += data;
  });
  child.stderr.on("data", (data) => {
    err += data;
  });
  const ended = new Promise<{ exit: number | null; out: string; err: string }>((resolve) => {
    child.on("close", (exit) => resolve({ exit, out, err }));
  });
  return { child, ended };
}

/** The command, ended by Ctrl-C as soon as its progress is as far as `progress` says: how fast the machine is does not matter. */
async function interrupt(argv: readonly string[], progress: RegExp, input = "") {
  const { child, ended } = start(argv, WATCHED);
  child.stdin.end(input);
  const watch = (data: Buffer) => {
    if (!progress.test(String(data))) return;
    child.stderr.off("data", watch);
    child.kill("SIGINT");
  };
  child.stderr.on("data", watch);
  const { err, ...rest } = await ended;
  return { ...rest, err: withoutProgress(err) };
}

beforeAll(async () => {
  binary = await builtCommand();
});

describe("the built command", () => {
  test("begins with a shebang; npm run prepare makes it executable", () => {
    expect(readFileSync(binary, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { bin, scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
      bin: Record<string, string>;
      scripts: Record<string, string>;
    };
    expect(bin).toEqual({ fanout: "dist/node/fanout.js" });
    expect(scripts.prepare).toContain("chmodSync('dist/node/fanout.js', 0o755)");
    accessSync(binary, constants.R_OK);
  });

  test.runIf(IS_DEEP)("finds its lessons from any folder", async () => {
    const { exit, out } = await start(["list"]).ended;
    expect(exit).toBe(0);
    expect(out).toContain("broadcast-across-servers: A message to the other server");
  });

  test.runIf(IS_DEEP)("colours what it prints only for a terminal, or if it is told to", async () => {
    const firstLine = async (env: NodeJS.ProcessEnv) =>
      (await start(["run", "broadcast-across-servers"], [], env).ended).out.split("\n")[0];
    expect(await firstLine({ FORCE_COLOR: undefined })).toBe("A message to the other server");
    expect(await firstLine({ FORCE_COLOR: "1" })).toBe("\u001b[1mA message to the other server\u001b[22m");
  });

  test("exit code 2 and a message for bad input", async () => {
    expect(await start(["run", "nothing"]).ended).toMatchObject({
      exit: 2,
      out: "",
      err: expect.stringContaining('there is no lesson "nothing"') as string,
    });
  });

  test("reads standard input", async () => {
    const { child, ended } = start(["run", "-", "--json"]);
    child.stdin.end(small({}));
    const { exit, out } = await ended;
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ scenario: "small" });
  });

  test("no colour in a pipe", async () => {
    const { out } = await start(["run", "broadcast-across-servers"]).ended;
    expect(out).not.toContain("\u001b");
  });

  test("a reader that goes away ends it quietly", () => {
    const quiet = execFileSync(
      "sh",
      [
        "-c",
        `"$0" "$1" trace polling-handshake --variant round-robin --format jsonl | head -n 1`,
        process.execPath,
        binary,
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
    expect(quiet.trim().split("\n")).toHaveLength(1);
  });

  test.runIf(IS_DEEP)("a reader that goes away leaves a broken rule broken", async () => {
    const { child, ended } = start([
      "check",
      "broadcast-across-servers",
      "-V",
      "no-backplane",
      "--runs",
      "10",
    ]);
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended).toMatchObject({ exit: 1, err: "" });
  });

  test("Ctrl-C ends the run and reports what is known", async () => {
    const { exit, out, err } = await interrupt(["run", "-", "--json"], /% of simulated time \([1-9]/, LONG);
    expect({ exit, err }).toEqual({ exit: 130, err: "" });
    const document = JSON.parse(out) as { endedBy: string; copies: { sent: number } };
    expect(document.endedBy).toBe("interrupted");
    expect(document.copies.sent).toBeGreaterThan(0);
  });

  test.runIf(IS_DEEP)("one thread or two: the same verdicts and counterexamples", async () => {
    const argv = ["check", "polling-handshake", "-V", "round-robin", "--runs", "200", "--json", "--workers"];
    const one = await start([...argv, "1"]).ended;
    const two = await start([...argv, "2"]).ended;
    expect({ exit: one.exit, err: one.err }).toEqual({ exit: 1, err: "" });
    expect({ exit: two.exit, err: two.err }).toEqual({ exit: 1, err: "" });
    const { coverage: reached, ...verdicts } = JSON.parse(one.out) as Record<string, unknown>;
    const { coverage, ...others } = JSON.parse(two.out) as Record<string, unknown>;
    expect(others).toEqual(verdicts);
    // Which rules are still watched when a batch begins depends on who is first; what is reached does not have to be the same.
    expect(Object.keys(coverage as object)).toEqual(Object.keys(reached as object));
  });

  test.runIf(IS_DEEP)("all runs, explored by one thread or two: the same report, byte for byte", async () => {
    const design = ["transports-in-lockstep", "--rule", "delivery", "--exhaustive", "--depth", "3"];
    const argv = ["check", ...design, "--json", "--time", "5m", "--workers"];
    const one = await start([...argv, "1"]).ended;
    expect({ exit: one.exit, err: one.err }).toEqual({ exit: 0, err: "" });
    expect(JSON.parse(one.out)).toMatchObject({ search: { isComplete: true } });
    expect(await start([...argv, "2"]).ended).toEqual(one);
  });

  test.each(
    sampled(
      [
        ["random", "1", ["--runs", "10000000"], /% of 10,000,000 runs/],
        ["random", "2", ["--runs", "10000000"], /% of 10,000,000 runs/],
        ["exhaustive", "1", ["--exhaustive", "--losses", "20", "--crashes", "5"], /states in [1-9]/],
        ["exhaustive", "2", ["--exhaustive", "--losses", "20", "--crashes", "5"], /states in [1-9]/],
      ] as const,
      3,
    ),
  )(
    "Ctrl-C ends a %s search on %s threads, and says what is known",
    async (_, workers, options, progress) => {
      const argv = ["check", "polling-handshake", "-V", "cookie", "--json", "--workers", workers, ...options];
      const { exit, out, err } = await interrupt(argv, progress);
      expect({ exit, err }).toEqual({ exit: 130, err: "" });
      const document = JSON.parse(out) as { endedBy: string; search: { runs: number } };
      expect(document.endedBy).toBe("interrupted");
      expect(document.search.runs).toBeGreaterThan(0);
    },
  );

  test.each(
    sampled(
      [
        ["random", []],
        ["exhaustive", ["--exhaustive"]],
      ] as const,
      2,
    ),
  )("a %s search of which hardly one run comes to its end in time is given up", async (_, options) => {
    const { child, ended } = start(["check", "-", "--json", "--workers", "1", "--time", "100ms", ...options]);
    child.stdin.end(LONG);
    const { exit, out, err } = await ended;
    expect({ exit, err }).toEqual({ exit: 3, err: "" });
    const { endedBy, verdicts } = JSON.parse(out) as { endedBy: string; verdicts: { outcome: string }[] };
    expect(endedBy).toBe("time");
    // Next to nothing was seen, so nothing may be said to hold.
    for (const { outcome } of verdicts) expect(["not tried", "unfinished", "seen"]).toContain(outcome);
  });
});
