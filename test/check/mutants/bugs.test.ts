import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RULE_NAMES } from "../../../src/scenario/rules.ts";
import { BUGS } from "./bugs.ts";

it("has a mutant for every rule", () => {
  const broken = Object.values(BUGS).flatMap((bugs) => bugs.map(({ rule }) => rule));
  expect([...new Set(broken)].sort()).toEqual([...RULE_NAMES].sort());
});

it("hunts the bugs of every part", () => {
  const missing = Object.keys(BUGS).filter(
    (part) => !existsSync(join(import.meta.dirname, `${part}.test.ts`)),
  );
  expect(missing).toEqual([]);
});
