/// <reference types="vite/client" />
/** The lessons of the gallery: every folder in simulations/ with a scenario.json. */

export interface Lesson {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** The scenario file's text. */
  readonly text: string;
}

const files = import.meta.glob<string>("../../simulations/*/scenario.json", {
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

/** What the page opens with. */
export const FIRST_LESSON = "broadcast-across-servers";

/** The variant that a lesson opens with, where that is not its first. */
const FIRST_VARIANT: Readonly<Record<string, string>> = { "broadcast-across-servers": "no-backplane" };

/** The variant to open a scenario with: one that fails, so that there is something to mend. */
export function firstVariant(name: string, variants: readonly string[]): string | null {
  const wanted = FIRST_VARIANT[name];
  return wanted !== undefined && variants.includes(wanted) ? wanted : (variants[0] ?? null);
}

/** The lesson whose name is nearest to a mistyped one. */
export function nearestLesson(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(3, name.length / 2);
  for (const candidate of names) {
    const d = editDistance(name.slice(0, 100), candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best ?? names.find((candidate) => name.length >= 3 && candidate.startsWith(name.slice(0, 3)));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
