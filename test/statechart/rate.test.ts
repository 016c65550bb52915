/** How fast the compiled runner dispatches, beside XState, in one run on one machine. */
import { expect, test } from "vitest";
import { setup } from "xstate";
import {
  type Behaviour,
  CompiledRunner,
  compile,
  forXState,
  type MachineTypes,
  ReferenceRunner,
  type Runner,
} from "../../src/statechart/index.ts";
import { ListTimers } from "./list-timers.ts";

interface World {
  readonly received: Int32Array;
}
const behaviour = {
  actions: {
    count: (world, id) => {
      world.received[id]++;
    },
  },
  guards: { hasPayload: (_world, _id, x) => x >= 0 },
  delays: {},
} satisfies Behaviour<World>;
const machine = setup({
  types: {} as MachineTypes<World, "DATA" | "CHECKED" | "CUT" | "HEAL">,
  ...forXState(behaviour),
}).createMachine({
  id: "link",
  initial: "up",
  states: {
    up: {
      initial: "quiet",
      states: { quiet: { on: { DATA: { actions: "count" } } } },
      on: { CUT: "cut", CHECKED: { guard: "hasPayload", actions: "count" } },
      after: { 1000: "cut" },
    },
    cut: { on: { HEAL: "up" } },
  },
});
const events = ["DATA", "CHECKED", "CUT", "HEAL"];
const ENTITIES = 1_000;

function millionsPerSecond(runner: Runner<World>, numbers: readonly number[], sends: number): number {
  const beginMs = performance.now();
  for (let i = 0; i < sends; i++) runner.send(i % ENTITIES, numbers[i % numbers.length], i & 7, 0);
  return sends / (performance.now() - beginMs) / 1000;
}

test("one internal transition at tens of millions a second", () => {
  const world: World = { received: new Int32Array(ENTITIES) };
  const chart = compile<World>(machine, behaviour, events);
  const compiled = new CompiledRunner(chart, world, new ListTimers(), 0);
  const reference = new ReferenceRunner(machine, chart, world, new ListTimers(), 0);
  for (const runner of [compiled, reference]) {
    for (let i = 0; i < ENTITIES; i++) runner.start(runner.add());
  }
  const best = (numbers: readonly number[]) => {
    const rates = [1, 2, 3].map(() => millionsPerSecond(compiled, numbers, 5_000_000));
    return Math.max(...rates);
  };
  const plain = best([0]);
  const guarded = best([1]);
  millionsPerSecond(reference, [0], 20_000);
  const xstate = millionsPerSecond(reference, [0], 50_000);
  console.log(
    `sends per second, millions: compiled ${plain.toFixed(1)} (guarded, in the parent: ${guarded.toFixed(1)}), ` +
      `XState ${xstate.toFixed(3)}; ratio ${(plain / xstate).toFixed(0)}`,
  );
  // Far below what is measured, so that a busy machine does not fail the test, and a lost fast path does.
  expect(plain / xstate).toBeGreaterThan(20);
}, 60_000);
