/**
 * What most openings of the page never tell of: ends, faults, timers that fire, presence, channels, a database. The sentences for it are fetched
 * with the first run that has any of it, so that the page itself opens sooner.
 */
import { CAUSES, Cause } from "../../model/trace/causes.ts";
import { at, type Columns, RecordKind } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import type { LedgerEnd } from "../../run/roots.ts";

/** Of these moment.ts tells, or nobody does. */
const COMMON = new Set<number>([
  RecordKind.frame,
  RecordKind.message,
  RecordKind.copy,
  RecordKind.delivered,
  RecordKind.duplicated,
  RecordKind.lost,
  RecordKind.transition,
  RecordKind.request,
  RecordKind.response,
  RecordKind.connected,
  RecordKind.upgraded,
  RecordKind.rooted,
  RecordKind.open,
  RecordKind.billed,
  RecordKind.looking,
]);

export function isRare(kind: number): boolean {
  return !COMMON.has(kind);
}

export function hasRare(trace: Columns): boolean {
  const { kind, length } = trace;
  for (let row = 0; row < length; row++)
    if (isRare(kind[row]!) || (kind[row] === RecordKind.lost && isRareCause(trace[at.lost.cause][row]!)))
      return true;
  return false;
}

function isRareCause(cause: number): boolean {
  return cause !== Cause.noBackplane;
}

/** One plain sentence: how a copy was lost. */
export function lossSentence(cause: number): string {
  return isRareCause(cause) ? rareWords().causeSentence(cause) : CAUSES[cause]!.sentence;
}

/** What losses and ends had begun with: whatever did is rare, or nothing is lost of it without something rare. */
export function sinceRoots(run: RunResult, roots: readonly LedgerEnd[]): string {
  return rareWords().sinceRoots(run, roots);
}

type RareWords = typeof import("./rare-words.ts");

let words: RareWords | null = null;

export async function fetchRareWords(): Promise<void> {
  words ??= await import("./rare-words.ts");
}

/** @throws Error if a run that has any came without them */
export function rareWords(): RareWords {
  if (words === null) throw new Error("a run came without its words");
  return words;
}
