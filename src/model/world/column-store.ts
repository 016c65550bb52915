/**
 * The memory of a table: all its columns in one piece, one after the other. Apart from the table, since every class of tables looks different
 * to the engine, and all stores look alike: what goes over all tables again and again (a search, which saves, restores and
 * hashes worlds) goes over their stores.
 */
import { type Column, Told, type Values } from "./column.ts";

/** What all tables of a class have in common. */
export interface Layout {
  readonly names: readonly string[];
  readonly kinds: readonly Column[];
  /** The numbers of the columns that are told as they are in memory, and of those that are told cell by cell. */
  readonly toldWhole: readonly number[];
  readonly toldByCell: readonly number[];
  /** By column: bytes of a value. */
  readonly bytes: readonly number[];
  /** By column: what its memory has in words of even and of odd numbers, where rows are as new. */
  readonly fresh: readonly (readonly [even: number, odd: number])[];
  /** The columns while there are no rows. Nobody writes to them, so all tables of the class share them. */
  readonly none: readonly Values[];
}

export function layoutOf(columns: Readonly<Record<string, Column>>): Layout {
  const kinds = Object.values(columns);
  const numbers = [...kinds.keys()];
  return {
    names: Object.keys(columns),
    kinds,
    toldWhole: numbers.filter((i) => kinds[i]!.told === Told.value),
    toldByCell: numbers.filter((i) => kinds[i]!.told !== Told.value && kinds[i]!.told !== Told.nothing),
    bytes: kinds.map(({ array }) => array.BYTES_PER_ELEMENT),
    fresh: kinds.map(({ array, first }) => {
      const memory = new ArrayBuffer(8);
      new array(memory, 0, 8 / array.BYTES_PER_ELEMENT).fill(first);
      const [even = 0, odd = 0] = new Int32Array(memory);
      return [even, odd];
    }),
    none: kinds.map(({ array }) => new array(new ArrayBuffer(0), 0, 0)),
  };
}

/** So few words are copied faster one by one than by a call for all. */
const FEW_WORDS = 48;

export class ColumnStore {
  readonly layout: Layout;
  /** By number of a column: its values. They move when there are more rows than there is room for. */
  readonly values: Values[];
  /** All of them again, as words of 32 bits, and where each column begins. */
  words = new Int32Array(0);
  readonly begins: number[];
  /** Rows for which there is memory. */
  room = 0;

  constructor(layout: Layout) {
    this.layout = layout;
    this.values = layout.none.slice();
    this.begins = layout.kinds.map(() => 0);
  }

  /** In how many words so many rows of a column lie. What else lies in the last of them is as new. */
  wordsOf(column: number, rows: number): number {
    return (rows * this.layout.bytes[column]! + 3) >>> 2;
  }

  /** Makes room for so many rows in all, by fours, so that a word that is told has rows only. All but those that there are, are as new. */
  grow(rows: number): void {
    const { layout, words: old, begins, room: oldRoom } = this;
    const room = Math.ceil(rows / 4) * 4;
    let bytes = 0;
    for (const size of layout.bytes) bytes += aligned(room * size);
    // To ask for memory takes longer than to fill so little of it, so it is asked for once.
    const memory = new ArrayBuffer(bytes);
    const words = new Int32Array(memory);
    let offset = 0;
    for (let i = 0; i < layout.kinds.length; i++) {
      const { array, first } = layout.kinds[i]!;
      const grown = new array(memory, offset, room);
      if (first !== 0) grown.fill(first);
      copyWords(old, begins[i]!, words, offset / 4, this.wordsOf(i, oldRoom));
      this.values[i] = grown;
      begins[i] = offset / 4;
      offset += aligned(room * layout.bytes[i]!);
    }
    this.words = words;
    this.room = room;
  }

  /** How many words the first rows of all columns take. */
  length(rows: number): number {
    let length = 0;
    for (let i = 0; i < this.begins.length; i++) length += this.wordsOf(i, rows);
    return length;
  }

  /** Copies the first rows of all columns to a place among other words. */
  copy(rows: number, to: Int32Array, at: number): void {
    const { words, begins } = this;
    for (let i = 0; i < begins.length; i++) {
      const count = this.wordsOf(i, rows);
      copyWords(words, begins[i]!, to, at, count);
      at += count;
    }
  }

  /** Puts back a copy of so many rows. Of the rows that there are, those beyond become as new. */
  putBack(rows: number, from: Int32Array, at: number, rowsNow: number): void {
    const { words, begins, layout } = this;
    for (let i = 0; i < begins.length; i++) {
      const count = this.wordsOf(i, rows);
      const begin = begins[i]!;
      copyWords(from, at, words, begin, count);
      at += count;
      if (rowsNow <= rows) continue;
      const [even, odd] = layout.fresh[i]!;
      const end = this.wordsOf(i, rowsNow);
      // Every column begins with a word of an even number.
      for (let word = count; word < end; word++) words[begin + word] = (word & 1) === 0 ? even : odd;
    }
  }
}

/** Whole words of 64 bits: so each column begins where any kind of number may. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function copyWords(from: Int32Array, first: number, to: Int32Array, at: number, count: number): void {
  if (count > FEW_WORDS) to.set(from.subarray(first, first + count), at);
  else for (let i = 0; i < count; i++) to[at + i] = from[first + i]!;
}
