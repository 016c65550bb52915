/**
 * All runs of lessons within the bounds that docs/guide/checking.md states for them, by the command line as people use it: how many, and how
 * long they take. The lessons are those about balancers, backplanes, and servers that come and go.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const FOLDER = resolve("simulations");
/** Of these parts of the course, all. */
const OF_PARTS = /^part: [456]$/m;
/** Of other parts. */
export const OTHERS = ["sticky-is-not-joined", "joined-is-not-sticky", "connection-registry"];
/** By lesson, or lesson and variant: the most departures; of others 1. */
export const DEPARTURES: Readonly<Record<string, number>> = {
  "reconnect-storm": 0,
  "replay-from-a-stream redis-stops": 0,
};
/** A single run of it is that of a thousand people or more, each of whose states would be told from others. */
export const LEFT_OUT = "hundred-thousand";

function searched(): string[] {
  const lessons = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const isOne = (name: string) =>
    OTHERS.includes(name) || OF_PARTS.test(readFileSync(resolve(FOLDER, name, "lesson.md"), "utf8"));
  return lessons.map(({ name }) => name).filter((name) => name !== LEFT_OUT && isOne(name));
}

/** A line for each variant. */
export function measureBounds(): string {
  const lines = [
    "lesson | variant | departures | states | runs | all of them | s",
    "--- | --- | --- | --- | --- | --- | ---",
  ];
  for (const lesson of searched()) {
    const text = readFileSync(resolve(FOLDER, lesson, "scenario.json"), "utf8");
    for (const variant of Object.keys(JSON.parse(text).variants)) {
      const departures = DEPARTURES[`${lesson} ${variant}`] ?? DEPARTURES[lesson] ?? 1;
      const { states, runs, isComplete, seconds } = search(lesson, variant, departures);
      const isAll = isComplete ? "yes" : "no";
      lines.push([lesson, variant, departures, states, runs, isAll, seconds.toFixed(1)].join(" | "));
    }
  }
  return lines.join("\n");
}

interface Searched {
  readonly states: number;
  readonly runs: number;
  /** Whether none was left. */
  readonly isComplete: boolean;
  /** Real time, what a breach takes to be shrunk and repaired included. */
  readonly seconds: number;
}

function search(lesson: string, variant: string, departures: number): Searched {
  const bounds = ["--exhaustive", "--depth", String(departures), "--time", "60s", "--json"];
  const beganMs = performance.now();
  const { stdout } = spawnSync(
    process.execPath,
    ["dist/node/fanout.js", "check", lesson, "--variant", variant, ...bounds],
    { encoding: "utf8", maxBuffer: 1 << 30 },
  );
  return { ...JSON.parse(stdout).search, seconds: (performance.now() - beganMs) / 1000 };
}
