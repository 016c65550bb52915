/** What may be said of a rule that no run broke: no more than the search has shown. */

import { grouped } from "../run/grouped.ts";
import type { RuleKind } from "./rule.ts";
import { type Scope, type Subject, silenceWords } from "./scope.ts";
import { cutWords, type Outcome, type Report, type SearchReport } from "./verdict.ts";

/** What is known of a rule that was not seen to break. */
export interface Unbroken {
  readonly kind: RuleKind;
  /** Whether a run showed it; for `sometimes` rules. */
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
  // The very thing that breaks a rule may make a run long, so runs that were cut are not simply ignored.
  if (search.cut > 0) return cutWords(search);
  if (search.kind === "random" || search.isComplete) return null;
  const why = endedBy === "interrupted" ? "the search was interrupted" : "time ran out";
  const runs = `${grouped(search.runs)} ${search.runs === 1 ? "run" : "runs"}`;
  return `${why} after ${runs}, before all were explored`;
}
