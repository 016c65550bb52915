/** Deliberate bugs: a module as it would be with one piece of its text replaced. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * Replaces `find` in `file` ("src/statechart/compile.ts", from the repository's root), in a copy of `src`, and
 * imports `entry` from that copy, by default the file itself. What it imports comes from the copy too; modules
 * that the test has imported are untouched.
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

  const folder = realpathSync(mkdtempSync(join(tmpdir(), "fanout-lab-mutant-")));
  try {
    cpSync(join(ROOT, "src"), join(folder, "src"), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
    writeFileSync(
      join(folder, relative(ROOT, path)),
      text.replace(find, () => replace),
    );
    return (await import(/* @vite-ignore */ join(folder, entry))) as M;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
