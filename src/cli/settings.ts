/** What a scenario is set to: every field that differs from its default, which may be that of a kind, and every knob. */

import { DEFAULTS } from "../scenario/defaults.ts";
import { followPath, nameKeys, resolvePath } from "../scenario/path.ts";
import type { Scenario } from "../scenario/schema.ts";
import { memberDefaults } from "../scenario/settings.ts";

export type Settings = ReadonlyMap<string, unknown>;

/** Fields that are not settings, or are shown in other words. */
const NOT_SETTINGS = new Set([
  "$schema",
  "version",
  "name",
  "title",
  "summary",
  "seed",
  "variants",
  "knobs",
  "notice",
  "choices",
  "rules",
  "ownRules",
  "workload",
  "faults",
  "clients",
  "proxies",
]);

/**
 * Path → value, in the scenario's order, then what `turned` names of the workload, and the knobs that stand at their defaults. Paths are
 * those of `--set`.
 */
export function resolvedSettings(
  scenario: Scenario,
  turned: readonly { readonly path: string }[] = [],
): Settings {
  const settings = new Map<string, unknown>();
  for (const [key, value] of Object.entries(scenario)) {
    if (!NOT_SETTINGS.has(key)) collect(settings, key, value, (DEFAULTS as Record<string, unknown>)[key]);
  }
  addClients(settings, scenario);
  for (const { name, ...proxy } of scenario.proxies) {
    settings.set(`proxies.${name}.kind`, proxy.kind);
    const standard = { ...DEFAULTS.balancer, ...memberDefaults("proxies", proxy.kind), kind: proxy.kind };
    collect(settings, `proxies.${name}`, proxy, standard);
  }
  const sends = turned.map(({ path }) => path).filter((path) => /^workload(\.|$)/.test(path));
  for (const knob of [...sends, ...scenario.knobs]) {
    const resolved = resolvePath(scenario, knob);
    if ("problem" in resolved) continue;
    const values = resolved.places.map((keys) => followPath(scenario, keys));
    if (values.every((value) => same(value, values[0]))) {
      if (values[0] !== undefined && !settings.has(knob)) settings.set(knob, values[0]);
    } else
      resolved.places.forEach((keys, i) => {
        settings.set(nameKeys(scenario, keys).join("."), values[i]);
      });
  }
  return settings;
}

function collect(settings: Map<string, unknown>, path: string, value: unknown, standard: unknown): void {
  if (same(value, standard)) return;
  if (isRecord(value) && isRecord(standard)) {
    const all = { ...memberDefaults(path, value.kind), ...standard };
    for (const [key, child] of Object.entries(value)) collect(settings, `${path}.${key}`, child, all[key]);
  } else settings.set(path, value);
}

function addClients(settings: Map<string, unknown>, scenario: Scenario): void {
  const standard = DEFAULTS.clients[0] as Record<string, unknown>;
  const groups = scenario.clients as readonly Record<string, unknown>[];
  const fields = [...new Set(groups.flatMap((group) => Object.keys(group)))].filter(
    (field) => field !== "name",
  );
  for (const field of fields) {
    const changed = groups.filter(
      (group) => group[field] !== undefined && !same(group[field], standard[field]),
    );
    if (
      changed.length === groups.length &&
      groups.length > 1 &&
      groups.every((group) => same(group[field], groups[0][field]))
    )
      settings.set(`clients.*.${field}`, groups[0][field]);
    else for (const group of changed) settings.set(`clients.${group.name}.${field}`, group[field]);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
