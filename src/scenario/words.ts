/** How errors speak: values as they are shown, and lists of what is allowed. */

/**
 * An entry of a list of what is allowed is shown up to this length: more than a group of clients and the
 * names of its members need.
 */
const MAX_ENTRY = 250;

/** A value as it is shown in a message: short, quoted if it is text, without control characters. */
export function quote(value: unknown): string {
  const text = plain(value).replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  return cut(text, 60);
}

/** A text of at most so many characters, cut off if it is longer. */
function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 3).replace(/\p{Surrogate}$/u, "")}…` : text;
}

function plain(value: unknown): string {
  if (value === undefined) return "nothing";
  // JSON can't write infinity, but a number like 1e999 becomes it.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return JSON.stringify(value) ?? String(value);
}

/**
 * A list of what is allowed. The list and its entries are shortened: names in a document that is not yet
 * validated may be long.
 */
export function list(allowed: readonly unknown[], most = 12): string {
  const shown = allowed
    .slice(0, most)
    .map((entry) => cut(String(entry), MAX_ENTRY))
    .join(", ");
  return allowed.length > most ? `${shown}, … (${allowed.length} in all)` : shown;
}
