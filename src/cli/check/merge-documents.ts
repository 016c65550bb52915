/** Putting the documents of all shards of a search together: the verdict is that of one search. */
import { isDeepStrictEqual } from "node:util";
import type { Reached } from "../../check/coverage.ts";
import { outcomeOf } from "../../check/outcome.ts";
import { Scopes } from "../../check/scope.ts";
import { coveredWords, worthOf } from "../../check/verdict.ts";
import type { ReportDocument, VerdictDocument } from "./document.ts";

type RandomSearch = Extract<ReportDocument["search"], { kind: "random" }>;

/** A report, and the file that it was read from. */
export interface Part {
  readonly file: string;
  readonly document: ReportDocument;
}

/** The document of the whole search, or, as a sentence, why these are not all shards of one. */
export function mergeDocuments(parts: readonly Part[]): ReportDocument | string {
  const documents = parts.map(({ document }) => document);
  const wrong = wrongWith(parts);
  if (wrong !== null) return wrong;
  const searches = documents.map(({ search }) => search as RandomSearch);
  const [first] = documents;
  const [search] = searches;
  // If all runs are the same, the document of the shard that found this is the whole result.
  const isCertain = searches.some((one) => one.isCertain);
  const counted = isCertain ? documents.filter((_, i) => searches[i].isCertain).slice(0, 1) : documents;
  const endedBy = documents.find((one) => one.endedBy !== "done")?.endedBy ?? first.endedBy;
  const broken = first.verdicts.map((_, i) => earliest(documents.map(({ verdicts }) => verdicts[i])));
  const whole: RandomSearch = {
    ...search,
    runs: isCertain ? 1 : runsOf(broken, searches),
    cut: counted.reduce((sum, one) => sum + one.search.cut, 0),
    isCertain,
    shard: null,
  };
  const verdicts = first.verdicts.map(
    (_, i) =>
      broken[i] ??
      unbroken(
        counted.map((document) => document.verdicts[i]),
        whole,
        endedBy,
      ),
  );
  const merged = {
    ...first,
    search: whole,
    endedBy,
    verdicts,
    coverage: {
      states: together(documents.map(({ coverage }) => coverage.states)),
      transitions: together(documents.map(({ coverage }) => coverage.transitions)),
      faultPairs: together(documents.map(({ coverage }) => coverage.faultPairs)),
    },
  };
  return { ...merged, worth: worthOf(merged) };
}

/** Why these are not all shards of one search: which file is to blame, and for what. */
function wrongWith(parts: readonly Part[]): string | null {
  const shards: ShardFile[] = [];
  for (const { file, document } of parts) {
    const { search } = document;
    if (search.kind === "exhaustive") return `${file} is of an exhaustive search, which has no shards`;
    if (search.shard === null) return `${file} is a report of a whole search; merged are those of --shard`;
    shards.push({ file, index: search.shard[0], of: search.shard[1] });
  }
  const [first] = parts;
  for (const { file, document } of parts) {
    const differing = differences(document, first.document);
    if (differing.length > 0)
      return `${file} is a shard of another search than ${first.file}: not the same are ${differing.join(", ")}`;
  }
  return gapsIn(shards);
}

interface ShardFile {
  readonly file: string;
  readonly index: number;
  readonly of: number;
}

/** Which shards are missing, and which are there twice. */
function gapsIn(shards: readonly ShardFile[]): string | null {
  const { of } = shards[0];
  const beyond = shards
    .filter(({ index }) => index > of)
    .map(({ file, index }) => `${file} says that it is shard ${index} of ${of}`);
  const filesOf = Array.from({ length: of }, (_, i) =>
    shards.filter(({ index }) => index === i + 1).map(({ file }) => file),
  );
  const missing = filesOf.flatMap((files, i) => (files.length === 0 ? [i + 1] : []));
  const twice = filesOf.flatMap((files, i) =>
    files.length > 1 ? [`shard ${i + 1} of ${of} is given twice: ${files.join(", ")}`] : [],
  );
  const wrong = [
    ...beyond,
    ...(missing.length === 0 ? [] : [`shard ${missing.join(", ")} of ${of} is missing`]),
    ...twice,
  ];
  return wrong.length === 0 ? null : wrong.join("; ");
}

/** What all shards of one search have in common, in the words for it. */
function signature({ scenario, variant, scenarioHash, bounds, search, verdicts, isClaimed }: ReportDocument) {
  const { asked, seed, shard, maxEvents } = search as RandomSearch;
  const rules = verdicts.map(({ rule, kind, statement }) => ({ rule, kind, statement }));
  return {
    scenario,
    variant,
    settings: scenarioHash,
    rules: { rules, isClaimed },
    bounds: { ...bounds, maxEvents },
    seed,
    "number of runs": asked,
    "number of shards": shard?.[1],
  };
}

/** In what two documents are not of the same search. */
function differences(one: ReportDocument, other: ReportDocument): string[] {
  const [a, b] = [signature(one), signature(other)];
  return Object.keys(a).filter(
    (name) => !isDeepStrictEqual(a[name as keyof typeof a], b[name as keyof typeof b]),
  );
}

/** The breach of a rule in the earliest run; null if no shard has one. */
function earliest(verdicts: readonly VerdictDocument[]): VerdictDocument | null {
  return verdicts.filter(({ outcome }) => outcome === "broken").sort((a, b) => a.run! - b.run!)[0] ?? null;
}

/** What all shards together say of a rule that none of them broke. */
function unbroken(
  verdicts: readonly VerdictDocument[],
  search: RandomSearch,
  endedBy: ReportDocument["endedBy"],
): VerdictDocument {
  const { rule, kind, statement, subject } = verdicts[0];
  const scopes = new Scopes();
  for (const { scope } of verdicts) scopes.add(rule, scope);
  const scope = scopes.of(rule);
  const isSeen = verdicts.some(({ outcome }) => outcome === "seen");
  // Where there was nothing to judge, each shard says why.
  const whenNone = verdicts.find(({ outcome }) => outcome === "silent")?.why ?? "";
  const outcome = outcomeOf({ kind, isSeen, scope, subject, whenNone }, search, endedBy);
  return {
    rule,
    kind,
    statement,
    scope,
    subject,
    covered: coveredWords({ kind, scope, subject, ...outcome }),
    ...outcome,
  };
}

/** As in one search: where every rule broke, the runs up to the last breach. */
function runsOf(broken: readonly (VerdictDocument | null)[], searches: readonly RandomSearch[]): number {
  const sum = searches.reduce((total, { runs }) => total + runs, 0);
  if (broken.length === 0 || broken.includes(null)) return sum;
  return Math.max(...broken.map((one) => one!.run!)) + 1;
}

function together(parts: readonly Reached[]): Reached {
  const of = Math.max(...parts.map((part) => part.of));
  const missing = parts[0].missing.filter((name) => parts.every((part) => part.missing.includes(name)));
  return { of, reached: of - missing.length, missing };
}
