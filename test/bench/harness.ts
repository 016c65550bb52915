/**
 * Compares programs that do the same work, on this machine, in one go. Absolute speeds move with the machine and
 * with what else it does; so repeats are interleaved (A B C, A B C, …) and what counts is the ratio of medians.
 * Each repeat is a process of its own, so that none inherits what another one taught the compiler.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

/** One run of a program. */
export interface Measured {
  seconds: number;
  events: number;
  /** What the run computed. Programs that do the same work have the same; empty if it can't be compared. */
  check: string;
}

/** A command that prints a `Measured` as JSON on its last line. */
export interface Program {
  name: string;
  command: string;
  args: readonly string[];
}

export interface Result {
  name: string;
  /** Million events a second: median, and the slowest and fastest repeat. */
  median: number;
  min: number;
  max: number;
  /** Median speed over the median speed of the first program. */
  ratio: number;
}

export function machine(): string {
  const all = cpus();
  return `${all[0]?.model ?? "unknown processor"}, ${all.length} cores, Node ${process.version} (V8 ${process.versions.v8})`;
}

/** Compiles C++ into a temporary folder, with a library if it needs one. Gives the program's path, or why there is none. */
export function compileCpp(source: string, library?: string): { path: string } | { missing: string } {
  const path = join(mkdtempSync(join(tmpdir(), "fanout-bench-")), "program");
  const link = library === undefined ? [] : [`-l${library}`];
  try {
    execFileSync("g++", ["-O3", "-march=native", source, "-o", path, ...link], { stdio: "pipe" });
    return { path };
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === "ENOENT") return { missing: "g++ is not installed" };
    const isLibraryMissing = /No such file or directory|cannot find -l/.test(String(stderr));
    if (library !== undefined && isLibraryMissing) return { missing: `${library} is not installed` };
    return { missing: `g++ failed on ${source}: ${stderr}` };
  }
}

function runOnce(program: Program): Measured {
  const out = execFileSync(program.command, [...program.args], { encoding: "utf8", maxBuffer: 1 << 26 });
  return JSON.parse(out.trim().split("\n").at(-1)!) as Measured;
}

/** Interleaved repeats of all programs. Ratios are against the first. Throws if programs computed different things. */
export function compare(programs: readonly Program[], repeats: number): Result[] {
  const speeds = programs.map(() => [] as number[]);
  const checks = new Map<string, string>();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [i, program] of programs.entries()) {
      const { seconds, events, check } = runOnce(program);
      speeds[i].push(events / seconds / 1e6);
      if (check !== "") checks.set(check, program.name);
    }
  }
  if (checks.size > 1) {
    throw new Error(
      `not the same work: ${[...checks].map(([check, name]) => `${name}: ${check}`).join(", ")}`,
    );
  }
  const first = median(speeds[0]);
  return programs.map(({ name }, i) => ({
    name,
    median: median(speeds[i]),
    min: Math.min(...speeds[i]),
    max: Math.max(...speeds[i]),
    ratio: median(speeds[i]) / first,
  }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A table in text; `ratioTo` names the program that ratios are against. */
export function table(title: string, results: readonly Result[]): string {
  const width = Math.max(...results.map((result) => result.name.length));
  const lines = results.map(({ name, median, min, max, ratio }) => {
    const range = `(${shown(min)} to ${shown(max)})`;
    return `  ${name.padEnd(width)}  ${shown(median).padStart(7)} ${range.padEnd(18)} ${ratio.toFixed(2).padStart(6)} ×`;
  });
  return [title, ...lines].join("\n");
}

/** Two digits after the point, or, of what is slow, three that matter. */
function shown(millions: number): string {
  return millions >= 0.1 ? millions.toFixed(2) : millions.toPrecision(3);
}
