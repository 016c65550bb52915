/** How a copy was lost, what would have saved it, and what would have kept a connection. */
import { askedWords } from "../model/asked-words.ts";
import { CAUSES } from "../model/trace/causes.ts";
import { END_REASONS } from "../model/trace/end-reasons.ts";
import { type LedgerEnd, rootsOf } from "./roots.ts";

/** One plain sentence: how a copy was lost for this cause; of one that there is not, nothing. */
export function causeSentence(cause: number): string {
  return askedWords(CAUSES[cause]?.sentence ?? "");
}

/** What would have saved a copy: what mends the deepest root, or else the cause. */
export function remedyOf(cause: number, root: LedgerEnd | null): string {
  const deepest = rootsOf(root).at(-1);
  return deepest === undefined ? askedWords(CAUSES[cause].remedy) : endRemedy(deepest.reason);
}

/** What would have kept a connection that ended for this reason, or done without it. */
export function endRemedy(reason: number): string {
  return askedWords(END_REASONS[reason].remedy);
}
