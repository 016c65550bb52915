/// <reference types="vite/client" />
/** The lessons of the gallery: every folder in simulations/ with a scenario.json. */
import { closest, distance } from "fastest-levenshtein";
import type { Lesson as Story, Term } from "../../lesson/lesson.ts";

export interface Lesson {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** The scenario file's text. */
  readonly text: string;
}

const files = import.meta.glob<string>("../../../simulations/*/scenario.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** In alphabetical order of their folders. */
export const LESSONS: readonly Lesson[] = Object.entries(files).map(([path, text]) => {
  const name = path.split("/").at(-2) ?? path;
  let title = name;
  let summary = "";
  try {
    const scenario = JSON.parse(text) as { title?: unknown; summary?: unknown };
    if (typeof scenario.title === "string") title = scenario.title;
    if (typeof scenario.summary === "string") summary = scenario.summary;
  } catch {
    // A broken lesson stays in the gallery under its folder's name; opening it shows the errors.
  }
  return { name, title, summary, text };
});

const told = import.meta.glob<Story>("../../../simulations/*/lesson.md", { import: "default" });

/** The lesson in steps, fetched when it is asked for; null if it is not told in steps. */
export async function storyOf(name: string | null): Promise<Story | null> {
  return (await told[`../../../simulations/${name}/lesson.md`]?.()) ?? null;
}

/** The entries that terms lead to, fetched when the first is asked for. */
export async function glossary(): Promise<readonly Term[]> {
  return (await import("../../../simulations/glossary.md")).default;
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

/** The lesson whose name is nearest to a mistyped one. */
export function nearestLesson(name: string, names: readonly string[]): string | undefined {
  const nearest = closest(name.slice(0, 100), names);
  if (distance(name.slice(0, 100), nearest) < Math.max(3, name.length / 2)) return nearest;
  return names.find((candidate) => name.length >= 3 && candidate.startsWith(name.slice(0, 3)));
}
