import fc from "fast-check";
import { expect, test } from "vitest";
import { IS_DEEP } from "../support/depth.ts";
import { checkProperty } from "../support/property.ts";
import { equality } from "./equality.ts";

/** What the generated machines must do now and then, or their equality says little: a piece of a log for each. */
const SOMETIMES: Record<string, RegExp> = {
  "a guard passes": /guard isSet .*,true\]$/,
  "a guard fails": /guard isEven .*,false\]$/,
  "an eventless transition is asked for": /guard burns .*,true\]$/,
  "a timer fires": /: timer of \d$/,
  "a delay is computed": /: delay byFlag /,
  "another event shares the queue": /: other event 1000000 /,
  "a deep state is entered": /→ s\d\.s\d\.s\d$/,
  "a deep state is left": /s\d\.s\d\.s\d → /,
  "an entity sends": /: action tell /,
  "a machine finds no rest": /: threw no rest$/,
};

test("compiled machines and XState do the same, whatever the machine and whatever is done to it", () => {
  checkProperty(equality(), { runs: 700 });
});

test.runIf(IS_DEEP)("the machines do all that now and then", () => {
  const seen = new Set<string>();
  const look = (log: string[]) => {
    for (const [what, pattern] of Object.entries(SOMETIMES))
      if (log.some((line) => pattern.test(line))) seen.add(what);
  };
  fc.assert(equality(undefined, look), { numRuns: 300, seed: 1 });
  expect([...seen].sort()).toEqual(Object.keys(SOMETIMES).sort());
});
