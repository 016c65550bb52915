/**
 * The ledger: the fate of every copy, and how connections ended, read off the trace. Fates and causes are those of the model (oracle.ts); a
 * test holds the two equal at every step.
 */
import { CAUSES } from "../model/causes.ts";
import { END_REASONS } from "../model/end-reasons.ts";
import { Fate } from "../model/oracle.ts";
import { at, type Columns, RecordKind } from "../model/records.ts";
import { type LedgerEnd, rootsOf } from "./roots.ts";

export interface LedgerMessage {
  /** Its number in the trace. */
  readonly id: number;
  /** The sending client's node. */
  readonly sender: number;
  readonly audience: number;
  /** Client for `direct`, room for `room`, else −1. */
  readonly target: number;
  readonly sentUs: number;
  /** Numbers of its copies, in the ledger's `copies`. */
  readonly copies: number[];
}

export interface LedgerCopy {
  /** Its number in the trace. */
  readonly id: number;
  readonly message: number;
  /** The recipient's node. */
  readonly recipient: number;
  readonly sentUs: number;
  /** Delivered, lost or (at the end of the run) in flight: one of Fate. */
  fate: number;
  /** When it was delivered (first) or lost, in µs; −1 in flight. */
  settledUs: number;
  /** Index in CAUSES and node, if it is lost; else −1. */
  cause: number;
  place: number;
  /** What made it so earlier; null if nothing did, or it is not lost. */
  root: LedgerEnd | null;
  /** Times that it was delivered again. */
  duplicates: number;
}

interface Tally {
  sent: number;
  delivered: number;
  duplicated: number;
  lost: number;
  inFlight: number;
}

/** Copies that were lost of one cause, for the same reasons. */
export interface Loss {
  /** The cause's name. */
  readonly cause: string;
  /** The names of the reasons that made it so, each since the next; empty if the cause says all. */
  readonly roots: readonly string[];
  count: number;
}

export interface Ledger {
  readonly messages: readonly LedgerMessage[];
  readonly copies: readonly LedgerCopy[];
  readonly tally: Readonly<Tally>;
  /** Lost copies by the cause's name; only causes that occurred, in the order of CAUSES. */
  readonly causes: Readonly<Record<string, number>>;
  /** Lost copies by cause and roots, most frequent first. */
  readonly losses: readonly Readonly<Loss>[];
  /** In order of time; by their numbers in the trace. */
  readonly ends: readonly LedgerEnd[];
}

/** Reads the ledger off the first `length` records of a trace (all by default). Record numbers in the trace may have gaps; the ledger's lists do not. */
export function readLedger(trace: Columns, length = trace.length): Ledger {
  const messages: LedgerMessage[] = [];
  const copies: LedgerCopy[] = [];
  const copyById = new Map<number, LedgerCopy>();
  const tally = { sent: 0, delivered: 0, duplicated: 0, lost: 0, inFlight: 0 };
  const ends: LedgerEnd[] = [];
  /** Read from right before an end. */
  let rootOfNext: LedgerEnd | null = null;
  const lost: LedgerCopy[] = [];
  for (let i = 0; i < length; i++) {
    switch (trace.kind[i]) {
      case RecordKind.message:
        messages.push({
          id: trace[at.message.message][i],
          sender: trace[at.message.sender][i],
          audience: trace[at.message.audience][i],
          target: trace[at.message.target][i],
          sentUs: trace.timeUs[i],
          copies: [],
        });
        break;
      case RecordKind.copy: {
        const copy: LedgerCopy = {
          id: trace[at.copy.copy][i],
          message: trace[at.copy.message][i],
          recipient: trace[at.copy.recipient][i],
          sentUs: trace.timeUs[i],
          fate: Fate.inFlight,
          settledUs: -1,
          cause: -1,
          place: -1,
          root: null,
          duplicates: 0,
        };
        messages[copy.message]!.copies.push(copies.length);
        copies.push(copy);
        copyById.set(copy.id, copy);
        tally.sent++;
        break;
      }
      case RecordKind.delivered: {
        const copy = copyById.get(trace[at.delivered.copy][i])!;
        copy.fate = Fate.delivered;
        copy.settledUs = trace.timeUs[i];
        tally.delivered++;
        break;
      }
      case RecordKind.duplicated:
        copyById.get(trace[at.duplicated.copy][i])!.duplicates++;
        tally.duplicated++;
        break;
      case RecordKind.ended: {
        ends[trace[at.ended.end][i]] = {
          reason: trace[at.ended.reason][i],
          place: trace[at.ended.place][i],
          timeUs: trace.timeUs[i],
          whose: trace[at.ended.whose][i],
          session: trace[at.ended.session][i],
          root: rootOfNext,
        };
        rootOfNext = null;
        break;
      }
      case RecordKind.rooted: {
        const copy = trace[at.rooted.copy][i];
        const root = ends[trace[at.rooted.root][i]];
        if (copy < 0) rootOfNext = root;
        else copyById.get(copy)!.root = root;
        break;
      }
      case RecordKind.lost: {
        const copy = copyById.get(trace[at.lost.copy][i])!;
        copy.fate = Fate.lost;
        copy.settledUs = trace.timeUs[i];
        copy.place = trace[at.lost.place][i];
        copy.cause = trace[at.lost.cause][i];
        lost.push(copy);
        tally.lost++;
        break;
      }
    }
  }
  tally.inFlight = tally.sent - tally.delivered - tally.lost;
  const losses = countLosses(lost);
  const causes = Object.fromEntries(
    CAUSES.flatMap(({ name }) => {
      const count = losses.reduce((sum, loss) => (loss.cause === name ? sum + loss.count : sum), 0);
      return count > 0 ? [[name, count]] : [];
    }),
  );
  return { messages, copies, tally, causes, losses, ends };
}

function countLosses(lost: readonly LedgerCopy[]): Loss[] {
  const losses = new Map<string, Loss>();
  for (const { cause, root } of lost) {
    const roots = rootsOf(root).map(({ reason }) => END_REASONS[reason]!.name);
    const key = [cause, ...roots].join();
    const loss = losses.get(key);
    if (loss !== undefined) loss.count++;
    else losses.set(key, { cause: CAUSES[cause]?.name ?? String(cause), roots, count: 1 });
  }
  return [...losses.values()].sort((a, b) => b.count - a.count);
}
