/** The nearest valid name, for errors. */
import { closest, distance } from "fastest-levenshtein";
import { quote } from "./words.ts";

/** «. Did you mean "redis"?», or nothing if no allowed name is near. */
export function suggest(found: string, allowed: readonly string[]): string {
  if (allowed.length === 0 || found.length > 100) return "";
  const lower = found.toLowerCase();
  const sameButCase = allowed.find((name) => name.toLowerCase() === lower);
  const closestName = closest(found, allowed);
  // A text of one or two letters is near to every short name.
  const isNear = closestName.length > 2 && distance(found, closestName) <= Math.max(2, found.length / 3);
  const containing = allowed.filter((name) => found.length > 2 && name.toLowerCase().includes(lower));
  const nearest = sameButCase ?? (isNear ? closestName : containing.length === 1 ? containing[0] : undefined);
  return nearest === undefined ? "" : `. Did you mean ${quote(nearest)}?`;
}
