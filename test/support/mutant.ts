/** Deliberate bugs: a module as it would be with one piece of its text replaced. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type Plugin, type Rolldown } from "vite";

const ROOT = resolve(import.meta.dirname, "../..");
/** vitest.config.ts knows this name: Node imports what lies in such a folder by itself. */
const FOLDER = "fanout-lab-mutant-";

/**
 * Replaces `find` in `file` ("src/statechart/compile.ts", from the repository's root), in a copy of `src`, and
 * imports `entry` from that copy, by default the file itself. What it imports comes from the copy too; modules
 * that the test has imported are untouched.
 *
 * The copy is one bundle that was never on disk: to write all of `src` and have Vitest transform it anew takes ten times as long.
 *
 * @throws Error if `find` does not occur exactly once: the mutant would not be what its test says
 */
export async function loadMutant<M = Record<string, unknown>>(
  file: string,
  find: string,
  replace: string,
  entry = file,
): Promise<M> {
  const path = resolve(ROOT, file);
  const text = readFileSync(path, "utf8");
  const found = text.split(find).length - 1;
  if (found !== 1)
    throw new Error(`mutant of ${file}: expected the text once, found it ${found} times: ${find}`);
  const changed = text.replace(find, () => replace);
  return importOnce<M>(await bundle(entry, { name: "mutant", load: (id) => (id === path ? changed : null) }));
}

async function bundle(entry: string, plugin: Plugin): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    plugins: [plugin],
    build: { ssr: entry, write: false, target: "node20" },
  });
  const { output } = built as Rolldown.RolldownOutput;
  return output[0].code;
}

/** Imports a text from a folder that is gone afterwards. */
async function importOnce<M>(code: string): Promise<M> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), FOLDER)));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
    const file = join(folder, "bundle.mjs");
    writeFileSync(file, code);
    return (await import(/* @vite-ignore */ file)) as M;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
