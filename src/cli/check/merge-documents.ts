/** Putting the documents of all shards of a search together: the verdict is that of one search. */
import { isDeepStrictEqual } from "node:util";
import type { Reached } from "../../check/coverage.ts";
import { worthOf } from "../../check/verdict.ts";
import type { ReportDocument, VerdictDocument } from "./document.ts";

type RandomSearch = Extract<ReportDocument["search"], { kind: "random" }>;

/** The document of the whole search, or, as a sentence, why these are not all shards of one. */
export function mergeDocuments(documents: readonly ReportDocument[]): ReportDocument | string {
  const searches = documents
    .map(({ search }) => search)
    .filter((search): search is RandomSearch => search.kind === "random");
  if (searches.length < documents.length) return "an exhaustive search has no shards";
  const [first] = documents;
  const [search] = searches;
  if (first === undefined || search === undefined) return "there is nothing to merge";
  const of = search.shard?.[1];
  if (of === undefined || searches.some(({ shard }) => shard === null))
    return "found a report of a whole search; merged are those of --shard";
  for (const other of documents)
    if (!isDeepStrictEqual(signature(other), signature(first)))
      return "these are shards of different searches: scenario, settings, variant, rules, bounds, seed and number of shards must be the same";
  const given = searches.map(({ shard }) => shard![0]);
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !given.includes(index));
  if (missing.length > 0) return `shard ${missing.join(", ")} of ${of} is missing`;
  if (given.length > of) return "a shard is given twice";
  const verdicts = first.verdicts.map((_, i) => worst(documents.map((document) => document.verdicts[i]!)));
  const isCertain = searches.some((one) => one.isCertain);
  const runs = isCertain ? 1 : runsOf(verdicts, searches);
  const merged = {
    ...first,
    search: { ...search, runs, isCertain, shard: null },
    endedBy: documents.find(({ endedBy }) => endedBy !== "done")?.endedBy ?? first.endedBy,
    verdicts,
    coverage: {
      states: together(documents.map(({ coverage }) => coverage.states)),
      transitions: together(documents.map(({ coverage }) => coverage.transitions)),
      faultPairs: together(documents.map(({ coverage }) => coverage.faultPairs)),
    },
  };
  return { ...merged, worth: worthOf(merged) };
}

/** What all shards of one search have in common. */
function signature({ scenario, variant, scenarioHash, bounds, search, verdicts }: ReportDocument) {
  const { seed, shard } = search as RandomSearch;
  const rules = verdicts.map(({ rule, kind, statement }) => ({ rule, kind, statement }));
  return { scenario, variant, scenarioHash, bounds, seed, of: shard?.[1], rules };
}

/** One verdict of several: broken if any is, in the earliest run; seen if any is. */
function worst(verdicts: readonly VerdictDocument[]): VerdictDocument {
  const broken = verdicts.filter(({ outcome }) => outcome === "broken").sort((a, b) => a.run! - b.run!);
  const order = ["seen", "never", "holds", "silent", "not broken", "not seen"] as const;
  return (
    broken[0] ??
    [...verdicts].sort((a, b) => order.indexOf(a.outcome as "seen") - order.indexOf(b.outcome as "seen"))[0]!
  );
}

/** As in one search: where every rule broke, the runs up to the last breach. */
function runsOf(verdicts: readonly VerdictDocument[], searches: readonly RandomSearch[]): number {
  const sum = searches.reduce((total, { runs }) => total + runs, 0);
  const speaking = verdicts.filter(({ outcome }) => outcome !== "silent");
  if (speaking.length === 0 || speaking.some(({ outcome }) => outcome !== "broken")) return sum;
  return Math.max(...speaking.map(({ run }) => run!)) + 1;
}

function together(parts: readonly Reached[]): Reached {
  const of = Math.max(...parts.map((part) => part.of));
  const missing = parts[0]!.missing.filter((name) => parts.every((part) => part.missing.includes(name)));
  return { of, reached: of - missing.length, missing };
}
