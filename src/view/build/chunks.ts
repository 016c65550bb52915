/**
 * What the page fetches at first is one file for all that the worker of runs needs, whoever else needs it too: the page starts that worker
 * at once, and cut into files by who shares what, the same code is larger.
 */
import { join } from "node:path";

const SRC = join(import.meta.dirname, "../..");
const WORKER = join(SRC, "view/worker/worker.ts");
/**
 * What the page needs at first as well, and shares with what is fetched later: each would be a file of its own, and each file
 * takes the time of a request.
 */
const SHARED = [
  "scenario/depth.ts",
  "run/channels.ts",
  "run/words.ts",
  "view/knobs/variant-title.ts",
  "view/run/fault-words.ts",
  "view/run/link-words.ts",
  "view/run/mending.ts",
].map((path) => join(SRC, path));

interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** All that the worker imports, and what that imports, without what it fetches later. */
let needed: Set<string> | null = null;

/** The name of the file that a module belongs in; null: of any. */
export function chunkOf(id: string, modules: Modules): string | null {
  needed ??= new Set([...reachable(WORKER, modules), ...SHARED]);
  return needed.has(id) ? "running" : null;
}

function reachable(entry: string, modules: Modules): Set<string> {
  const found = new Set<string>([entry]);
  for (const id of found) for (const next of modules.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  found.delete(entry);
  return found;
}
