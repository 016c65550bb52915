/** One event that calls one action, on the compiled tables and on XState's interpreter: the same machine, the same work. */
import { setup } from "xstate";
import { EventQueue } from "../../src/kernel/queue.ts";
import { type Behaviour, forXState, type MachineTypes } from "../../src/statechart/behaviour.ts";
import { compile } from "../../src/statechart/compile.ts";
import { ReferenceRunner } from "../../src/statechart/reference.ts";
import { CompiledRunner, type Runner } from "../../src/statechart/runner.ts";
import type { Measured } from "./harness.ts";

interface Counter {
  count: number;
}

const behaviour = {
  actions: {
    count: (world: Counter, _id: number, x: number) => {
      world.count += x;
    },
  },
  guards: { never: () => false },
  delays: {},
} satisfies Behaviour<Counter>;

const EVENTS = ["TICK", "GUARDED", "STOP"] as const;

const machine = setup({
  types: {} as MachineTypes<Counter, (typeof EVENTS)[number]>,
  ...forXState(behaviour),
}).createMachine({
  id: "counter",
  initial: "open",
  states: {
    open: {
      initial: "inner",
      on: { TICK: { actions: "count" }, STOP: "closed" },
      states: {
        inner: { on: { GUARDED: [{ guard: "never", target: "#counter.closed" }, { actions: "count" }] } },
      },
    },
    closed: {},
  },
});

/** `event` 0: a shortcut, handled by the parent state. 1: behind a guard. */
function dispatch(makeRunner: (world: Counter) => Runner<Counter>, event: number, events: number): Measured {
  const world = { count: 0 };
  const runner = makeRunner(world);
  const entities = 1000;
  for (let i = 0; i < entities; i++) runner.start(runner.add());
  const run = (count: number) => {
    for (let i = 0; i < count; i++) runner.send(i % entities, event, 1, 0);
  };
  run(Math.ceil(events / 4));
  const start = performance.now();
  run(events);
  return { seconds: (performance.now() - start) / 1000, events, check: "" };
}

const chart = compile(machine, behaviour, EVENTS);

export function dispatchCompiled(event: number, events: number): Measured {
  return dispatch((world) => new CompiledRunner(chart, world, new EventQueue(), 0), event, events);
}

export function dispatchXState(event: number, events: number): Measured {
  return dispatch((world) => new ReferenceRunner(machine, chart, world, new EventQueue(), 0), event, events);
}
