/**
 * Entities as columns. The world keeps no objects: each kind of entity is a table of typed arrays, one row
 * an entity, so that the world is plain data that is copied, compared and hashed cheaply, and a hot loop
 * touches only what it reads.
 */
import { type Column, untold, type Values } from "./column.ts";
import { ColumnStore, type Layout, layoutOf } from "./column-store.ts";

type Columns = Readonly<Record<string, Column>>;
/** What a table has of its own, no column may be called: it would take its place. */
type Free = { readonly [Name in keyof Table]?: never };

/** What a table's columns are at run time: `{ joined: flag() }` makes `joined: Uint8Array`. */
type ValuesOf<C extends Columns> = {
  readonly [Name in keyof C]: C[Name] extends Column<infer V> ? V : never;
};

/** A class of tables with these columns. */
export type TableOf<C extends Columns> = new (least?: number) => Table & ValuesOf<C>;

const NO_WORDS = new Int32Array(0);

/** The class of tables with these columns: `class Upstreams extends tableOf({ active: whole() }) {}`. */
export function tableOf<C extends Columns>(columns: C & Free): TableOf<C> {
  const layout = layoutOf(columns);
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
  /** Where its columns are, by number. */
  readonly store: ColumnStore;
  /** For how many rows there is memory at least, once there is one. */
  readonly #least: number;

  constructor(layout: Layout, least = 16) {
    this.store = new ColumnStore(layout);
    this.#least = least;
    this.#name();
  }

  /** Adds a row of first values and returns its number. */
  add(): number {
    if (this.rows === this.store.room) this.#grow(this.rows * 2);
    return this.rows++;
  }

  /** Makes room for so many rows more, and no slack: for those that are known beforehand. */
  reserve(count: number): void {
    if (this.rows + count > this.store.room) this.#grow(this.rows + count);
  }

  /** Adds `count` consecutive rows of first values and returns the first one's number. */
  addMany(count: number): number {
    const first = this.rows;
    if (first + count > this.store.room) {
      let rows = Math.max(this.#least, this.store.room);
      while (first + count > rows) rows *= 2;
      this.#grow(rows);
    }
    this.rows += count;
    return first;
  }

  /** Puts back so many rows as were copied to a place among other words, and takes all others away. */
  restore(rows: number, words: Int32Array, at: number): void {
    if (rows > this.store.room) this.#grow(rows);
    this.store.putBack(rows, words, at, this.rows);
    this.rows = rows;
  }

  /** Takes all rows away. */
  clear(): void {
    this.restore(0, NO_WORDS, 0);
  }

  #grow(rows: number): void {
    this.store.grow(Math.max(rows, this.#least));
    this.#name();
  }

  /** The columns, by their names. */
  #name(): void {
    const { layout, values } = this.store;
    for (let i = 0; i < values.length; i++)
      (this as unknown as Record<string, Values>)[layout.names[i]!] = values[i]!;
  }
}

/** A copy of the rows of many tables: how many each had, and what stood in their columns, one after the other. */
export interface SavedTables {
  readonly rows: readonly number[];
  readonly words: Int32Array;
}

/**
 * Tables that are saved, restored and told together. Most of them have no row in most worlds, and never had one: these are passed over
 * without a look at them, which takes as long as a look at a few rows.
 */
export class Tables {
  readonly all: readonly Table[];
  readonly #stores: readonly ColumnStore[];

  constructor(all: readonly Table[]) {
    this.all = all;
    this.#stores = all.map(({ store }) => store);
  }

  save(): SavedTables {
    const rows = this.#stores.map(({ room }, i) => (room === 0 ? 0 : this.all[i]!.rows));
    let length = 0;
    for (let i = 0; i < rows.length; i++) if (rows[i]! > 0) length += this.#stores[i]!.length(rows[i]!);
    const words = new Int32Array(length);
    for (let i = 0, at = 0; i < rows.length; i++) {
      if (rows[i] === 0) continue;
      this.#stores[i]!.copy(rows[i]!, words, at);
      at += this.#stores[i]!.length(rows[i]!);
    }
    return { rows, words };
  }

  restore({ rows, words }: SavedTables): void {
    for (let i = 0, at = 0; i < rows.length; i++) {
      const store = this.#stores[i]!;
      if (store.room === 0 && rows[i] === 0) continue;
      this.all[i]!.restore(rows[i]!, words, at);
      at += store.length(rows[i]!);
    }
  }

  /** Visits those that have rows, with their numbers. */
  forEachInUse(visit: (table: Table, number: number) => void): void {
    for (let i = 0; i < this.all.length; i++)
      if (this.#stores[i]!.room > 0 && this.all[i]!.rows > 0) visit(this.all[i]!, i);
  }
}
