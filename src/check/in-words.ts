/** Lists and times as stories say them. */

/** How many names are listed; if there are more, one fewer is, and the number of the others. */
const MAX_NAMED = 4;

/** «A», «A, B and C», «A, B, C and 12 more». */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "nobody";
  const isLong = names.length > MAX_NAMED;
  const said = names.slice(0, isLong ? MAX_NAMED - 1 : -1);
  return `${said.join(", ")} and ${isLong ? `${names.length - said.length} more` : names.at(-1)}`;
}

/** «20 s», «0.4 s»: times that a scenario gives in ms. */
export function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
