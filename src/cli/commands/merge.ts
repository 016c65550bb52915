/** `fanout merge`: put the shards of a search together. */
import { open } from "node:fs/promises";
import type { Command } from "commander";
import { z } from "zod";
import { SEARCH_LIMITS } from "../../check/limits.ts";
import { isDeeper } from "../../scenario/depth.ts";
import { followPath } from "../../scenario/path.ts";
import { LIMITS } from "../../scenario/schema.ts";
import { quote } from "../../scenario/words.ts";
import type { ReportDocument } from "../check/document.ts";
import { exitOf, judge } from "../check/expectation.ts";
import { junit } from "../check/junit.ts";
import { mergeDocuments } from "../check/merge-documents.ts";
import { checkReport } from "../check/report.ts";
import { InputError, type Io, reasonOf } from "../io.ts";
import { openOutput } from "../output.ts";
import { labelled } from "../report.ts";
import { bytes, printable, styleOf } from "../text.ts";

/** Reports of `fanout check --json` may be this long at most. */
const MAX_BYTES = 67_108_864;
/** Levels of nesting: those of a scenario, and of what it stands in. */
const MAX_DEPTH = LIMITS.depth + 10;

/** What merging reads of a report, and what is printed of it; all else is passed on as it is. */
const words = z.string().max(10_000);
const timeMs = z.number().min(0).max(LIMITS.durationMs);
/** Of any field: so large that no sum or unit makes it infinite. */
const fieldValue = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const count = z.int().min(0);
const reached = z.looseObject({ of: count, reached: count, missing: z.array(words).max(10_000) });
const scope = z.strictObject({ spoke: count, open: count, exempt: z.record(words, count) });
const head = {
  rule: words,
  kind: z.enum(["always", "eventually", "sometimes"]),
  statement: words,
  scope,
  subject: z.tuple([words, words]),
  covered: words,
};
const counterexample = z.looseObject({
  text: words,
  because: words,
  fingerprint: words,
  link: z.string(),
  story: z.array(z.looseObject({ timeMs, text: words })).max(1000),
  size: z.looseObject({
    clients: count,
    servers: count,
    messages: count,
    faults: count,
    durationMs: timeMs,
  }),
});
const repair = z.looseObject({
  set: z.record(words, z.json()),
  runs: count,
  variant: words.nullable(),
  threshold: z.looseObject({ path: words, held: fieldValue, broke: fieldValue }).nullable(),
});
const verdict = z.discriminatedUnion("outcome", [
  z.looseObject({
    ...head,
    outcome: z.literal("broken"),
    run: count.nullable(),
    counterexample,
    repairs: z.array(repair).max(100),
    isUnfinished: z.literal(true).optional(),
  }),
  z.looseObject({ ...head, outcome: z.enum(["silent", "unfinished"]), why: words }),
  z.looseObject({ ...head, outcome: z.enum(["holds", "not broken", "seen", "never", "not tried"]) }),
]);
const search = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("random"),
    runs: count,
    asked: count,
    seed: count,
    isCertain: z.boolean(),
    cut: count,
    maxEvents: z.int().min(1),
    shard: z.tuple([z.int().min(1), z.int().min(1).max(SEARCH_LIMITS.shards[1])]).nullable(),
  }),
  z.looseObject({ kind: z.literal("exhaustive") }),
]);
const report = z.looseObject({
  scenario: words,
  variant: words.nullable(),
  scenarioHash: words,
  bounds: z.looseObject({}),
  search,
  isClaimed: z.boolean(),
  endedBy: z.enum(["done", "time", "interrupted"]),
  verdicts: z.array(verdict).max(100),
  worth: words,
  within: z.array(words).max(100),
  coverage: z.looseObject({ states: reached, transitions: reached, faultPairs: reached }),
});

export function addMerge(program: Command, io: Io, setExit: (code: number) => void): void {
  program
    .command("merge")
    .description("put the parts of a search (fanout check --shard … --json) together")
    .argument("<report...>", "the JSON documents of all shards")
    .option("--json", "print one JSON document instead of the report")
    .option("--junit <file>", "also write the verdicts as JUnit XML")
    .option("--allow-unfinished", "end with 0 instead of 3 where rules are silent, unfinished or not tried")
    .addHelpText(
      "after",
      `
Example:
  $ fanout check my-scenario.json --runs 100000 --shard 1/2 --json > part-1.json
  $ fanout check my-scenario.json --runs 100000 --shard 2/2 --json > part-2.json
  $ fanout merge part-1.json part-2.json`,
    )
    .action(async (files: readonly string[], options: MergeOptions) => {
      const merged = mergeDocuments(
        await Promise.all(files.map(async (file) => ({ file, document: await readReport(file) }))),
      );
      if (typeof merged === "string") throw new InputError(merged);
      const allowUnfinished = options.allowUnfinished === true;
      const judgement = judge(merged);
      setExit(exitOf([judgement], allowUnfinished));
      const junitFile = options.junit === undefined ? null : await openOutput(io, options.junit);
      await junitFile?.write([junit([{ document: merged, judgement }], allowUnfinished)]);
      await io.out(
        options.json === true
          ? `${JSON.stringify(merged, null, 2)}\n`
          : `${headerOf(merged)}${checkReport(merged, styleOf(io.color))}`,
      );
    });
}

interface MergeOptions {
  readonly json?: boolean;
  readonly junit?: string;
  readonly allowUnfinished?: boolean;
}

/** What was searched. */
function headerOf({ scenario, variant, search }: ReportDocument): string {
  return [
    labelled("scenario", printable(scenario)),
    labelled("variant", variant === null ? "none" : printable(variant)),
    search.kind === "random" ? labelled("seed", String(search.seed)) : "",
  ].join("");
}

async function readReport(file: string): Promise<ReportDocument> {
  const text = await readText(file);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new InputError(`${file} is not JSON; ${ALLOWED}`);
  }
  if (isDeeper(document, MAX_DEPTH))
    throw new InputError(`${file} is nested deeper than ${MAX_DEPTH} levels; ${ALLOWED}`);
  if (Array.isArray(document))
    throw new InputError(`${file} is a list of reports, as of --every-variant; ${ALLOWED}`);
  const parsed = report.safeParse(document);
  if (parsed.success) return document as ReportDocument;
  const [{ path: keys }] = parsed.error.issues as [z.core.$ZodIssue];
  const found = followPath(document, keys.map(String));
  throw new InputError(
    `${file} is no report of fanout check --json: ${keys.length === 0 ? "" : `${keys.join(".")}: `}found ${quote(found)}; ${ALLOWED}`,
  );
}

const ALLOWED = "allowed: what fanout check --shard … --json printed, unchanged";

async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      if (size > MAX_BYTES)
        throw new InputError(
          `${file} is too large: found ${bytes(size)}; allowed: at most ${bytes(MAX_BYTES)}`,
        );
      // A device has no size and may have no end.
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > MAX_BYTES)
          throw new InputError(
            `${file} is too large: found more than ${bytes(MAX_BYTES)}; allowed: at most ${bytes(MAX_BYTES)}`,
          );
      }
      return Buffer.concat(chunks).toString("utf8");
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`can't read ${file}: ${reasonOf(error)}`);
  }
}
