/**
 * Compiles the sources for the tests: once for all of them, before the first that imports one, so that Node imports
 * them by itself. Otherwise each process asks Vite for each module, and whatever a module has from another one is
 * looked up by its name at each use: the simulator, small functions in many files, is a third slower so.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build, type Plugin } from "vite";
import type {} from "vitest/config";

const ROOT = resolve(import.meta.dirname, "../..");
const SOURCES = join(ROOT, "src");
/** Vitest leaves to Node what lies in such a folder. */
export const COMPILED = /\/dist\/test-\d+\/sources\//;
/** The page's own modules, and what reads lessons for it, want Vite: they import what it makes of files. */
const OF_VITE = /^(view\/|lesson\/vite-plugin\.ts$)/;

export function compiledSources(): Plugin {
  const folder = join(ROOT, `dist/test-${process.pid}/sources`);
  let compiling: Promise<void> | undefined;
  let isWatching = false;
  return {
    name: "compiled-sources",
    enforce: "pre",
    configureVitest: ({ vitest }) => {
      isWatching = vitest.config.watch;
    },
    async resolveId(id, importer) {
      // Who changes a source while tests are watched wants to see it at once.
      if (isWatching || importer === undefined || !/^\.\.?\/.*\.ts$/.test(id)) return undefined;
      const name = relative(SOURCES, resolve(dirname(importer), id));
      if (name.startsWith("..") || OF_VITE.test(name)) return undefined;
      compiling ??= compile(folder);
      await compiling;
      const compiled = join(folder, name.replace(/ts$/, "js"));
      return existsSync(compiled) ? compiled : undefined;
    },
  };
}

/** A module a file, as they are written, and nothing left out: what tests import is among it. */
async function compile(folder: string): Promise<void> {
  const names = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
  const input = names.filter((name) => /(?<!\.d)\.ts$/.test(name) && !OF_VITE.test(name));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    build: {
      ssr: true,
      target: "node20",
      outDir: folder,
      sourcemap: true,
      rolldownOptions: {
        input: input.map((name) => join(SOURCES, name)),
        treeshake: false,
        output: {
          preserveModules: true,
          preserveModulesRoot: "src",
          entryFileNames: "[name].js",
          topLevelVar: false,
        },
      },
    },
  });
}
