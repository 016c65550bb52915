/** Templates and style sheets that stand in the code lose what no browser needs: indentation, and the comments of styles. */
import type { Plugin } from "vite";

const TAGS = new Set(["html", "svg", "css"]);

export function smallTemplates(): Plugin {
  return {
    name: "fanout-templates",
    apply: "build",
    transform: {
      filter: { id: /\/src\/view\//, code: /\b(html|svg|css)`/ },
      handler(code) {
        let small = "";
        let copied = 0;
        walk(this.parse(code), (tag, { start, end }) => {
          small += code.slice(copied, start) + shortened(tag, code.slice(start, end));
          copied = end;
        });
        return copied === 0 ? undefined : { code: small + code.slice(copied), map: null };
      },
    },
  };
}

/** In text, any white space is as good as one space; between the parts of a style sheet, none is needed. */
function shortened(tag: string, written: string): string {
  if (tag !== "css") return written.replace(/\s*\n\s*/g, " ");
  return written
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s*\n\s*/g, " ")
    .replace(/ ?([{};]) ?/g, "$1");
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Calls back for each text between the expressions of a tagged template, in the order in which they are written. */
function walk(program: unknown, onPiece: (tag: string, piece: Piece) => void): void {
  const found: { tag: string; piece: Piece }[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== "object") return;
    const { type, tag, quasi } = node as {
      type?: string;
      tag?: { name?: string };
      quasi?: { quasis: Piece[] };
    };
    if (type === "TaggedTemplateExpression" && TAGS.has(tag!.name ?? ""))
      for (const piece of quasi!.quasis) found.push({ tag: tag!.name!, piece });
    Object.values(node).forEach(visit);
  };
  visit(program);
  for (const { tag, piece } of found.toSorted((a, b) => a.piece.start - b.piece.start)) onPiece(tag, piece);
}
