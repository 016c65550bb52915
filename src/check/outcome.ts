/** What may be said of a rule that no run broke: the least that was earned. */
import type { RuleKind } from "./rule.ts";
import { grouped, type Scope, type Subject, silenceWords } from "./scope.ts";
import { cutWords, type Outcome, type Report, type SearchReport } from "./verdict.ts";

/** Of a rule that was not seen to break: what is known of it. */
export interface Unbroken {
  readonly kind: RuleKind;
  /** Of a `sometimes` rule: whether a run showed it. */
  readonly isSeen: boolean;
  readonly scope: Scope;
  readonly subject: Subject;
  /** Why it is silent where it has no subject. */
  readonly whenNone: string;
}

export function outcomeOf(
  { kind, isSeen, scope, subject, whenNone }: Unbroken,
  search: SearchReport,
  endedBy: Report["endedBy"],
): Exclude<Outcome, { outcome: "broken" }> {
  if (isSeen) return { outcome: "seen" };
  if (search.runs === 0) return { outcome: "not tried" };
  const why = whyUnfinished(search, endedBy);
  if (why !== null) return { outcome: "unfinished", why };
  const isAll = search.kind === "exhaustive" || search.isCertain;
  if (kind === "sometimes") {
    const runs = `${grouped(search.runs)} ${search.runs === 1 ? "run" : "runs"}`;
    return isAll ? { outcome: "never" } : { outcome: "unfinished", why: `not seen in ${runs}` };
  }
  if (scope.spoke === 0) return { outcome: "silent", why: silenceWords(scope, subject, whenNone) };
  return { outcome: isAll ? "holds" : "not broken" };
}

/** Why a search says nothing of a rule that it did not see broken; null if it says something. */
function whyUnfinished(search: SearchReport, endedBy: Report["endedBy"]): string | null {
  // What breaks a rule may be just what makes a run long, so those that were cut are not simply left out.
  if (search.cut > 0) return cutWords(search);
  if (search.kind === "random" || search.isComplete) return null;
  const why = endedBy === "interrupted" ? "the search was interrupted" : "time ran out";
  const runs = `${grouped(search.runs)} ${search.runs === 1 ? "run" : "runs"}`;
  return `${why} after ${runs}, before all were explored`;
}
