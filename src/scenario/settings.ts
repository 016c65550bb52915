/**
 * Turning fields of a scenario's document: path → value, as variants, `--set` and the page do. Settings may
 * be valid together and not one by one, so only their result is validated, and what they write is bounded
 * here: a few paths with `*`, each into what the one before wrote, would fill the memory.
 */

import { BACKPLANES } from "../model/backplane/index.ts";
import { BALANCER_KINDS } from "../model/balancer/kinds/index.ts";
import { CHANNELS } from "../model/gateway/channels.ts";
import { PRESENCE } from "../model/presence/index.ts";
import { isDeeper } from "./depth.ts";
import { FIXED_FIELDS } from "./fields.ts";
import type { Member } from "./part-fields.ts";
import { followPath, resolvePath } from "./path.ts";
import { LIMITS } from "./schema.ts";

/** What a scenario chooses one of by its kind, by the field that it stands in. */
const FAMILIES: Readonly<Record<string, Readonly<Record<string, Member>>>> = {
  balancer: BALANCER_KINDS,
  proxies: BALANCER_KINDS,
  backplane: BACKPLANES,
  presence: PRESENCE,
  gateway: CHANNELS,
};

/** What the fields of a section are if nothing is said of them but which member of its family stands there. */
export function memberDefaults(section: string, kind: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fieldsOf(section, kind)).map(([name, { initial }]) => [name, initial]),
  );
}

/** The fields that a member of a section's family has of its own. */
function fieldsOf(section: string, kind: unknown): NonNullable<Member["fields"]> {
  const family = FAMILIES[section] ?? {};
  return typeof kind === "string" && Object.hasOwn(family, kind) ? (family[kind]!.fields ?? {}) : {};
}

/** Why a setting can't be made. */
export interface SettingProblem {
  readonly path: string;
  readonly message: string;
}

/** Sets fields in a plain document, each at every place that its path means. Returns the first problem, or null. */
export function applySettings(
  document: unknown,
  settings: Readonly<Record<string, unknown>>,
): SettingProblem | null {
  let multiplied = 0;
  for (const [path, value] of Object.entries(settings)) {
    const problem = problemOf(path, value);
    if (problem !== null) return { path: shortened(path), message: problem };
    const resolved = resolvePath(document, path);
    if ("problem" in resolved) return { path, message: resolved.problem };
    const { places } = resolved;
    if (places.length > 1) {
      const length = JSON.stringify(value)?.length ?? 0;
      multiplied += length * places.length;
      if (multiplied > LIMITS.multiplied)
        return {
          path,
          message: `found ${length} characters for each of ${places.length} places, ${multiplied} in all with the settings before it; allowed: at most ${LIMITS.multiplied}`,
        };
    }
    for (const keys of places) {
      const parent = followPath(document, keys.slice(0, -1)) as Record<string, unknown>;
      if (keys.at(-1) === "kind") leaveKind(keys[0]!, parent, value);
      parent[keys.at(-1)!] = structuredClone(value);
    }
  }
  return null;
}

/**
 * What a member of a family has of its own goes when another takes its place. What both have stays, but for defaults, which a document
 * that was checked has written out: of these, each has its own.
 */
function leaveKind(section: string, written: Record<string, unknown>, kind: unknown): void {
  const kept = fieldsOf(section, kind);
  for (const [name, { initial }] of Object.entries(fieldsOf(section, written.kind)))
    if (!Object.hasOwn(kept, name) || written[name] === initial) delete written[name];
}

/** What is wrong with a setting, whatever the document. */
function problemOf(path: string, value: unknown): string | null {
  if (path.length > LIMITS.pathLength)
    return `found a path of ${path.length} characters; allowed: at most ${LIMITS.pathLength}`;
  if (FIXED_FIELDS.includes(path.split(".")[0]))
    return "can't be set; it says what the scenario is, not how it is turned";
  if (isDeeper(value, LIMITS.depth))
    return `found a value that is nested deeper than ${LIMITS.depth} levels; a scenario needs eight`;
  return null;
}

function shortened(path: string): string {
  return path.length > LIMITS.pathLength ? `${path.slice(0, 60)}…` : path;
}
