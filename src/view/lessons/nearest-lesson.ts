import { closest, distance } from "fastest-levenshtein";

/** The lesson whose name is nearest to a mistyped one. */
export function nearestLesson(name: string, names: readonly string[]): string | undefined {
  const nearest = closest(name.slice(0, 100), names);
  if (distance(name.slice(0, 100), nearest) < Math.max(3, name.length / 2)) return nearest;
  return names.find((candidate) => name.length >= 3 && candidate.startsWith(name.slice(0, 3)));
}
