/** Tables of columns: a row that is added reads as new, whatever stood there before, and columns say what they are. */
import { describe, expect, it } from "vitest";
import {
  flag,
  packetsDown,
  packetsUp,
  row,
  small,
  Told,
  time,
  timer,
  until,
  untold,
  whole,
} from "../../src/model/world/column.ts";
import { Tables, tableOf, untoldTableOf } from "../../src/model/world/table.ts";

class Things extends tableOf({
  owner: row(),
  count: whole(),
  cause: small(7),
  open: flag(1),
  sinceUs: time(),
  alarm: timer(),
}) {}

const FIRST = { owner: -1, count: 0, cause: 7, open: 1, sinceUs: 0, alarm: -1 };

function rowOf({ owner, count, cause, open, sinceUs, alarm }: Things, i: number) {
  return {
    owner: owner[i],
    count: count[i],
    cause: cause[i],
    open: open[i],
    sinceUs: sinceUs[i],
    alarm: alarm[i],
  };
}

function fillRow(things: Things, i: number): void {
  for (let column = 0; column < things.store.values.length; column++) things.store.values[column]![i] = 99;
}

describe("a table", () => {
  it("adds rows of first values, also when it grows", () => {
    const things = new Things(2);
    for (let i = 0; i < 40; i++) {
      expect(rowOf(things, things.add())).toEqual(FIRST);
      fillRow(things, i);
    }
    things.reserve(50);
    const first = things.addMany(200);
    for (let i = first; i < things.rows; i++) expect(rowOf(things, i)).toEqual(FIRST);
    expect(rowOf(things, 39).owner).toBe(99);
  });

  it("adds rows of first values where others stood before it was put back", () => {
    const things = new Things();
    fillRow(things, things.add());
    const tables = new Tables([things]);
    const saved = tables.save();
    fillRow(things, things.addMany(3) + 1);
    tables.restore(saved);
    expect(things.rows).toBe(1);
    expect(rowOf(things, 0).count).toBe(99);
    things.addMany(3);
    for (let i = 1; i < 4; i++) expect(rowOf(things, i)).toEqual(FIRST);
  });

  it("is told what no column leaves out", () => {
    const told = Object.values({ a: row(), b: whole(), c: small(), d: flag(), e: time() });
    expect(told.every((column) => column.told === Told.value)).toBe(true);
    expect(until().told).toBe(Told.ahead);
    for (const column of [packetsUp(), packetsDown()]) {
      expect(column.told).toBe(Told.list);
      expect(untold(column)).toEqual({ ...column, told: Told.nothing });
    }
    const History = untoldTableOf({ a: row(), b: packetsUp() });
    expect(new History().store.layout.kinds.map(({ told: one, holds }) => [one, holds])).toEqual([
      [Told.nothing, "nothing"],
      [Told.nothing, "branches"],
    ]);
  });
});
