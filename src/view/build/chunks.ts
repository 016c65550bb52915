/**
 * What the page fetches at first is three files: what its entry needs by itself, what the worker of runs needs, which is started at once, and
 * the page. Cut into files by who shares what, the same code is larger, and each file takes the time of a request.
 */
import { join } from "node:path";

const VIEW = join(import.meta.dirname, "..");
const PAGE = join(VIEW, "app/app.ts");
const WORKER = join(VIEW, "worker/worker.ts");
const WORKERS = [WORKER, join(VIEW, "worker/check-worker.ts")];
const FIRST = ["worker/first-worker.ts", "look/theme.ts"].map((path) => join(VIEW, path));

interface Modules {
  getModuleInfo(id: string): {
    readonly importedIds: readonly string[];
    readonly dynamicallyImportedIds: readonly string[];
  } | null;
}

/** The file of each module that is fetched at first. */
let files: ReadonlyMap<string, string> | null = null;

const fileNamed =
  (name: string) =>
  (id: string, modules: Modules): string | null => {
    files ??= firstFiles(modules);
    return files.get(id) === name ? name : null;
  };

/** The most needed takes first what it imports: a group has all that its modules do. */
export const FIRST_FILES = ["first", "running", "page"].map((name, i) => ({
  name: fileNamed(name),
  priority: 3 - i,
}));

function firstFiles(modules: Modules): Map<string, string> {
  const running = reachable([WORKER], modules, { later: false });
  const inWorkers = reachable(WORKERS, modules, { later: true });
  const files = new Map<string, string>();
  // A worker has no page: what both need must not lie with what does.
  for (const id of reachable([PAGE], modules, { later: false }))
    files.set(id, inWorkers.has(id) ? "running" : "page");
  for (const id of running) files.set(id, "running");
  for (const id of FIRST) files.set(id, "first");
  files.delete(WORKER);
  return files;
}

/** All that is imported by some modules, and what that imports; with what is fetched `later`, or without. */
function reachable(entries: readonly string[], modules: Modules, { later }: { later: boolean }): Set<string> {
  const found = new Set(entries);
  for (const id of found) {
    const info = modules.getModuleInfo(id);
    for (const next of [...(info?.importedIds ?? []), ...((later && info?.dynamicallyImportedIds) || [])])
      found.add(next);
  }
  return found;
}
