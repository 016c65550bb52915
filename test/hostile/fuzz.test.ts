/** A small part of what `npm run fuzz` throws at Fanout Lab, always the same. */
import { expect, test } from "vitest";
import { DEPTH } from "../support/depth.ts";
import { casesOf, KINDS } from "./fuzz/kinds.ts";

const CASES = 150 * DEPTH;

test.each(KINDS)("$name: accepted, or refused in words", async (kind) => {
  const seen = { accepted: 0, refused: 0 };
  for (const one of casesOf(kind, 1, Math.ceil((CASES * kind.share) / 100))) {
    try {
      seen[await kind.probe(one)]++;
    } catch (error) {
      throw new Error(`${JSON.stringify(one).slice(0, 2000)}: ${(error as Error).message}`, { cause: error });
    }
  }
  expect(seen.accepted).toBeGreaterThan(0);
  expect(seen.refused).toBeGreaterThan(0);
});
