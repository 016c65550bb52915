/** The functions in a source text, found by the parser that Vite brings: how long each is, and how many arguments it takes. */
import { parseAst } from "vite";

export interface SourceFunction {
  /** What it is called, or what it is the value of; «a function» if it has no name. */
  readonly name: string;
  /** The line on which it begins, counted from 1. */
  readonly line: number;
  /** From its first line to its last. */
  readonly lines: number;
  /** Arguments that a caller tells apart by their position. */
  readonly parameters: number;
}

/** As much of a node of the syntax tree as is needed here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly body?: unknown;
  readonly params?: readonly { readonly type: string; readonly name?: string }[];
  readonly id?: { readonly name?: string } | null;
  readonly key?: { readonly name?: string };
}

const FUNCTIONS = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];

/** All functions of a TypeScript text, in the order in which they begin; methods too, and functions inside of others. */
export function functionsIn(text: string): SourceFunction[] {
  const found: SourceFunction[] = [];
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number) => lineStarts.findLastIndex((start) => start <= offset) + 1;
  const visit = (node: Node, name: string) => {
    if (FUNCTIONS.includes(node.type) && node.body != null)
      found.push({
        name: node.id?.name ?? name,
        line: lineOf(node.start),
        lines: lineOf(node.end) - lineOf(node.start) + 1,
        // A parameter called `this` is a type, and no argument.
        parameters: node.params!.filter((parameter) => parameter.name !== "this").length,
      });
    const within = node.id?.name ?? node.key?.name ?? "a function";
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, within);
  };
  visit(parseAst(text, { lang: "ts" }) as unknown as Node, "");
  return found.sort((a, b) => a.line - b.line);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
