/** What is written into a database, and what is told of it, as a table: which cells are right, and which wrong somebody. */
import { describe, expect, it } from "vitest";
import { rowTable } from "../../src/run/row-table.ts";
import type { WrittenMessage } from "../../src/run/rows.ts";

function row(changes: Partial<WrittenMessage> = {}): WrittenMessage {
  return { message: 1, writtenUs: -1, givenUpUs: -1, publishedUs: [], neverToldUs: -1, ...changes };
}

/** Each state's cells: not told, told once, told again. */
function table(...rows: WrittenMessage[]) {
  return rowTable(rows).map(({ state, cells }) => [
    state,
    ...cells.map(({ count, isRight }) => [count, isRight]),
  ]);
}

describe("the table of what is written and told", () => {
  it("has only states that something is in", () => {
    expect(table()).toEqual([]);
    // At the very beginning is a time too.
    expect(table(row({ writtenUs: 0, publishedUs: [0] }))).toEqual([
      ["written", [0, null], [1, true], [0, null]],
    ]);
  });

  it("says of what is written that it is rightly told, and wrongly kept back only once nobody will tell it", () => {
    const written = row({ writtenUs: 5 });
    const neverTold = row({ writtenUs: 5, neverToldUs: 0 });
    expect(table(written)).toEqual([["written", [1, null], [0, null], [0, null]]]);
    expect(table(written, neverTold)).toEqual([["written", [2, false], [0, null], [0, null]]]);
    expect(table(row({ writtenUs: 5, publishedUs: [6, 7, 8] }))).toEqual([
      ["written", [0, null], [0, null], [1, null]],
    ]);
  });

  it("says of what never will be written that it is wrongly told, and of what may be yet nothing", () => {
    const never = row({ givenUpUs: 0 });
    const toldInVain = row({ givenUpUs: 9, publishedUs: [3] });
    expect(table(never, toldInVain, row({ publishedUs: [3] }))).toEqual([
      ["notYet", [0, null], [1, null], [0, null]],
      ["never", [1, null], [1, false], [0, null]],
    ]);
  });
});
