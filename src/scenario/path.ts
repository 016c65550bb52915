/**
 * Paths to fields of a scenario, as knobs, variants and `--set` use them: names joined by dots, `network.client.latencyMs`.
 * An entry of a list is named by its number from 0 or by its own name, `clients.A.transport`; `*` means all entries.
 */
import { closest } from "fastest-levenshtein";

/** The value at a path, undefined if there is none. Looks at own properties only. */
export function followPath(document: unknown, keys: readonly string[]): unknown {
  let value = document;
  for (const key of keys) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Every place that a path means, as keys from the root; `*` and names of list entries are resolved. Null and a sentence if it leads nowhere. */
export function resolvePath(document: unknown, path: string): { places: string[][] } | { problem: string } {
  let places: { keys: string[]; value: unknown }[] = [{ keys: [], value: document }];
  for (const key of path.split(".")) {
    const next: typeof places = [];
    for (const { keys, value } of places) {
      const entries = entriesAt(value, key);
      if (entries.length === 0) return { problem: nowhere(keys, key, value) };
      for (const [name, child] of entries) next.push({ keys: [...keys, name], value: child });
    }
    places = next;
  }
  return { places: places.map(({ keys }) => keys) };
}

/** Sets a field in a plain document, at every place that the path means. Returns what is wrong with the path, or null. */
export function setPath(document: unknown, path: string, value: unknown): string | null {
  const resolved = resolvePath(document, path);
  if ("problem" in resolved) return resolved.problem;
  for (const keys of resolved.places) {
    const parent = followPath(document, keys.slice(0, -1)) as Record<string, unknown>;
    parent[keys.at(-1)!] = value;
  }
  return null;
}

function entriesAt(value: unknown, key: string): [string, unknown][] {
  if (Array.isArray(value)) {
    if (key === "*") return value.map((entry, i) => [String(i), entry]);
    const index = value.findIndex((entry, i) => String(i) === key || followPath(entry, ["name"]) === key);
    return index < 0 ? [] : [[String(index), value[index]]];
  }
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return [];
  return [[key, (value as Record<string, unknown>)[key]]];
}

function nowhere(keys: readonly string[], key: string, value: unknown): string {
  const where = keys.length === 0 ? "the scenario" : keys.join(".");
  if (value === null || typeof value !== "object") return `the path leads nowhere: ${where} has no fields`;
  const names = Array.isArray(value)
    ? ["*", ...value.map((entry, i) => String(followPath(entry, ["name"]) ?? i))]
    : Object.keys(value);
  const nearest = names.length > 0 ? `. Did you mean ${JSON.stringify(closest(key, names))}?` : "";
  return `the path leads nowhere: ${where} has no ${JSON.stringify(key)}; there is: ${names.slice(0, 20).join(", ")}${nearest}`;
}
