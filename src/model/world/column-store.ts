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
  /** Bytes of a row in all columns. */
  readonly rowBytes: number;
  /** The columns while there are no rows. Nobody writes to them, so all tables of the class share them. */
  readonly none: readonly Values[];
}

export function layoutOf(columns: Readonly<Record<string, Column>>): Layout {
  const kinds = Object.values(columns);
  const numbers = [...kinds.keys()];
  const bytes = kinds.map(({ array }) => array.BYTES_PER_ELEMENT);
  return {
    names: Object.keys(columns),
    kinds,
    toldWhole: numbers.filter((i) => kinds[i]!.told === Told.value),
    toldByCell: numbers.filter((i) => kinds[i]!.told !== Told.value && kinds[i]!.told !== Told.nothing),
    bytes,
    rowBytes: bytes.reduce((sum, size) => sum + size, 0),
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
  /** Rows in use. */
  rows = 0;
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

  /** Makes room for so many rows in all, by eights: so each column begins where any kind of number may. All but those that there are, are as new. */
  grow(rows: number): void {
    const { layout, words: old, room: oldRoom } = this;
    const room = Math.ceil(rows / 8) * 8;
    // To ask for memory takes longer than to fill so little of it, so it is asked for once.
    const memory = new ArrayBuffer(room * layout.rowBytes);
    this.words = new Int32Array(memory);
    this.room = room;
    let offset = 0;
    for (let i = 0; i < layout.kinds.length; i++) {
      const { array, first } = layout.kinds[i]!;
      const grown = new array(memory, offset, room);
      if (first !== 0) grown.fill(first);
      this.values[i] = grown;
      this.begins[i] = offset / 4;
      offset += room * layout.bytes[i]!;
    }
    this.#copyColumns(oldRoom, old, 0, oldRoom);
  }

  /** How many words a copy with room for so many rows takes. */
  length(room: number): number {
    return (room * this.layout.rowBytes) / 4;
  }

  /** Puts back a copy of so many rows with so much room, and takes all others away. */
  putBack(rows: number, room: number, from: Int32Array, at: number): void {
    this.#copyColumns(rows, from, at, room);
    if (room !== this.room) this.#renew(rows);
    this.rows = rows;
  }

  /** Takes all rows away. */
  clear(): void {
    this.#renew(0);
    this.rows = 0;
  }

  /** Makes the rows from this one on as new. */
  #renew(first: number): void {
    if (this.rows <= first) return;
    const { kinds } = this.layout;
    for (let i = 0; i < kinds.length; i++) this.values[i]!.fill(kinds[i]!.first, first, this.rows);
  }

  /** Takes over the first rows of all columns from another memory. If it has as much room, the others, too, in one step. */
  #copyColumns(rows: number, from: Int32Array, at: number, room: number): void {
    const { words, begins } = this;
    if (room === this.room) {
      copyWords(from, at, words, 0, this.length(room));
      return;
    }
    const { bytes } = this.layout;
    for (let i = 0; i < bytes.length; i++) {
      copyWords(from, at, words, begins[i]!, this.wordsOf(i, rows));
      at += (room * bytes[i]!) / 4;
    }
  }
}

export function copyWords(from: Int32Array, first: number, to: Int32Array, at: number, count: number): void {
  if (count > FEW_WORDS) to.set(from.subarray(first, first + count), at);
  else for (let i = 0; i < count; i++) to[at + i] = from[first + i]!;
}
