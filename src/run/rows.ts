/** What servers write into a database, beside how often they have told others of it. Read off the trace, as the ledger is. */
import { Cause } from "../model/trace/causes.ts";
import { at, type Columns, RecordKind } from "../model/trace/records.ts";

export interface WrittenMessage {
  /** Its number in the trace. */
  readonly message: number;
  /** −1: not, or not yet. */
  writtenUs: number;
  /** When its server died before it was written; −1: it did not. */
  givenUpUs: number;
  /** When it was published, each time. */
  readonly publishedUs: number[];
  /** When it was written, and known that it never will be published; −1: not so. */
  neverToldUs: number;
}

/** In the order in which they were first written or told. */
export function readRows(trace: Columns): WrittenMessage[] {
  const rows = new Map<number, WrittenMessage>();
  const rowOf = (message: number) => {
    const known = rows.get(message);
    if (known !== undefined) return known;
    const row = { message, writtenUs: -1, givenUpUs: -1, publishedUs: [], neverToldUs: -1 };
    rows.set(message, row);
    return row;
  };
  for (let row = 0; row < trace.length; row++) {
    const timeUs = trace.timeUs[row]!;
    switch (trace.kind[row]) {
      case RecordKind.written:
        rowOf(trace[at.written.message][row]!).writtenUs = timeUs;
        break;
      case RecordKind.neverWritten:
        rowOf(trace[at.neverWritten.message][row]!).givenUpUs = timeUs;
        break;
      case RecordKind.published:
        rowOf(trace[at.published.message][row]!).publishedUs.push(timeUs);
        break;
      case RecordKind.lost:
        if (trace[at.lost.cause][row] === Cause.eventNeverPublished)
          rowOf(trace[at.lost.message][row]!).neverToldUs = timeUs;
        break;
    }
  }
  return [...rows.values()];
}
