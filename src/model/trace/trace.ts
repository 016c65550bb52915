/** The trace: what a run leaves behind, in columns that only grow. records.ts says what stands in them. */
import { small, time, whole } from "../world/column.ts";
import { untoldTableOf } from "../world/table.ts";
import type { Columns } from "./records.ts";

export class Trace extends untoldTableOf({
  timeUs: time(),
  kind: small(),
  a: whole(),
  b: whole(),
  c: whole(),
  d: whole(),
  e: whole(),
}) {
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

  /** Has so many records from now on; of those that it had, what is written there stays. */
  goTo(rows: number): void {
    this.store.rows = rows;
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
