/**
 * The ledger: the fate of every copy, and how connections ended, read off the trace. Fates and causes are
 * those of the model (oracle.ts); a test holds the two equal at every step.
 */

import { Fate } from "../model/fate/oracle.part.ts";
import { CAUSES } from "../model/trace/causes.ts";
import { END_REASONS } from "../model/trace/end-reasons.ts";
import { at, type Columns, RecordKind } from "../model/trace/records.ts";
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
  /** When it was delivered (first) or lost, in µs; −1 while in flight. */
  settledUs: number;
  /** Index in CAUSES, if it is lost; else −1. */
  cause: number;
  /** The node where it was lost, or, of what a server has done, that server's; else −1. */
  place: number;
  /** The earlier end that caused the loss; null if there is none, or if the copy is not lost. */
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

/** Copies that were lost by one cause, for the same reasons. */
export interface Loss {
  /** The cause's name. */
  readonly cause: string;
  /** The names of the reasons behind the cause, each caused by the next; empty if the cause says all. */
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

/**
 * Reads the ledger off the first `length` records of a trace (all by default). Numbers in the trace may have
 * gaps; the ledger's lists do not.
 */
export function readLedger(trace: Columns, length = trace.length): Ledger {
  const books = new Books(trace);
  for (let row = 0; row < length; row++) books.enter(row);
  return books.close();
}

/** The books while they are kept, record by record. */
class Books {
  #trace: Columns;
  #messages: LedgerMessage[] = [];
  #copies: LedgerCopy[] = [];
  #copyById = new Map<number, LedgerCopy>();
  #lost: LedgerCopy[] = [];
  #ends: LedgerEnd[] = [];
  /** The root of the end that the next record tells of. */
  #rootOfNext: LedgerEnd | null = null;
  #tally: Tally = { sent: 0, delivered: 0, duplicated: 0, lost: 0, inFlight: 0 };

  constructor(trace: Columns) {
    this.#trace = trace;
  }

  enter(row: number): void {
    const trace = this.#trace;
    switch (trace.kind[row]) {
      case RecordKind.message:
        return this.#enterMessage(row);
      case RecordKind.copy:
        return this.#enterCopy(row);
      case RecordKind.delivered: {
        const copy = this.#copyById.get(trace[at.delivered.copy][row])!;
        copy.fate = Fate.delivered;
        copy.settledUs = trace.timeUs[row];
        if (trace.kind[row - 1] === RecordKind.done) copy.place = trace[at.done.server][row - 1];
        this.#tally.delivered++;
        return;
      }
      case RecordKind.duplicated:
        this.#copyById.get(trace[at.duplicated.copy][row])!.duplicates++;
        this.#tally.duplicated++;
        return;
      case RecordKind.ended:
        return this.#enterEnd(row);
      case RecordKind.rooted:
        return this.#enterRoot(row);
      case RecordKind.lost:
        return this.#enterLoss(row);
    }
  }

  #enterMessage(row: number): void {
    const trace = this.#trace;
    this.#messages.push({
      id: trace[at.message.message][row],
      sender: trace[at.message.sender][row],
      audience: trace[at.message.audience][row],
      target: trace[at.message.target][row],
      sentUs: trace.timeUs[row],
      copies: [],
    });
  }

  #enterCopy(row: number): void {
    const trace = this.#trace;
    const copy: LedgerCopy = {
      id: trace[at.copy.copy][row],
      message: trace[at.copy.message][row],
      recipient: trace[at.copy.recipient][row],
      sentUs: trace.timeUs[row],
      fate: Fate.inFlight,
      settledUs: -1,
      cause: -1,
      place: -1,
      root: null,
      duplicates: 0,
    };
    this.#messages[copy.message].copies.push(this.#copies.length);
    this.#copies.push(copy);
    this.#copyById.set(copy.id, copy);
    this.#tally.sent++;
  }

  #enterEnd(row: number): void {
    const trace = this.#trace;
    this.#ends[trace[at.ended.end][row]] = {
      reason: trace[at.ended.reason][row],
      place: trace[at.ended.place][row],
      timeUs: trace.timeUs[row],
      whose: trace[at.ended.whose][row],
      session: trace[at.ended.session][row],
      root: this.#rootOfNext,
    };
    this.#rootOfNext = null;
  }

  /** Of a copy that is lost, or of the end in the next record. */
  #enterRoot(row: number): void {
    const copy = this.#trace[at.rooted.copy][row];
    const root = this.#ends[this.#trace[at.rooted.root][row]];
    if (copy < 0) this.#rootOfNext = root;
    else this.#copyById.get(copy)!.root = root;
  }

  #enterLoss(row: number): void {
    const trace = this.#trace;
    const copy = this.#copyById.get(trace[at.lost.copy][row])!;
    copy.fate = Fate.lost;
    copy.settledUs = trace.timeUs[row];
    copy.place = trace[at.lost.place][row];
    copy.cause = trace[at.lost.cause][row];
    this.#lost.push(copy);
    this.#tally.lost++;
  }

  close(): Ledger {
    const tally = this.#tally;
    tally.inFlight = tally.sent - tally.delivered - tally.lost;
    const losses = countLosses(this.#lost);
    const causes = Object.fromEntries(
      CAUSES.flatMap(({ name }) => {
        const count = losses.reduce((sum, loss) => (loss.cause === name ? sum + loss.count : sum), 0);
        return count > 0 ? [[name, count]] : [];
      }),
    );
    return { messages: this.#messages, copies: this.#copies, tally, causes, losses, ends: this.#ends };
  }
}

function countLosses(lost: readonly LedgerCopy[]): Loss[] {
  const losses = new Map<string, Loss>();
  for (const { cause, root } of lost) {
    const roots = rootsOf(root).map(({ reason }) => END_REASONS[reason].name);
    const key = [cause, ...roots].join();
    const loss = losses.get(key);
    if (loss !== undefined) loss.count++;
    else losses.set(key, { cause: CAUSES[cause]?.name ?? String(cause), roots, count: 1 });
  }
  return [...losses.values()].sort((a, b) => b.count - a.count);
}
