/** Putting the documents of all shards of a search together: the verdict is that of one search. */
import { isDeepStrictEqual } from "node:util";
import type { Reached } from "../../check/coverage.ts";
import { outcomeOf } from "../../check/outcome.ts";
import { together as addScopes } from "../../check/scope.ts";
import { coveredWords, worthOf } from "../../check/verdict.ts";
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

/** What all shards of one search have in common. */
function signature({ scenario, variant, scenarioHash, bounds, search, verdicts, isClaimed }: ReportDocument) {
  const { seed, shard, maxEvents } = search as RandomSearch;
  const rules = verdicts.map(({ rule, kind, statement }) => ({ rule, kind, statement }));
  return { scenario, variant, scenarioHash, bounds, seed, of: shard?.[1], maxEvents, isClaimed, rules };
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
  const scope = verdicts.map((one) => one.scope).reduce(addScopes);
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
