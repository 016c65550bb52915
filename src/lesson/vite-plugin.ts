/**
 * Lessons and the glossary are read when the page is built, and lessons' scenarios checked: what the page gets is data, and no
 * parser. Of the lessons that are not open it gets what the course lists, and where the rest is: the module `virtual:course`.
 * The rest of a lesson, its scenario and its steps, is one file, since both are wanted together.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Plugin, runnerImport } from "vite";
import type { CourseEntry } from "./lesson.ts";
import { readGlossary, readLesson } from "./read.ts";

const COURSE = "virtual:course";
const WORDS = "virtual:course-words";
const REST = /^virtual:course\/(.+)\/lesson$/;
const SIMULATIONS = join(import.meta.dirname, "../../simulations");

export function lessons(): Plugin {
  return {
    name: "fanout-lessons",
    enforce: "pre",
    resolveId: (id) => (id === COURSE || id === WORDS || REST.test(id) ? `\0${id}` : undefined),
    async load(id) {
      if (id === `\0${COURSE}`) return courseModule(readCourse(SIMULATIONS));
      if (id === `\0${WORDS}`) return wordsModule(readCourse(SIMULATIONS));
      const name = REST.exec(id.slice(1))?.[1];
      if (name === undefined) return undefined;
      this.addWatchFile(join(SIMULATIONS, name, "scenario.json"));
      return lessonModule(name);
    },
    transform(text, id) {
      const [file = ""] = id.split("?");
      if (basename(file) === "lesson.md") return asModule(readLesson(basename(dirname(file)), text));
      if (basename(file) === "glossary.md") return asModule(readGlossary(text));
      return undefined;
    },
  };
}

/** A lesson as it is listed, and what it is about. */
interface Listed {
  readonly entry: CourseEntry;
  readonly words: { readonly summary: string; readonly teaches: string };
  readonly order: number;
}

/** Every folder with a scenario, in the order of the course; those that are not told in steps come last. */
function readCourse(folder: string): Listed[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "scenario.json")))
    .map((name) => {
      const { title, summary } = JSON.parse(readFileSync(join(folder, name, "scenario.json"), "utf8"));
      const file = join(folder, name, "lesson.md");
      const told = existsSync(file) ? readLesson(name, readFileSync(file, "utf8")) : null;
      const { part = null, order = 0, minutes = null, needs = [], teaches = "" } = told ?? {};
      return { entry: { name, title, part, minutes, needs }, words: { summary, teaches }, order };
    })
    .sort((one, other) => (one.entry.part ?? 99) - (other.entry.part ?? 99) || one.order - other.order);
}

function courseModule(course: readonly Listed[]) {
  const { code } = asModule(course.map(({ entry }) => entry));
  const files = course.map(
    ({ entry: { name } }) => `${JSON.stringify(name)}: () => import("${COURSE}/${name}/lesson")`,
  );
  return { code: `${code}; export const files = { ${files.join(", ")} };`, map: null };
}

/** What lessons are about is most of what is said of them, and only who seeks one reads it. */
function wordsModule(course: readonly Listed[]) {
  return asModule(Object.fromEntries(course.map(({ entry, words }) => [entry.name, words])));
}

async function lessonModule(name: string) {
  const folder = join(SIMULATIONS, name);
  const file = join(folder, "lesson.md");
  const isTold = existsSync(file);
  const story = isTold ? readLesson(name, readFileSync(file, "utf8")) : null;
  const { prepare } = await preparer();
  const scenario = prepare(name, readFileSync(join(folder, "scenario.json"), "utf8"), story);
  const steps = isTold
    ? `export { default as story } from ${JSON.stringify(file.replaceAll("\\", "/"))};`
    : "export const story = null;";
  return { code: `export const scenario = ${JSON.stringify(scenario)}; ${steps}`, map: null };
}

type Preparer = typeof import("./prepare.ts");
let loading: Promise<Preparer> | null = null;

/** What checks scenarios brings all of the model: it is loaded once there is something to check. */
function preparer(): Promise<Preparer> {
  loading ??= runnerImport<Preparer>(join(import.meta.dirname, "prepare.ts"), { configFile: false }).then(
    ({ module }) => module,
  );
  return loading;
}

function asModule(data: unknown) {
  return { code: `export default ${JSON.stringify(data)}`, map: null };
}
