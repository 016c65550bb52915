/** What a rule remembers of a run hangs on the run alone, and not on how often it was asked for: a search asks at each state, and begins anew in each branch. */
import { describe, expect, it } from "vitest";
import { stripped } from "../../src/check/bounds.ts";
import { rules } from "../../src/check/rules/index.ts";
import { settingOf } from "../../src/check/setting.ts";
import { Watch } from "../../src/check/watch.ts";
import { Run } from "../../src/run/run.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";

/** Longer runs, and those of more people, say nothing more, and take long. */
const MAX_ROWS = 3000;
const MAX_CLIENTS = 100;
const MOMENTS = 6;

function remembered(watch: Watch): number[] {
  const numbers: number[] = [];
  watch.digest((value) => numbers.push(value));
  return numbers;
}

const FEW = LESSON_VARIANTS.filter(({ scenario }) => settingOf(scenario).clients <= MAX_CLIENTS);

describe("what rules remember", () => {
  it.each(FEW.map((one) => [`${one.name} ${one.variant}`, one] as const))(
    "is the same, asked for after each record or once: %s",
    (_, one) => {
      const run = new Run(stripped(one.scenario));
      while (run.world.trace!.rows < MAX_ROWS && run.step()) {}
      const trace = run.world.trace!;
      const setting = settingOf(run.scenario);
      const often = new Watch(Object.values(rules), setting);
      for (let row = 1; row <= trace.rows; row++) {
        often.advance(trace, row);
        const asked = remembered(often);
        if (row % Math.ceil(trace.rows / MOMENTS) !== 0) continue;
        const once = new Watch(Object.values(rules), setting);
        once.advance(trace, row);
        expect(remembered(once)).toEqual(asked);
      }
    },
  );
});
