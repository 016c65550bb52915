/** Names with hyphens, which are not to break at them: `server-1` is one word. Copied, they are what they were. */
import { html, type TemplateResult } from "lit";

const HYPHENATED = /([\p{L}\d]+(?:-[\p{L}\d]+)+)/u;
/** A longer name may break: it might not fit otherwise. */
const MOST_LETTERS = 24;

/** A text whose names stay in one piece; `.name` does not break. */
export function wholeNames(text: string): (string | TemplateResult)[] {
  // Split by a group, every second piece is a name.
  return text
    .split(HYPHENATED)
    .map((piece, i) =>
      i % 2 === 1 && piece.length <= MOST_LETTERS ? html`<span class="name">${piece}</span>` : piece,
    );
}
