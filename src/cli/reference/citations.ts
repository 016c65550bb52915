/**
 * What comments and messages cite, as links for the pages in docs/reference: «FACTS §1.2, §3» leads to the sections of facts.md,
 * «ground-truth 03, 07» to the measurements.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package.ts";

const FACTS = /FACTS\s+§\d+(\.\d+)?(,\s+§\d+(\.\d+)?)*/g;
const EXPERIMENTS = /ground-truth\s+\d\d[a-z]?(-[a-z-]+)?(,\s+\d\d[a-z]?(-[a-z-]+)?)*/g;

/** A page of docs/reference with its citations made links. */
export function linkCitations(markdown: string): string {
  return markdown
    .replace(FACTS, (cited) =>
      cited.replace(
        /§([\d.]+\d|\d)/g,
        (section, number) => `[${section}](facts.md#${number.replace(".", "-")})`,
      ),
    )
    .replace(EXPERIMENTS, (cited) =>
      cited.replace(/\d\d[a-z]?(-[a-z-]+)?/g, (name) => `[${name}](../../test/ground-truth/${fileOf(name)})`),
    );
}

/** The file of an experiment, by its number or by number and name. */
function fileOf(name: string): string {
  const files = readdirSync(join(packageRoot(), "test/ground-truth"));
  const file = files.find((entry) => entry.startsWith(name));
  if (file === undefined)
    throw new Error(
      `ground-truth ${name} is cited; found no such file in test/ground-truth; allowed: ${files.join(", ")}`,
    );
  return file;
}
