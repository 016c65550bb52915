/** What `fanout run` says of what servers write into a database: written or not by row, told or not by column. */

import { grouped } from "../run/grouped.ts";
import { ROW_WORDS, type RowCell, rowTable, TOLD_WORDS } from "../run/row-table.ts";
import { readRows } from "../run/rows.ts";
import type { CliResult } from "./simulate.ts";
import type { Style } from "./text.ts";

const FIRST = 16;
const COLUMN = 12;

/** Nothing where servers write nothing. */
export function rowLines(run: CliResult, style: Style): { label: string; text: string }[] {
  const rows = readRows(run.trace);
  if (rows.length === 0) return [];
  const cellText = ({ count: found, isRight }: RowCell) => {
    const text = (found === 0 ? "–" : grouped(found)).padStart(COLUMN);
    if (isRight === null) return text;
    return isRight ? style.good(text) : style.bad(text);
  };
  const heads = TOLD_WORDS.map((head) => head.padStart(COLUMN)).join("");
  return [
    { label: "database", text: "".padEnd(FIRST) + heads },
    ...rowTable(rows).map(({ state, cells }) => ({
      label: "",
      text: ROW_WORDS[state].padEnd(FIRST) + cells.map(cellText).join(""),
    })),
  ];
}
