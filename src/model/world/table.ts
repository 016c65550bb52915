/**
 * Entities as columns. The world keeps no objects: each kind of entity is a table of typed arrays, one row
 * an entity, so that the world is plain data that is copied, compared and hashed cheaply, and a hot loop
 * touches only what it reads.
 */
import { type Column, untold, type Values } from "./column.ts";
import { ColumnStore, copyWords, type Layout, layoutOf } from "./column-store.ts";

type Columns = Readonly<Record<string, Column>>;
/** What a table has of its own, no column may be called: it would take its place. */
type Free = { readonly [Name in keyof Table]?: never };

/** What a table's columns are at run time: `{ joined: flag() }` makes `joined: Uint8Array`. */
type ValuesOf<C extends Columns> = {
  readonly [Name in keyof C]: C[Name] extends Column<infer V> ? V : never;
};

/** A class of tables with these columns. */
export type TableOf<C extends Columns> = new (least?: number) => Table & ValuesOf<C>;

/** For how many rows there is memory once there is one, if nothing else is said. */
const FEW_ROWS = 8;

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
  /** Where its columns are, by number. */
  readonly store: ColumnStore;
  /** For how many rows there is memory at least, once there is one. */
  readonly #least: number;

  constructor(layout: Layout, least = FEW_ROWS) {
    this.store = new ColumnStore(layout);
    this.#least = least;
    this.#name();
  }

  /** Rows in use. Those beyond are as new ones. */
  get rows(): number {
    return this.store.rows;
  }

  /** Adds a row of first values and returns its number. */
  add(): number {
    const { store } = this;
    if (store.rows === store.room) this.#grow(store.rows * 2);
    return store.rows++;
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
    this.store.rows += count;
    return first;
  }

  /** Takes all rows away. */
  clear(): void {
    this.store.clear();
  }

  /** Makes room for so many rows in all. */
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

/** A copy of many tables, in one piece: how many rows each had, for how many there is room in its copy, and then their columns. */
export type SavedTables = Int32Array;

/**
 * Tables that are saved, restored and told together. Most of them have no row in most worlds, and never had one: these are passed over
 * without a look at them, which takes as long as a look at a few rows.
 */
export class Tables {
  readonly all: readonly Table[];
  /** Their columns: what is asked of all of them at each state of a search is asked of these. */
  readonly stores: readonly ColumnStore[];

  constructor(all: readonly Table[]) {
    this.all = all;
    this.stores = all.map(({ store }) => store);
  }

  /** @param old a copy that nobody needs any more, to be written over if it has room: memory takes longer to get than to fill */
  save(old?: SavedTables): SavedTables {
    const { stores } = this;
    let length = 2 * stores.length;
    for (const { words } of stores) length += words.length;
    const saved = old !== undefined && old.length >= length ? old : new Int32Array(length);
    for (let i = 0, at = 2 * stores.length; i < stores.length; i++) {
      const { room, rows, words } = stores[i]!;
      saved[2 * i] = rows;
      if (rows === 0) continue;
      saved[2 * i + 1] = room;
      // What is not used of it takes less time than to go from column to column.
      copyWords(words, 0, saved, at, words.length);
      at += words.length;
    }
    return saved;
  }

  restore(saved: SavedTables): void {
    const { stores } = this;
    for (let i = 0, at = 2 * stores.length; i < stores.length; i++) {
      const store = stores[i]!;
      const rows = saved[2 * i]!;
      if (rows > 0) {
        const room = saved[2 * i + 1]!;
        if (rows > store.room) this.all[i]!.reserve(rows - store.rows);
        store.putBack(rows, room, saved, at);
        at += store.length(room);
      } else if (store.rows > 0) store.clear();
    }
  }
}
