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

/** What is known of them by a time. */
export function rowsAt(rows: readonly WrittenMessage[], timeUs: number): WrittenMessage[] {
  const by = (atUs: number) => (atUs <= timeUs ? atUs : -1);
  return rows
    .map((row) => ({
      ...row,
      writtenUs: by(row.writtenUs),
      givenUpUs: by(row.givenUpUs),
      publishedUs: row.publishedUs.filter((atUs) => atUs <= timeUs),
      neverToldUs: by(row.neverToldUs),
    }))
    .filter((row) => row.publishedUs.length > 0 || row.writtenUs >= 0 || row.givenUpUs >= 0);
}

const STATES = ["written", "notYet", "never"] as const;
type RowState = (typeof STATES)[number];

export const ROW_WORDS: Readonly<Record<RowState, string>> = {
  written: "written",
  notYet: "not yet written",
  never: "never written",
};
/** The columns of the table of what is written and what is told. */
export const TOLD_WORDS = ["not told", "told once", "told again"] as const;

function stateOf({ writtenUs, givenUpUs }: WrittenMessage): RowState {
  if (writtenUs >= 0) return "written";
  return givenUpUs >= 0 ? "never" : "notYet";
}

/** A cell of the table: how many, and whether that is right. */
export interface RowCell {
  readonly count: number;
  /** null: it is not decided, or nobody is wronged. */
  readonly isRight: boolean | null;
}

/** Only states that something is in. */
export function rowTable(rows: readonly WrittenMessage[]): { state: RowState; cells: RowCell[] }[] {
  return STATES.flatMap((state) => {
    const found = rows.filter((row) => stateOf(row) === state);
    if (found.length === 0) return [];
    const cells = TOLD_WORDS.map((_, times) => {
      const some = found.filter(({ publishedUs }) => Math.min(publishedUs.length, 2) === times);
      return { count: some.length, isRight: some.length === 0 ? null : isRight(state, times, some) };
    });
    return [{ state, cells }];
  });
}

function isRight(state: RowState, times: number, rows: readonly WrittenMessage[]): boolean | null {
  // Whether that wrongs anybody is up to who hears it.
  if (times === 2) return null;
  if (state === "never") return times === 1 ? false : null;
  if (state === "notYet") return null;
  if (times === 1) return true;
  return rows.some(({ neverToldUs }) => neverToldUs >= 0) ? false : null;
}

export interface RowCounts {
  readonly written: number;
  /** How many were published at all, and how often one was that had been before. */
  readonly published: number;
  readonly again: number;
  /** Written, and never told; told, and never written. */
  readonly neverTold: number;
  readonly neverWritten: number;
}

export function countRows(rows: readonly WrittenMessage[]): RowCounts {
  const count = (is: (row: WrittenMessage) => boolean) => rows.filter(is).length;
  const isPublished = ({ publishedUs }: WrittenMessage) => publishedUs.length > 0;
  return {
    written: count(({ writtenUs }) => writtenUs >= 0),
    published: count(isPublished),
    again: rows.reduce((sum, { publishedUs }) => sum + Math.max(0, publishedUs.length - 1), 0),
    neverTold: count(({ neverToldUs }) => neverToldUs >= 0),
    neverWritten: count((row) => row.givenUpUs >= 0 && isPublished(row)),
  };
}
