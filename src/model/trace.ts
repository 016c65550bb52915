/** The trace: what a run leaves behind, in columns that only grow. records.ts says what stands in them. */
import type { Columns } from "./records.ts";
import { Table } from "./table.ts";

export class Trace extends Table {
  declare timeUs: Float64Array;
  declare kind: Uint8Array;
  declare a: Int32Array;
  declare b: Int32Array;
  declare c: Int32Array;
  declare d: Int32Array;
  declare e: Int32Array;

  constructor() {
    super({
      timeUs: Float64Array,
      kind: Uint8Array,
      a: Int32Array,
      b: Int32Array,
      c: Int32Array,
      d: Int32Array,
      e: Int32Array,
    });
  }

  push(timeUs: number, kind: number, a: number, b: number, c: number, d: number, e: number): void {
    const row = this.add();
    this.timeUs[row] = timeUs;
    this.kind[row] = kind;
    this.a[row] = a;
    this.b[row] = b;
    this.c[row] = c;
    this.d[row] = d;
    this.e[row] = e;
  }

  /** The records from `from` on, as columns of their own. */
  columns(from = 0): Columns {
    const end = this.rows;
    return {
      timeUs: this.timeUs.slice(from, end),
      kind: this.kind.slice(from, end),
      a: this.a.slice(from, end),
      b: this.b.slice(from, end),
      c: this.c.slice(from, end),
      d: this.d.slice(from, end),
      e: this.e.slice(from, end),
      length: end - from,
    };
  }
}
