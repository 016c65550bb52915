/**
 * Entities as columns. The world keeps no objects: each kind of entity is a table of typed arrays, one row
 * an entity, so that the world is plain data that is copied, compared and hashed cheaply, and a hot loop
 * touches only what it reads.
 */
import { type Column, Told, untold, type Values } from "./column.ts";

type Columns = Readonly<Record<string, Column>>;

/** What a table's columns are at run time: `{ joined: flag() }` makes `joined: Uint8Array`. */
type ValuesOf<C extends Columns> = {
  readonly [Name in keyof C]: C[Name] extends Column<infer V> ? V : never;
};

/** A class of tables with these columns. */
export type TableOf<C extends Columns> = new (capacity?: number) => Table & ValuesOf<C>;

/** A copy of a table's rows. */
export interface SavedTable {
  readonly rows: number;
  readonly columns: readonly Values[];
}

/** The class of tables with these columns: `class Upstreams extends tableOf({ active: whole() }) {}`. */
export function tableOf<C extends Columns>(columns: C): TableOf<C> {
  return class extends Table {
    constructor(capacity?: number) {
      super(columns, capacity);
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
 * same to the engine.
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
  readonly #values: Values[] = [];
  /** And as words of 32 bits, of those that were asked for so. */
  readonly #words: (Int32Array | undefined)[] = [];
  #capacity: number;

  constructor(columns: Columns, capacity = 16) {
    this.kinds = Object.values(columns);
    this.told = [...this.kinds.keys()].filter((i) => this.kinds[i]!.told !== Told.nothing);
    this.#names = Object.keys(columns);
    this.#capacity = capacity;
    this.kinds.forEach(({ array, first }, i) => {
      this.#set(i, allocated(array, capacity).fill(first));
    });
  }

  /** The values of column number `i`. They move when the table grows. */
  values(i: number): Values {
    return this.#values[i]!;
  }

  /** The same memory as words of 32 bits: all rows in use lie in the first `rows × bytes a row / 4`, and what else does is as new. */
  words(i: number): Int32Array {
    const { buffer } = this.#values[i]!;
    return (this.#words[i] ??= new Int32Array(buffer));
  }

  /** Adds a row of first values and returns its number. */
  add(): number {
    if (this.rows === this.#capacity) this.#grow(this.#capacity * 2);
    return this.rows++;
  }

  /** Makes room for so many rows more, and no slack: for those that are known beforehand. */
  reserve(count: number): void {
    if (this.rows + count > this.#capacity) this.#grow(this.rows + count);
  }

  /** Adds `count` consecutive rows of first values and returns the first one's number. */
  addMany(count: number): number {
    const first = this.rows;
    let capacity = this.#capacity;
    while (first + count > capacity) capacity *= 2;
    if (capacity > this.#capacity) this.#grow(capacity);
    this.rows += count;
    return first;
  }

  save(): SavedTable {
    return { rows: this.rows, columns: this.kinds.map((_, i) => this.values(i).slice(0, this.rows)) };
  }

  restore(saved: SavedTable): void {
    if (saved.rows > this.#capacity) this.#grow(saved.rows);
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
    this.kinds.forEach(({ first }, i) => {
      this.values(i).fill(first, 0, this.rows);
    });
    this.rows = 0;
  }

  #grow(capacity: number): void {
    this.kinds.forEach(({ array, first }, i) => {
      const old = this.values(i);
      const grown = allocated(array, capacity);
      grown.set(old);
      if (first !== 0) grown.fill(first, old.length);
      this.#set(i, grown);
    });
    this.#capacity = capacity;
  }

  #set(i: number, values: Values): void {
    this.#values[i] = values;
    this.#words[i] = undefined;
    (this as unknown as Record<string, Values>)[this.#names[i]!] = values;
  }
}

/** An array whose memory is whole words. */
function allocated<V extends Values>(array: Column<V>["array"], length: number): V {
  const bytes = Math.ceil((length * array.BYTES_PER_ELEMENT) / 4) * 4;
  return new array(new ArrayBuffer(bytes), 0, length);
}
