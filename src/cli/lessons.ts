/** The lessons that come with the package: the folders of `simulations/`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lesson } from "../lesson/lesson.ts";
import { readLesson } from "../lesson/read.ts";

/** The package's own folder, wherever this file was built to. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) || !existsSync(join(folder, "simulations"))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error("the folder simulations/ is missing: this copy of Fanout Lab is incomplete");
    folder = parent;
  }
  return folder;
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}

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
