/**
 * What a rule remembers of a run hangs on the run alone, and not on how often it was asked for: a search asks at each state, and begins anew in
 * each branch. Nor does it hang on transitions that the rule says it does not want.
 */
import { describe, expect, it } from "vitest";
import { BELIEFS } from "../../src/check/beliefs.ts";
import { stripped } from "../../src/check/bounds.ts";
import type { Rule } from "../../src/check/rule.ts";
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

/** All rules, and what people believe. */
const ALL = [...new Set([...Object.values(rules), ...BELIEFS.map(({ rule }) => rule)])];

/** A rule that is shown the transitions of all machines. */
const shownAll = (rule: Rule): Rule => ({
  ...rule,
  watch: (setting) => {
    const monitor = rule.watch(setting);
    return {
      sees: monitor.sees,
      see: (trace, row) => monitor.see(trace, row),
      ...(monitor.dueUs && { dueUs: () => monitor.dueUs!(), overdue: () => monitor.overdue!() }),
      ...(monitor.end && { end: (endUs) => monitor.end!(endUs) }),
      ...(monitor.scope && { scope: () => monitor.scope!() }),
      digest: (add) => monitor.digest(add),
    };
  },
});

const FEW = LESSON_VARIANTS.filter(({ scenario }) => settingOf(scenario).clients <= MAX_CLIENTS);

describe("what rules remember", () => {
  it.each(FEW.map((one) => [`${one.name} ${one.variant}`, one] as const))(
    "is the same, asked for after each record or once: %s",
    (_, one) => {
      const run = new Run(stripped(one.scenario));
      while (run.world.trace!.rows < MAX_ROWS && run.step()) {}
      const trace = run.world.trace!;
      const setting = settingOf(run.scenario);
      const often = new Watch(ALL, setting);
      const all = new Watch(ALL.map(shownAll), setting);
      for (let row = 1; row <= trace.rows; row++) {
        often.advance(trace, row);
        all.advance(trace, row);
        const asked = remembered(often);
        expect(remembered(all)).toEqual(asked);
        if (row % Math.ceil(trace.rows / MOMENTS) !== 0) continue;
        const once = new Watch(ALL, setting);
        once.advance(trace, row);
        expect(remembered(once)).toEqual(asked);
      }
      expect(often.found).toEqual(all.found);
      expect(often.scopes()).toEqual(all.scopes());
    },
  );
});
