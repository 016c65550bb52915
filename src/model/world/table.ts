/**
 * Entities as columns. The world keeps no objects: each kind of entity is a table of typed arrays, one row
 * an entity, so that the world is plain data that is copied, compared and hashed cheaply, and a hot loop
 * touches only what it reads.
 */
import { type Column, Told, untold, type Values } from "./column.ts";

type Columns = Readonly<Record<string, Column>>;
/** What a table has of its own, no column may be called: it would take its place. */
type Free = { readonly [Name in keyof Table]?: never };

/** What a table's columns are at run time: `{ joined: flag() }` makes `joined: Uint8Array`. */
type ValuesOf<C extends Columns> = {
  readonly [Name in keyof C]: C[Name] extends Column<infer V> ? V : never;
};

/** A class of tables with these columns. */
export type TableOf<C extends Columns> = new (least?: number) => Table & ValuesOf<C>;

/** A copy of a table's rows. */
export interface SavedTable {
  readonly rows: number;
  readonly columns: readonly Values[];
}

/** What all tables of a class have in common. */
interface Layout {
  readonly names: readonly string[];
  readonly kinds: readonly Column[];
  readonly told: readonly number[];
  /** Its columns while there are no rows. Nobody writes to them, so all its tables share them. */
  readonly none: readonly Values[];
}

const NO_ROWS: SavedTable = { rows: 0, columns: [] };

/** The class of tables with these columns: `class Upstreams extends tableOf({ active: whole() }) {}`. */
export function tableOf<C extends Columns>(columns: C & Free): TableOf<C> {
  const kinds = Object.values(columns);
  const layout: Layout = {
    names: Object.keys(columns),
    kinds,
    told: [...kinds.keys()].filter((i) => kinds[i]!.told !== Told.nothing),
    none: kinds.map(({ array }) => new array(new ArrayBuffer(0), 0, 0)),
  };
  return class extends Table {
    constructor(least?: number) {
      super(layout, least);
    }
  } as unknown as TableOf<C>;
}

/** A table of which no column is told: see {@link untold}. */
export function untoldTableOf<C extends Columns>(columns: C): TableOf<C> {
  return tableOf(
    Object.fromEntries(Object.entries(columns).map(([name, kind]) => [name, untold(kind)])) as C,
  );
}

/**
 * Base of all tables. Columns are properties of their own, set in one order, so that all tables of a class look the
 * same to the engine. A table takes memory with its first row: most runs use a few of them, and a search makes worlds by
 * the thousand.
 */
export class Table {
  /** Rows in use. Those beyond are as new ones. */
  rows = 0;
  /** What its columns are, in the order of {@link values}. */
  readonly kinds: readonly Column[];
  /** The numbers of those that are told. */
  readonly told: readonly number[];
  readonly #names: readonly string[];
  /** The columns again, by number. */
  readonly #values: Values[];
  /** And as words of 32 bits, of those that were asked for so. */
  readonly #words: (Int32Array | undefined)[] = [];
  /** Rows for which there is memory. */
  #room = 0;
  /** And for how many there is at least, once there is a row. */
  readonly #least: number;

  constructor({ names, kinds, told, none }: Layout, least = 16) {
    this.kinds = kinds;
    this.told = told;
    this.#names = names;
    this.#values = none.slice();
    this.#least = least;
    for (let i = 0; i < names.length; i++) (this as unknown as Record<string, Values>)[names[i]!] = none[i]!;
  }

  /** The values of column number `i`. They move when the table grows. */
  values(i: number): Values {
    return this.#values[i]!;
  }

  /** The same memory as words of 32 bits: all rows in use lie in the first `rows × bytes a row / 4`, and what else does is as new. */
  words(i: number): Int32Array {
    const { buffer, byteOffset, length } = this.#values[i]!;
    return (this.#words[i] ??= new Int32Array(buffer, byteOffset, bytesOf(this.kinds[i]!.array, length) / 4));
  }

  /** Adds a row of first values and returns its number. */
  add(): number {
    if (this.rows === this.#room) this.#grow(this.#room * 2);
    return this.rows++;
  }

  /** Makes room for so many rows more, and no slack: for those that are known beforehand. */
  reserve(count: number): void {
    if (this.rows + count > this.#room) this.#grow(this.rows + count);
  }

  /** Adds `count` consecutive rows of first values and returns the first one's number. */
  addMany(count: number): number {
    const first = this.rows;
    if (first + count > this.#room) {
      let rows = Math.max(this.#least, this.#room);
      while (first + count > rows) rows *= 2;
      this.#grow(rows);
    }
    this.rows += count;
    return first;
  }

  save(): SavedTable {
    if (this.rows === 0) return NO_ROWS;
    return { rows: this.rows, columns: this.#values.map((values) => values.slice(0, this.rows)) };
  }

  restore(saved: SavedTable): void {
    if (saved.rows === 0) return this.clear();
    if (saved.rows > this.#room) this.#grow(saved.rows);
    this.kinds.forEach(({ first }, i) => {
      const values = this.values(i);
      values.set(saved.columns[i]!);
      // Rows added since must read as new when they are added again.
      if (this.rows > saved.rows) values.fill(first, saved.rows, this.rows);
    });
    this.rows = saved.rows;
  }

  /** Takes all rows away. */
  clear(): void {
    if (this.rows === 0) return;
    this.kinds.forEach(({ first }, i) => {
      this.values(i).fill(first, 0, this.rows);
    });
    this.rows = 0;
  }

  /**
   * Makes room for so many rows in all. All columns are parts of one piece of memory: to ask for memory takes longer than to
   * fill so little of it. Rows come by fours, so that a word that is told has rows only.
   */
  #grow(rows: number): void {
    const { kinds } = this;
    const room = Math.ceil(Math.max(rows, this.#least) / 4) * 4;
    let bytes = 0;
    for (const { array } of kinds) bytes += bytesOf(array, room);
    const memory = new ArrayBuffer(bytes);
    let offset = 0;
    for (let i = 0; i < kinds.length; i++) {
      const { array, first } = kinds[i]!;
      const grown = new array(memory, offset, room);
      offset += bytesOf(array, room);
      const old = this.#values[i]!;
      if (old.length > 0) grown.set(old);
      if (first !== 0) grown.fill(first, old.length);
      this.#values[i] = grown;
      this.#words[i] = undefined;
      (this as unknown as Record<string, Values>)[this.#names[i]!] = grown;
    }
    this.#room = room;
  }
}

/** What so many rows of a column take, in whole words of 64 bits: so each column begins where any kind of number may. */
function bytesOf(array: Column["array"], rows: number): number {
  return Math.ceil((rows * array.BYTES_PER_ELEMENT) / 8) * 8;
}
