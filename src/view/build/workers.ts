/**
 * Workers and page are built as one: what several of them need is one file, which the browser fetches once. Vite would build
 * each worker by itself, with a copy of all that it imports.
 */
import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";

/** `new Worker(new URL("./x.ts", import.meta.url)`, up to what follows the address. */
const START = /new Worker\(\s*new URL\("(\.[^"]+)",\s*import\.meta\.url\)/g;

export function workersShareCode(): Plugin {
  return {
    name: "fanout-workers",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { code: START },
      handler(code, id) {
        const asEntries = code.replace(START, (_, path: string) => {
          const entry = this.emitFile({ type: "chunk", id: resolve(dirname(id), path) });
          return `new Worker(import.meta.ROLLUP_FILE_URL_${entry}`;
        });
        return { code: asEntries, map: null };
      },
    },
  };
}
