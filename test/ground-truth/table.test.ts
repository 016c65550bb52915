/** The table of all experiments says what the tests said. */
import { describe, expect, it } from "vitest";
import {
  type Case,
  type Compared,
  experiments,
  lineOf,
  MISSING,
  staleIn,
  tableText,
} from "../support/ground-truth-table.ts";

const cases: readonly Case[] = [
  { id: "plain", kind: "exact", repeats: 3 },
  { id: "forgotten", kind: "exact", repeats: 3 },
  { id: "slow", kind: "time", repeats: 6 },
];
const compared = (id: string, passed: boolean, by = 0): Compared => ({
  cases: [`99 ${id}`],
  differences: [{ by, allowed: 20, unit: "ms" }],
  passed,
});

describe("a line of the table", () => {
  const line = lineOf("99-made-up.json", cases, [
    compared("plain", true, 1),
    compared("slow", true, 7),
    compared("slow", true, 12),
    { cases: ["98 plain"], differences: [{ by: 1000, allowed: 1, unit: "ms" }], passed: false },
  ]);

  it("counts what is met, and has the difference that came nearest to what is allowed", () => {
    expect(line).toMatchObject({ experiment: "99-made-up", cases: 3, exact: "1 of 2", others: "1 of 1" });
    expect(line.worst).toBe("12 of 20 ms");
  });

  it("says what so many runs would have missed: 1 − 0.05^(1/n)", () => {
    expect(line.tells).toBe("n 3–6: 63 %–39 %");
    expect(1 - (1 - 0.63) ** 3).toBeCloseTo(0.95, 2);
  });

  it("is not met by a case that no test compares with, nor by one of which a test fails", () => {
    expect(line.missing).toEqual(["forgotten: no test compares with it, and no reason is given"]);
    const failing = lineOf("99-made-up.json", cases, [compared("slow", true), compared("slow", false)]);
    expect(failing.others).toBe("0 of 1");
    expect(failing.missing).toContain("slow: its test fails");
    const reasoned = lineOf("99-made-up.json", cases.slice(1, 2), [], { "99 forgotten": "not modelled" });
    expect(reasoned.missing).toEqual(["forgotten: not modelled"]);
  });

  it("stands in columns, with what is missing below", () => {
    const text = tableText([line]);
    expect(text.split("\n")[1]).toMatch(/^99-made-up +3 +1 of 2 +1 of 1 +12 of 20 ms/);
    expect(text).toContain("99 forgotten: no test");
  });
});

it("reasons are for cases that there are, and that no test compares with", () => {
  const all = experiments().flatMap(([name, list]) => list.map(({ id }) => `${name.split("-")[0]} ${id}`));
  expect(Object.keys(MISSING).filter((one) => !all.includes(one))).toEqual([]);
  expect(staleIn({ "99 plain": "x" }, [compared("plain", true)])).toEqual(["99 plain"]);
});
