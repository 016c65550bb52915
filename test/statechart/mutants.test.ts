/** The equality property can fail: it finds each of these bugs in the compiler and the runner. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadMutant } from "../support/mutant.ts";
import type { Subject } from "./equal-runs.ts";
import { equality } from "./equality.ts";

const MUTANTS = [
  {
    bug: "exit actions run after the transition's actions",
    file: "src/statechart/compile.ts",
    find: `    for (const node of effect.exits) this.emitExit(node);
    for (const action of transition?.actions ?? []) this.emitAction(action, transition!.source);
`,
    replace: `    for (const action of transition?.actions ?? []) this.emitAction(action, transition!.source);
    for (const node of effect.exits) this.emitExit(node);
`,
  },
  {
    bug: "timers of states above the leaf are not cancelled on exit",
    file: "src/statechart/compile.ts",
    find: "if (timer.node === node) this.emit(CANCEL",
    replace: 'if (timer.node === node && node.type !== "compound") this.emit(CANCEL',
  },
  {
    bug: "eventless transitions are not asked after a timer",
    file: "src/statechart/runner.ts",
    find: "if (chart.eventless[leaf] !== 0 ||",
    replace: "if ((chart.eventless[leaf] !== 0 && event < chart.firstTimerEvent) ||",
  },
  {
    bug: "parents are asked before children",
    file: "src/statechart/candidates.ts",
    find: "return active.toReversed().flatMap((node) => {",
    replace: "return active.flatMap((node) => {",
  },
  {
    bug: "timers start at once, not at the end of the macrostep",
    file: "src/statechart/runner.ts",
    find: "this.lanes.start(operand, this.timers.nowUs + this.delayUs(operand, id));",
    replace:
      "this.lanes.start(operand, this.timers.nowUs + this.delayUs(operand, id)); this.lanes.commit(id, this.lanes.top - 1);",
  },
  {
    bug: "guards are not asked where each candidate only calls an action",
    file: "src/statechart/runner.ts",
    find: "const candidate = this.select(first, id, x, y);",
    replace: "const candidate = first;",
  },
  {
    bug: "what an entity was sent during its only action is left waiting",
    file: "src/statechart/runner.ts",
    find: "if (this.mailbox.waiting > 0) this.run(id, NO_EVENT, 0, 0);\n    else this",
    replace: "this",
  },
];

test.each(MUTANTS)("found: $bug", async ({ file, find, replace }) => {
  const mutant = await loadMutant<Subject>(file, find, replace, "src/statechart/index.ts");
  const result = fc.check(equality(mutant), { numRuns: 3_000, seed: 3, endOnFailure: true });
  expect(result.failed).toBe(true);
  console.info(`found by machine ${result.numRuns}`);
});

test("a copy in which nothing changes keeps the property", async () => {
  const find = "/** Whether entering this leaf ends the machine. */";
  const copy = await loadMutant<Subject>("src/statechart/compile.ts", find, find, "src/statechart/index.ts");
  fc.assert(equality(copy), { numRuns: 100, seed: 1 });
});

test("a replacement that does not match exactly once is refused", async () => {
  await expect(loadMutant("src/statechart/compile.ts", "no such text", "")).rejects.toThrow(
    "found it 0 times",
  );
  await expect(loadMutant("src/statechart/compile.ts", "emit", "")).rejects.toThrow(/found it \d\d times/);
});
