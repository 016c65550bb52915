/** D3's selections come with the methods that the stage calls, and those that these call. A bundler can't tell: all are in one object. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const VIEW = join(import.meta.dirname, "..");
/** A method in the object, and what it is. */
const LISTED = /^ {2}(\w+|\[Symbol\.iterator\]): selection_\w+,?\n/gm;
const CALLED = /\.(\w+)\(/g;

export function smallSelections(): Plugin {
  return {
    name: "fanout-d3",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { id: /\/d3-selection\.mjs$/ },
      handler(code) {
        const needed = new Set<string>();
        const need = (text: string): void => {
          for (const [, name] of text.matchAll(CALLED)) {
            if (needed.has(name!)) continue;
            needed.add(name!);
            need(bodyOf(code, `selection_${name}`));
          }
        };
        for (const text of sourcesWithD3()) need(text);
        const left = code.replace(LISTED, (line, name) => (needed.has(name) ? line : ""));
        if (left === code)
          this.error("D3's selections are written otherwise than expected: all methods would be in the page");
        return { code: left, map: null };
      },
    },
  };
}

function sourcesWithD3(): string[] {
  return readdirSync(VIEW, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(VIEW, file), "utf8"))
    .filter((text) => text.includes('from "d3"'));
}

/** Up to the next function at the margin; nothing if there is none of this name. */
function bodyOf(code: string, name: string): string {
  const start = code.indexOf(`function ${name}(`);
  return start < 0 ? "" : code.slice(start, code.indexOf("\n}\n", start));
}
