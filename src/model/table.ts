/**
 * Entities as columns. The world keeps no objects: each kind of entity is a table of typed arrays, one row
 * an entity, so that the world is plain data that is copied, compared and hashed cheaply, and a hot loop
 * touches only what it reads.
 */

type Column = Int32Array | Float64Array | Uint8Array;
type ColumnType = Int32ArrayConstructor | Float64ArrayConstructor | Uint8ArrayConstructor;

/** A copy of a table's rows. */
export interface SavedTable {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** Base of all tables: subclasses `declare` the columns that they name in the constructor. */
export class Table {
  /** Rows in use. */
  rows = 0;
  readonly #names: readonly string[];
  #capacity: number;

  constructor(columns: Readonly<Record<string, ColumnType>>, capacity = 16) {
    this.#names = Object.keys(columns);
    this.#capacity = capacity;
    for (const name of this.#names) this.#set(name, new columns[name]!(capacity));
  }

  /** Adds a row of zeros and returns its number. */
  add(): number {
    if (this.rows === this.#capacity) this.#grow(this.#capacity * 2);
    return this.rows++;
  }

  /** Makes room for so many rows more, and no slack: for those that are known beforehand. */
  reserve(count: number): void {
    if (this.rows + count > this.#capacity) this.#grow(this.rows + count);
  }

  /** Adds `count` consecutive rows of zeros and returns the first one's number. */
  addMany(count: number): number {
    const first = this.rows;
    let capacity = this.#capacity;
    while (first + count > capacity) capacity *= 2;
    if (capacity > this.#capacity) this.#grow(capacity);
    this.rows += count;
    return first;
  }

  save(): SavedTable {
    return { rows: this.rows, columns: this.#names.map((name) => this.#get(name).slice(0, this.rows)) };
  }

  restore(saved: SavedTable): void {
    if (saved.rows > this.#capacity) this.#grow(saved.rows);
    this.#names.forEach((name, i) => {
      const column = this.#get(name);
      column.set(saved.columns[i]!);
      // Rows added since must read as new when they are added again.
      column.fill(0, saved.rows);
    });
    this.rows = saved.rows;
  }

  #grow(capacity: number): void {
    for (const name of this.#names) {
      const old = this.#get(name);
      const grown = new (old.constructor as ColumnType)(capacity);
      grown.set(old);
      this.#set(name, grown);
    }
    this.#capacity = capacity;
  }

  #get(name: string): Column {
    return (this as unknown as Record<string, Column>)[name]!;
  }

  #set(name: string, column: Column): void {
    (this as unknown as Record<string, Column>)[name] = column;
  }
}
