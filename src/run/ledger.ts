/**
 * The ledger: the fate of every copy, read off the trace. Fates and causes are those of the model (oracle.ts); a test holds
 * the two equal at every step.
 */
import { CAUSES } from "../model/causes.ts";
import { Fate } from "../model/oracle.ts";
import { type Columns, RecordKind } from "../model/records.ts";

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
  /** Times that it was delivered again. */
  duplicates: number;
}

export interface Tally {
  sent: number;
  delivered: number;
  duplicated: number;
  lost: number;
  inFlight: number;
}

export interface Ledger {
  readonly messages: readonly LedgerMessage[];
  readonly copies: readonly LedgerCopy[];
  readonly tally: Readonly<Tally>;
  /** Lost copies by the cause's name; only causes that occurred, in the order of CAUSES. */
  readonly causes: Readonly<Record<string, number>>;
}

/** Reads the ledger off the first `length` records of a trace (all by default). Record numbers in the trace may have gaps; the ledger's lists do not. */
export function readLedger(trace: Columns, length = trace.length): Ledger {
  const messages: LedgerMessage[] = [];
  const copies: LedgerCopy[] = [];
  const copyById = new Map<number, LedgerCopy>();
  const tally = { sent: 0, delivered: 0, duplicated: 0, lost: 0, inFlight: 0 };
  const lostBy = new Array<number>(CAUSES.length).fill(0);
  for (let i = 0; i < length; i++) {
    const a = trace.a[i]!;
    switch (trace.kind[i]) {
      case RecordKind.message:
        messages.push({
          id: a,
          sender: trace.b[i]!,
          audience: trace.c[i]!,
          target: trace.d[i]!,
          sentUs: trace.timeUs[i]!,
          copies: [],
        });
        break;
      case RecordKind.copy: {
        const copy: LedgerCopy = {
          id: a,
          message: trace.b[i]!,
          recipient: trace.c[i]!,
          sentUs: trace.timeUs[i]!,
          fate: Fate.inFlight,
          settledUs: -1,
          cause: -1,
          place: -1,
          duplicates: 0,
        };
        messages[copy.message]!.copies.push(copies.length);
        copies.push(copy);
        copyById.set(a, copy);
        tally.sent++;
        break;
      }
      case RecordKind.delivered: {
        const copy = copyById.get(a)!;
        copy.fate = Fate.delivered;
        copy.settledUs = trace.timeUs[i]!;
        tally.delivered++;
        break;
      }
      case RecordKind.duplicated:
        copyById.get(a)!.duplicates++;
        tally.duplicated++;
        break;
      case RecordKind.lost: {
        const copy = copyById.get(a)!;
        copy.fate = Fate.lost;
        copy.settledUs = trace.timeUs[i]!;
        copy.place = trace.c[i]!;
        copy.cause = trace.d[i]!;
        lostBy[copy.cause]!++;
        tally.lost++;
        break;
      }
    }
  }
  tally.inFlight = tally.sent - tally.delivered - tally.lost;
  const causes = Object.fromEntries(
    CAUSES.flatMap(({ name }, i) => (lostBy[i]! > 0 ? [[name, lostBy[i]!]] : [])),
  );
  return { messages, copies, tally, causes };
}
