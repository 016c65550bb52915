/** Which lessons the learner has come to the end of: kept in this browser, and nowhere else. */

const KEY = "fanout-lessons-done";

/** Names of lessons. Empty where the browser keeps nothing. */
export function lessonsDone(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : []);
  } catch {
    return new Set();
  }
}

export function markDone(name: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([...lessonsDone(), name])]));
  } catch {
    // Private windows may refuse; then it is forgotten.
  }
}
