/**
 * Paths to fields of a scenario, as knobs, variants and `--set` use them: names joined by dots, `network.client.latencyMs`.
 * An entry of a list is named by its number from 0 or by its own name, `clients.A.transport`; `*` means all entries.
 */
import { FIXED_FIELDS, fieldsAt, isSingleValue } from "./fields.ts";
import { LIMITS } from "./schema.ts";
import { suggest } from "./suggest.ts";
import { list, quote } from "./words.ts";

/** The value at a path, undefined if there is none. Looks at own properties only. */
export function followPath(document: unknown, keys: readonly string[]): unknown {
  let value = document;
  for (const key of keys) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/**
 * Every place that a path means, as keys from the root; `*` and names of list entries are resolved. The last key may be a field
 * that the format knows and the document leaves out. Or, as a sentence, why the path leads nowhere.
 */
export function resolvePath(document: unknown, path: string): { places: string[][] } | { problem: string } {
  let places: { keys: string[]; value: unknown }[] = [{ keys: [], value: document }];
  const keys = path.split(".");
  for (const [depth, key] of keys.entries()) {
    const next: typeof places = [];
    for (const place of places) {
      let entries = entriesAt(place.value, key);
      if (
        entries.length === 0 &&
        depth === keys.length - 1 &&
        isRecord(place.value) &&
        fieldsAt(place.keys).includes(key)
      )
        entries = [[key, undefined]];
      if (entries.length === 0) return { problem: nowhere(document, place.keys, key, place.value) };
      if (next.length + entries.length > LIMITS.places)
        return {
          problem: `found a path that means more than ${LIMITS.places} places; allowed: at most ${LIMITS.places}`,
        };
      for (const [name, child] of entries) next.push({ keys: [...place.keys, name], value: child });
    }
    places = next;
  }
  return { places: places.map((place) => place.keys) };
}

/** Keys from the root, with entries of lists by their own names, where they have one. */
export function nameKeys(document: unknown, keys: readonly string[]): string[] {
  return keys.map((key, i) => {
    const name = followPath(document, [...keys.slice(0, i + 1), "name"]);
    return /^\d+$/.test(key) && typeof name === "string" ? name : key;
  });
}

/** Whether a document has this value at every place that the path means. */
export function hasAt(document: unknown, path: string, value: unknown): boolean {
  const resolved = resolvePath(document, path);
  return "places" in resolved && resolved.places.every((keys) => isSame(followPath(document, keys), value));
}

/** Whether two values of documents are the same, in whatever order their fields stand. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object")
    return one === other;
  const keys = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key as never], other[key as never]))
  );
}

function isRecord(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value);
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

/** Fields that are empty unless something is said of some of many: of what, and how it looks. */
const SAID_BY_NAME: Readonly<Record<string, { readonly what: string; readonly as: string }>> = {
  "network.links": { what: "link", as: '{"latencyMs": 50}' },
  "balancer.servers": { what: "server", as: '{"weight": 2}' },
};

function nowhere(document: unknown, keys: readonly string[], key: string, value: unknown): string {
  const where = keys.length === 0 ? "the scenario" : nameKeys(document, keys).join(".");
  if (value === undefined) return `the path leads nowhere: ${where} is not set`;
  if (value === null || typeof value !== "object")
    return `the path leads nowhere: ${where} is ${quote(value)} and has no fields`;
  if (Array.isArray(value) && value.length === 0) return `the path leads nowhere: the list ${where} is empty`;
  const names = Array.isArray(value)
    ? [...value.map(entryName), "*"]
    : [...new Set([...fieldsAt(keys), ...Object.keys(value)])].filter(
        (name) => keys.length > 0 || !FIXED_FIELDS.includes(name),
      );
  if (!Array.isArray(value) && fieldsAt(keys).includes(key)) {
    const how = isSingleValue([...keys, key])
      ? Object.hasOwn(value, "atMs")
        ? ", and a line with atMs has none"
        : ""
      : "; set it as a whole, to an object { … }";
    return `the path leads nowhere: ${where}.${key} is not set${how}`;
  }
  const named = SAID_BY_NAME[where];
  if (named !== undefined)
    return `the path leads nowhere: nothing is said of the ${named.what} ${quote(key)}; set ${where} as a whole, as {${quote(key)}: ${named.as}}`;
  return `the path leads nowhere: ${where} has no ${quote(key)}; there is: ${list(names, 30)}${suggest(key, names)}`;
}

/** How an entry of a list is named: the document may be one that nobody has validated yet. */
function entryName(entry: unknown, i: number): string {
  const name = followPath(entry, ["name"]);
  return typeof name === "string" ? name : String(i);
}
