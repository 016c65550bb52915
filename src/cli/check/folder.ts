/** The folder into which counterexamples are written. */
import { constants, existsSync } from "node:fs";
import { access, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError, reasonOf } from "../io.ts";
import type { ReportDocument } from "./document.ts";

/**
 * Makes a folder and its parents, before the work begins. Node's recursive mkdir can go on for ever where the
 * system says that there is no such folder, as in /proc.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (folder === "") throw new InputError("--out: the name of the folder is empty");
  const path = resolve(folder);
  const missing: string[] = [];
  for (let parent = path; !existsSync(parent); parent = dirname(parent)) missing.unshift(parent);
  try {
    for (const one of missing) await mkdir(one);
    if (!(await stat(path)).isDirectory()) throw new InputError(`can't write to ${folder}: it is no folder`);
    await access(path, constants.W_OK);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`can't write to ${folder}: ${reasonOf(error)}`);
  }
}

/** One file of each kind for each counterexample, named after variant and rule. */
export async function writeCounterexamples(
  folder: string,
  { variant, verdicts }: ReportDocument,
): Promise<void> {
  try {
    for (const { rule, statement, counterexample } of verdicts) {
      if (counterexample === undefined) continue;
      const base = join(folder, variant === null ? rule : `${variant}.${rule}`);
      const { scenario, story, mermaid, test, link, text } = counterexample;
      const lines = story.map((line) => `- ${line.timeMs} ms: ${line.text}\n`).join("");
      await writeFile(`${base}.scenario.json`, `${JSON.stringify(scenario, null, 2)}\n`);
      await writeFile(
        `${base}.md`,
        `# ${rule}, broken\n\n${statement}\n\n${text}\n\n${lines}\n[Open in the page](${link})\n${mermaid === "" ? "" : `\n\`\`\`mermaid\n${mermaid}\`\`\`\n`}`,
      );
      await writeFile(`${base}.test.ts`, test);
    }
  } catch (error) {
    throw new InputError(`can't write to ${folder}: ${reasonOf(error)}`);
  }
}
