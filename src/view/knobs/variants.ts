/** The variants of a scenario, and the words of the button that leads to the next. */

import type { Json } from "../../run/address.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { firstVariant } from "../lessons/lessons.ts";
import { type KnobControl, optionLabel, valueAt } from "./knob-controls.ts";
import { variantTitle } from "./variant-title.ts";

/**
 * What there is to choose from, in order: the variants; in a file of one's own (lesson: null) before them null,
 * the scenario as it is written. A lesson is written as one of its variants.
 */
export function choices(scenario: Scenario, lesson: string | null): (string | null)[] {
  const names = Object.keys(scenario.variants);
  return lesson === null && names.length > 0 ? [null, ...names] : names;
}

/**
 * The variant that the button leads to: the next in the order of the file, and after the last back to what the
 * scenario opens with. Undefined if there is no other.
 */
export function nextVariant(
  scenario: Scenario,
  lesson: string | null,
  current: string | null,
): string | null | undefined {
  const all = choices(scenario, lesson);
  const at = all.indexOf(current);
  const next = at + 1 < all.length ? all[at + 1] : firstVariant(lesson, Object.keys(scenario.variants));
  return next === current ? undefined : next;
}

/** What a setting changes, in words: «Backplane: None». */
export function changeInWords(knobs: readonly KnobControl[], path: string, value: Json): string {
  const label = knobs.find((knob) => knob.path === path)?.label ?? path;
  return `${label}: ${typeof value === "object" ? JSON.stringify(value) : optionLabel(value)}`;
}

/** Whether `next` stands before `current`. */
export function isBack(scenario: Scenario, current: string | null, next: string | null): boolean {
  const names = Object.keys(scenario.variants);
  const place = (variant: string | null) => (variant === null ? -1 : names.indexOf(variant));
  return place(next) < place(current);
}

/** What one variant changes against another. */
function changes(scenario: Scenario, from: string | null, to: string): [string, Json, Json | undefined][] {
  const after = scenario.variants[to].set as Record<string, Json>;
  // As written: what stands at each path. Where a path means several places, they may differ: taken as a change.
  const before = (
    from === null
      ? Object.fromEntries(
          Object.keys(after)
            .filter((path) => !path.includes("*"))
            .map((path) => [path, valueAt(scenario, path)]),
        )
      : scenario.variants[from]?.set
  ) as Record<string, Json>;
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])]
    .map((path): [string, Json, Json | undefined] => [path, after[path] ?? null, before?.[path]])
    .filter(([, x, y]) => JSON.stringify(x) !== JSON.stringify(y ?? null));
}

/** What the button says: «Add a Redis backplane». */
export function variantCall(scenario: Scenario, current: string | null, next: string | null): string {
  const back = isBack(scenario, current, next);
  const changed = back || next === null ? [] : changes(scenario, current, next);
  if (changed.length === 1) {
    const [path, value] = changed[0];
    if (path === "backplane.kind" && value === "redis") return "Add a Redis backplane";
    if (path === "balancer.policy" && value === "sticky-cookie") return "Pin sessions with a cookie";
    if (path === "balancer.policy" && value !== null)
      return `Balance by ${optionLabel(value)}`.replace("by Round", "by round");
    if (path === "servers.count" && typeof value === "number")
      return value === 1 ? "Try one server" : `Try ${value} servers`;
  }
  const title = variantTitle(scenario, next);
  return back ? `Back to: ${title}` : `Try: ${title}`;
}
