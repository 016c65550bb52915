/** The variants of a scenario, and the words of the button that leads to the next. */
import type { Scenario } from "../scenario/schema.ts";
import { optionLabel } from "./knob-controls.ts";
import { firstVariant } from "./lessons.ts";
import type { Json } from "./link.ts";

/**
 * The variant that the button leads to: the next in the order of the file, and after the last back to the
 * one that the lesson opens with. Null if there is no other.
 */
export function nextVariant(scenario: Scenario, current: string | null): string | null {
  const names = Object.keys(scenario.variants);
  const at = current === null ? -1 : names.indexOf(current);
  const next = at + 1 < names.length ? names[at + 1] : firstVariant(scenario.name, names);
  return next === current ? null : next;
}

/** What one variant changes against another. */
function changes(scenario: Scenario, from: string | null, to: string): [string, Json, Json | undefined][] {
  const before = (from === null ? {} : scenario.variants[from]?.set) as Record<string, Json>;
  const after = scenario.variants[to].set as Record<string, Json>;
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])]
    .map((path): [string, Json, Json | undefined] => [path, after[path] ?? null, before?.[path]])
    .filter(([, x, y]) => JSON.stringify(x) !== JSON.stringify(y ?? null));
}

/** What the button says: «Add a Redis backplane». */
export function variantCall(scenario: Scenario, current: string | null, next: string): string {
  const names = Object.keys(scenario.variants);
  const changed = changes(scenario, current, next);
  const back = current !== null && names.indexOf(next) < names.indexOf(current);
  if (!back && changed.length === 1) {
    const [path, value] = changed[0];
    if (path === "backplane.kind" && value === "redis") return "Add a Redis backplane";
    if (path === "balancer.policy" && value === "sticky-cookie") return "Pin sessions with a cookie";
    if (path === "balancer.policy" && value !== null)
      return `Balance by ${optionLabel(value)}`.replace("by Round", "by round");
    if (path === "servers.count" && typeof value === "number")
      return value === 1 ? "Try one server" : `Try ${value} servers`;
  }
  const title = scenario.variants[next].title;
  return back ? `Back to: ${title}` : `Try: ${title}`;
}
