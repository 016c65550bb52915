/** What a Markdown document shows that can be executed: fenced blocks with the comment above them, links, headings. */

export interface Block {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The word after the fence: sh, text, json, ts; "" if there is none. */
  readonly language: string;
  /** The HTML comment right above the fence, as `output` or `file: quiet.json`; "" if there is none. */
  readonly note: string;
  readonly text: string;
}

export interface Link {
  readonly line: number;
  readonly target: string;
}

const FENCE = /^(```+)\s*(\w*)\s*$/;

/** The fenced blocks of a document. Throws if one is not closed. */
export function blocksIn(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, fence, language] = FENCE.exec(lines[i]!) ?? [];
    if (fence === undefined) continue;
    const end = lines.indexOf(fence, i + 1);
    if (end < 0) throw new Error(`line ${i + 1}: the fence is never closed`);
    const [, note = ""] = /^<!-- (.*) -->$/.exec(lines[i - 1] ?? "") ?? [];
    blocks.push({ line: i + 1, language: language!, note, text: lines.slice(i + 1, end).join("\n") });
    i = end;
  }
  return blocks;
}

/** The document's lines, those in fenced blocks emptied. */
function prose(markdown: string): string[] {
  const lines = markdown.split("\n");
  for (const { line, text } of blocksIn(markdown))
    lines.fill("", line - 1, line + (text === "" ? 0 : text.split("\n").length) + 1);
  return lines;
}

/** The targets of links and pictures, code left out: `[text](target)`, and `[name]: target` for what the text calls `[name]`. */
export function linksIn(markdown: string): Link[] {
  return prose(markdown).flatMap((text, i) =>
    [...text.replace(/`[^`]*`/g, "").matchAll(/\]\(([^()\s]+)\)|^\[[^\]]+\]: (\S+)$/g)].map((match) => ({
      line: i + 1,
      target: (match[1] ?? match[2])!,
    })),
  );
}

/** The names by which links reach a document's headings, as GitHub makes them, and its own anchors. */
export function anchorsIn(markdown: string): string[] {
  return prose(markdown).flatMap((line) => {
    const [, id] = /^<a id="([^"]+)"><\/a>$/.exec(line) ?? [];
    if (id !== undefined) return [id];
    if (!/^#+ /.test(line)) return [];
    const slug = line
      .replace(/^#+ /, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "");
    return [slug.trim().replace(/\s/g, "-")];
  });
}

/** Where an output differs from what is shown, or null. A line of «…» stands for any lines, or none. */
export function difference(shown: string, printed: string): string | null {
  const lines = printed.trimEnd().split("\n");
  const pieces = shown
    .trimEnd()
    .split(/^…$/m)
    .map((piece) => piece.replace(/^\n|\n$/g, ""))
    .map((piece) => (piece === "" ? [] : piece.split("\n")));
  let from = 0;
  for (const [i, piece] of pieces.entries()) {
    const first = i === 0 ? 0 : i === pieces.length - 1 ? Math.max(from, lines.length - piece.length) : from;
    const last = i === 0 ? 0 : lines.length - piece.length;
    let at = first;
    while (at <= last && !piece.every((line, k) => line === lines[at + k])) at++;
    if (at > last) return `not printed:\n${piece.join("\n")}\nprinted:\n${lines.slice(from).join("\n")}`;
    from = at + piece.length;
  }
  return pieces.length > 1 || from === lines.length ? null : `also printed:\n${lines.slice(from).join("\n")}`;
}
