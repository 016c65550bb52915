import fc from "fast-check";
import { expect, test } from "vitest";
import { equality } from "./equality.ts";

const MACHINES = 1_000;

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
  const seen = new Map(Object.keys(SOMETIMES).map((what) => [what, 0]));
  const look = (log: string[]) => {
    for (const [what, pattern] of Object.entries(SOMETIMES)) {
      if (log.some((line) => pattern.test(line))) seen.set(what, seen.get(what)! + 1);
    }
  };
  const result = fc.check(equality(undefined, look), { numRuns: MACHINES });
  console.log(`seed ${result.seed}: ${result.numRuns} machines; of these,`, Object.fromEntries(seen));
  if (result.failed) throw new Error(fc.defaultReportMessage(result));
  expect([...seen].filter(([, times]) => times === 0)).toEqual([]);
}, 240_000);
