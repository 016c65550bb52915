/** Lessons and the glossary are read when the page is built: what the page gets is data, and no parser. */
import { basename, dirname } from "node:path";
import type { Plugin } from "vite";
import { readGlossary, readLesson } from "./read.ts";

export function lessons(): Plugin {
  return {
    name: "fanout-lessons",
    enforce: "pre",
    transform(text, id) {
      const [file = ""] = id.split("?");
      if (basename(file) === "lesson.md") return asModule(readLesson(basename(dirname(file)), text));
      if (basename(file) === "glossary.md") return asModule(readGlossary(text));
      return undefined;
    },
  };
}

function asModule(data: unknown) {
  return { code: `export default ${JSON.stringify(data)}`, map: null };
}
