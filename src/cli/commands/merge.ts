/** `fanout merge`: put the shards of a search together. */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { z } from "zod";
import type { ReportDocument } from "../check/document.ts";
import { mergeDocuments } from "../check/merge-documents.ts";
import { checkReport } from "../check/report.ts";
import { Exit } from "../exit.ts";
import { InputError, type Io, reasonOf } from "../io.ts";
import { styleOf } from "../text.ts";

/** Reports of `fanout check --json` may be this long at most. */
const MAX_BYTES = 67_108_864;

/** What merging reads of a report; all else is passed on as it is. */
const reached = z.looseObject({ of: z.int(), reached: z.int(), missing: z.array(z.string()).max(10_000) });
const outcome = z.enum(["broken", "holds", "not broken", "seen", "never", "not seen", "silent"]);
const report = z.looseObject({
  scenario: z.string(),
  variant: z.string().nullable(),
  bounds: z.looseObject({}),
  search: z.looseObject({ kind: z.enum(["random", "exhaustive"]), runs: z.int() }),
  endedBy: z.enum(["done", "time", "interrupted"]),
  verdicts: z.array(z.looseObject({ rule: z.string(), statement: z.string(), outcome })).max(100),
  worth: z.string(),
  within: z.array(z.string()),
  coverage: z.looseObject({ states: reached, transitions: reached, faultPairs: reached }),
});

export function addMerge(program: Command, io: Io, setExit: (code: number) => void): void {
  program
    .command("merge")
    .description("put the parts of a search (fanout check --shard … --json) together")
    .argument("<report...>", "the JSON documents of all shards")
    .option("--json", "print one JSON document instead of the report")
    .addHelpText(
      "after",
      `
Example:
  $ fanout check my-scenario.json --runs 100000 --shard 1/2 --json > part-1.json
  $ fanout check my-scenario.json --runs 100000 --shard 2/2 --json > part-2.json
  $ fanout merge part-1.json part-2.json`,
    )
    .action(async (files: readonly string[], options: { readonly json?: boolean }) => {
      const merged = mergeDocuments(await Promise.all(files.map(readReport)));
      if (typeof merged === "string") throw new InputError(merged);
      await io.out(
        options.json === true
          ? `${JSON.stringify(merged, null, 2)}\n`
          : checkReport(merged, styleOf(io.color)),
      );
      if (merged.verdicts.some((verdict) => verdict.outcome === "broken" || verdict.outcome === "never"))
        setExit(Exit.ruleBroken);
    });
}

async function readReport(file: string): Promise<ReportDocument> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new InputError(`can't read ${file}: ${reasonOf(error)}`);
  }
  if (text.length > MAX_BYTES) throw new InputError(`${file} is too large for a report`);
  try {
    return report.parse(JSON.parse(text)) as unknown as ReportDocument;
  } catch {
    throw new InputError(`${file} is no report of fanout check --json`);
  }
}
