/** Which lessons the learner has come to the end of: kept in this browser and nowhere else, unless it is exported (progress-file.ts). */

const KEY = "fanout-lessons-done";
/** As LESSONS of a course may be named; nothing else is taken from a file. */
const NAME = /^[a-z0-9-]{1,100}$/;
const MOST = 1000;

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

/** What of this, as it was kept, are names of lessons. */
export function namesIn(kept: unknown): string[] {
  if (!Array.isArray(kept)) return [];
  return kept.slice(0, MOST).filter((name): name is string => typeof name === "string" && NAME.test(name));
}
