/** What can be said of the messages that servers write into a database and tell of: by a time, as a table, and in numbers. */
import type { WrittenMessage } from "./rows.ts";

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
