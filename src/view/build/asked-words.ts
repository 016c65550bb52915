/**
 * What fields say of themselves and what would have saved a copy stands with the model, which every run needs; it is read only by who
 * turns a knob or looks into a loss. In the page each such text is a number, and a module that is fetched by who asks has the
 * texts. Stands for `model/asked-words.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const MODEL = join(import.meta.dirname, "../../model");
const ASKED = join(MODEL, "asked-words.ts");
const MADE = "\0virtual:asked-words";
const WRITTEN = /\b(says|remedy):\s*("(?:[^"\\]|\\.)*")/g;
/** How a copy was lost or a connection ended: its label stands with the model, its sentence is told where somebody looks (rare-words.ts). */
const WRITTEN_OF_LOSSES = /\b(says|remedy|sentence):\s*("(?:[^"\\]|\\.)*")/g;

const writtenIn = (file: string) =>
  /\b(?:causes|end-reasons)\.ts$/.test(file) ? WRITTEN_OF_LOSSES : WRITTEN;

export function askedWordsApart(): Plugin {
  /** By text: its number. */
  const numbers = new Map<string, number>();
  return {
    name: "fanout-asked-words",
    apply: "build",
    enforce: "pre",
    buildStart() {
      const files = readdirSync(MODEL, { recursive: true, encoding: "utf8" });
      for (const file of files.filter((one) => one.endsWith(".ts") && !isTrace(one)).sort())
        for (const [, , text] of readFileSync(join(MODEL, file), "utf8").matchAll(writtenIn(file)))
          if (!numbers.has(text!)) numbers.set(text!, numbers.size);
    },
    async resolveId(source, importer) {
      if (!source.endsWith("/asked-words.ts")) return undefined;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found?.id === ASKED ? MADE : undefined;
    },
    load: (id) =>
      id === MADE
        ? {
            code: `const words = [${[...numbers.keys()].join()}]; export const askedWords = (written) => words[written] ?? written;`,
            map: null,
          }
        : undefined,
    transform: {
      filter: { id: /\/src\/model\//, code: WRITTEN },
      handler: (code, id) =>
        isTrace(id)
          ? undefined
          : {
              code: code.replace(writtenIn(id), (_, name, text) => `${name}: "${numbers.get(text)}"`),
              map: null,
            },
    },
  };
}

/** What records and frames say of themselves is left out (records.ts). */
function isTrace(file: string): boolean {
  return /\btrace[\\/](?:records|frames)\.ts$/.test(file);
}
