/** Which lessons the learner has come to the end of: kept in this browser and nowhere else, unless it is exported. */

const KEY = "fanout-lessons-done";
/** As LESSONS of a course may be named; nothing else is taken from a file. */
const NAME = /^[a-z0-9-]{1,100}$/;
const MOST = 1000;
const MAX_BYTES = 100_000;

/** Names of lessons. Empty where the browser keeps nothing. */
export function lessonsDone(): ReadonlySet<string> {
  try {
    return new Set(namesIn(JSON.parse(localStorage.getItem(KEY) ?? "[]")));
  } catch {
    return new Set();
  }
}

export function markDone(...names: string[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([...lessonsDone(), ...names])]));
  } catch {
    // Private windows may refuse; then it is forgotten.
  }
}

/** The text of a file that {@link importProgress} reads. */
export function exportProgress(): string {
  return `${JSON.stringify({ fanoutLab: "progress", done: [...lessonsDone()].sort() }, null, 2)}\n`;
}

/** Adds what a file says was done to what is known. What is wrong with it, or null. */
export async function importProgress(file: File): Promise<string | null> {
  const wrong = 'This is no file of progress: it begins with { "fanoutLab": "progress", "done": […] }.';
  if (file.size > MAX_BYTES)
    return `It is ${file.size} bytes long; a file of progress has ${MAX_BYTES} at most.`;
  try {
    const read = JSON.parse(await file.text()) as { fanoutLab?: unknown; done?: unknown } | null;
    if (read?.fanoutLab !== "progress" || !Array.isArray(read.done)) return wrong;
    markDone(...namesIn(read.done));
    return null;
  } catch {
    return wrong;
  }
}

function namesIn(kept: unknown): string[] {
  if (!Array.isArray(kept)) return [];
  return kept.slice(0, MOST).filter((name): name is string => typeof name === "string" && NAME.test(name));
}
