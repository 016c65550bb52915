/** Doc comments of source files, as Markdown: what the reference says of a part or a rule is said beside its code. */

/** The comment with which a file begins. */
export function headComment(source: string): string {
  return textOf(source.slice(0, source.indexOf("*/")));
}

/** The comment right above a declaration. */
export function commentAbove(source: string, declaration: RegExp): string {
  const above = source.slice(0, source.search(declaration));
  return textOf(above.slice(above.lastIndexOf("/**"), above.lastIndexOf("*/")));
}

function textOf(comment: string): string {
  return comment
    .replace(/^\/\*\*/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim()
    .replace(/\{@link ([^}]+)\}/g, "`$1`");
}
