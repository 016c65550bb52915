/** Small things for text that people read. */
import { styleText } from "node:util";
import columnsOf from "fast-string-width";
import { grouped } from "../run/grouped.ts";

type Format = Parameters<typeof styleText>[0];

/** Text from outside, made harmless for terminals: control characters are shown as \u001b. Newlines and tabs stay. */
export function printable(text: string): string {
  return text.replace(
    /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A line of an error is shown up to this length: longer than any that the program writes of its own accord. */
const ERROR_LINE = 4000;

/** An error as people read it: printable, and shortened in the middle if somebody typed or stored something very long. */
export function errorText(text: string): string {
  return printable(
    text.replace(
      new RegExp(`[^\\n]{${ERROR_LINE + 1},}`, "g"),
      (line) => `${line.slice(0, 300)} … ${line.slice(-300)}`,
    ),
  );
}

/** 1 → «1 copy», 2 → «2 copies». */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

/** How many columns of the terminal a line of prose takes at most. Addresses, which can't be broken, may be longer. */
export const TEXT_WIDTH = 100;

/**
 * Text in lines of at most {@link TEXT_WIDTH} columns, broken at spaces; further lines are indented.
 * `before` columns stand before it.
 */
export function wrapped(text: string, before: number, indent = before): string {
  let column = before;
  return text.replace(/( |^)([^ \n]+)/g, (_, space: string, word: string) => {
    const width = columnsOf(word);
    if (column > indent && column + space.length + width > TEXT_WIDTH) {
      column = indent + width;
      return `\n${" ".repeat(indent)}${word}`;
    }
    column += space.length + width;
    return space + word;
  });
}

/** Rows of a table, each column as wide as its widest cell: the first `left` begin at their left, the others end at their right. */
export function inColumns(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column]!))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const space = " ".repeat(widths[column]! - columnsOf(cell));
        return column < left ? cell + space : space + cell;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Milliseconds without trailing zeros: 20.8. */
export function ms(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** µs → seconds, without trailing zeros: 3 s. */
export function seconds(us: number): string {
  return `${us / 1_000_000} s`;
}

/** µs → a time of the run, to the millisecond: 3.000 s. */
export function atTime(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}

/** Bytes → the largest unit that fits. */
export function bytes(value: number): string {
  if (value < 1024) return `${value} bytes`;
  const unit = value < 1_048_576 ? ([1024, "KiB"] as const) : ([1_048_576, "MiB"] as const);
  return `${Math.ceil((value / unit[0]) * 10) / 10} ${unit[1]}`;
}

/** Goes back to the beginning of a terminal's line, and takes away what stands there. */
export const CLEARED = "\r\u001b[K";

export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** Colour never says anything alone: without it, the words are the same. */
export function styleOf(color: boolean): Style {
  // Whether the reader wants colour was asked before: not of the stream that Node would ask.
  const as = (format: Format) => (text: string) =>
    color ? styleText(format, text, { validateStream: false }) : text;
  return { strong: as("bold"), faint: as("dim"), good: as("green"), bad: as("red") };
}
