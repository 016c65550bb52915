/** The lessons of the course: what it lists of each, and the rest of it once it is opened. */

import course, { files } from "virtual:course";
import type { CourseEntry } from "../../lesson/lesson.ts";

export type CourseWords = typeof import("virtual:course-words")["default"];

/** In the order of the course. */
export const LESSONS: readonly CourseEntry[] = course;

/** By lesson: what it is about, fetched when somebody seeks one. */
export async function courseWords(): Promise<CourseWords> {
  return (await import("virtual:course-words")).default;
}

/** A lesson's scenario, and its steps if it is told in steps: fetched when they are asked for. */
export function restOf(name: string): ReturnType<(typeof files)[string]> {
  return files[name]!();
}

/** What the page opens with. */
export const FIRST_LESSON = "broadcast-across-servers";

/** The variant that a lesson opens with, where that is not its first. */
const FIRST_VARIANT: Readonly<Record<string, string>> = { "broadcast-across-servers": "no-backplane" };

/**
 * The variant to open a scenario with: in a lesson one that fails, so that there is something to mend. A file of
 * one's own (name: null) opens as it is written.
 */
export function firstVariant(name: string | null, variants: readonly string[]): string | null {
  if (name === null) return null;
  const wanted = FIRST_VARIANT[name];
  return wanted !== undefined && variants.includes(wanted) ? wanted : (variants[0] ?? null);
}
