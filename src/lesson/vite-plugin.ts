/**
 * Lessons and the glossary are read when the page is built: what the page gets is data, and no parser. Of the lessons
 * that are not open it gets what the course lists, and nothing else: the module `virtual:course`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Plugin } from "vite";
import type { CourseEntry } from "./lesson.ts";
import { readGlossary, readLesson } from "./read.ts";

const COURSE = "virtual:course";
const SIMULATIONS = join(import.meta.dirname, "../../simulations");

export function lessons(): Plugin {
  return {
    name: "fanout-lessons",
    enforce: "pre",
    resolveId: (id) => (id === COURSE ? `\0${COURSE}` : undefined),
    load: (id) => (id === `\0${COURSE}` ? asModule(readCourse(SIMULATIONS)) : undefined),
    transform(text, id) {
      const [file = ""] = id.split("?");
      if (basename(file) === "lesson.md") return asModule(readLesson(basename(dirname(file)), text));
      if (basename(file) === "glossary.md") return asModule(readGlossary(text));
      return undefined;
    },
  };
}

/** Every folder with a scenario, in the order of the course; those that are not told in steps come last. */
function readCourse(folder: string): CourseEntry[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "scenario.json")))
    .map((name) => {
      const { title, summary } = JSON.parse(readFileSync(join(folder, name, "scenario.json"), "utf8"));
      const file = join(folder, name, "lesson.md");
      if (!existsSync(file))
        return { name, title, summary, part: null, order: 0, minutes: null, needs: [], teaches: "" };
      const { part, order, minutes, needs, teaches } = readLesson(name, readFileSync(file, "utf8"));
      return { name, title, summary, part, order, minutes, needs, teaches };
    })
    .sort((one, other) => (one.part ?? 99) - (other.part ?? 99) || one.order - other.order);
}

function asModule(data: unknown) {
  return { code: `export default ${JSON.stringify(data)}`, map: null };
}
