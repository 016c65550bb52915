/** The lessons that come with the package: the folders of `simulations/`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lesson } from "../lesson/lesson.ts";
import { readLesson } from "../lesson/read.ts";
import { packageRoot } from "./package.ts";

export function lessonNames(): string[] {
  const simulations = join(packageRoot(), "simulations");
  return readdirSync(simulations, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(simulations, entry.name, "scenario.json")))
    .map((entry) => entry.name)
    .sort();
}

export function lessonFile(name: string): string {
  return join(packageRoot(), "simulations", name, "scenario.json");
}

/** The lessons that are told in steps, in the order of the course. */
export function course(): Lesson[] {
  return lessonNames()
    .map((name) => [name, join(packageRoot(), "simulations", name, "lesson.md")] as const)
    .filter(([, file]) => existsSync(file))
    .map(([name, file]) => readLesson(name, readFileSync(file, "utf8")))
    .sort((one, other) => one.part - other.part || one.order - other.order);
}
