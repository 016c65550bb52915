/** What only the compiled runner has: numbering, columns that grow, copies; and types of a machine's names. */
import { expect, test } from "vitest";
import { type AnyStateMachine, setup } from "xstate";
import {
  type Behaviour,
  CompiledRunner,
  compile,
  forXState,
  type MachineTypes,
} from "../../src/statechart/index.ts";
import { expectEqualRuns } from "./equal-runs.ts";
import { ListTimers } from "./list-timers.ts";
import { machineOf, runnerOf } from "./support.ts";

interface World {
  sizes: number[];
}
const behaviour = {
  actions: {
    keep: (world, _id, x, _y, params: { factor: number }) => {
      world.sizes.push(x * params.factor);
    },
    forget: (world) => {
      world.sizes.pop();
    },
  },
  guards: { fits: (_world, _id, x, _y, params: { max: number }) => x <= params.max },
  delays: { idle: () => 2_000 },
} satisfies Behaviour<World>;
const boxSetup = setup({ types: {} as MachineTypes<World, "PUT" | "TAKE">, ...forXState(behaviour) });
const box = boxSetup.createMachine({
  id: "box",
  initial: "open",
  states: {
    open: {
      on: {
        PUT: {
          guard: { type: "fits", params: { max: 9 } },
          actions: { type: "keep", params: { factor: 2 } },
        },
        TAKE: { actions: "forget" },
      },
      after: { idle: "shut", 1000: { actions: "forget" } },
    },
    shut: {},
  },
});

test("names and params in createMachine are checked by the compiler of TypeScript", () => {
  // @ts-expect-error no such action
  boxSetup.createMachine({ on: { PUT: { actions: "keeep" } } });
  // @ts-expect-error no such param
  boxSetup.createMachine({ on: { PUT: { actions: { type: "keep", params: { faktor: 2 } } } } });
  // @ts-expect-error params are needed
  boxSetup.createMachine({ on: { PUT: { actions: "keep" } } });
  // @ts-expect-error no such guard
  boxSetup.createMachine({ on: { PUT: { guard: "fitz" } } });
  // @ts-expect-error no such event
  boxSetup.createMachine({ on: { POT: { actions: "forget" } } });
});

test("external events are numbered as given, timers after them", () => {
  const chart = compile<World>(box, behaviour, ["STRANGER", "TAKE", "PUT"]);
  expect(chart.events).toEqual([
    "STRANGER",
    "TAKE",
    "PUT",
    "xstate.after.1000.box.open",
    "xstate.after.idle.box.open",
  ]);
  expect(chart.firstTimerEvent).toBe(3);
  expect(chart.lanes).toBe(2);
  expect(chart.states).toEqual(["open", "shut"]);
  expect(compile<World>(box, behaviour).events.slice(0, 2)).toEqual(["PUT", "TAKE"]);
});

test("timers are scheduled in their runner's block of codes", () => {
  const timers = new ListTimers();
  const runner = new CompiledRunner(compile<World>(box, behaviour), { sizes: [] }, timers, 192);
  runner.start(runner.add());
  expect(timers.pop(5_000)).toMatchObject({ code: 192 + 3, entity: 0, atUs: 2_000 });
});

test("the same over both runners, for a machine with typed names", () => {
  expectEqualRuns(
    box,
    behaviour,
    () => ({ sizes: [] as number[] }),
    [
      { send: "PUT", x: 4 },
      { send: "PUT", x: 10 },
      { advanceUs: 1_999 },
      { send: "TAKE" },
      { advanceUs: 10_000_000 },
    ],
    { entities: 3, inspect: ({ sizes }) => sizes },
  );
});

test("save and restore bring back states and timers, and the copy stays as it is", () => {
  const machine = machineOf({
    initial: "a",
    states: {
      a: { after: { 5: "b" }, on: { GO: "b", END: "c" } },
      b: { after: { 7: "a" } },
      c: { type: "final" },
    },
  });
  const { runner, timers, start, send, state } = runnerOf("compiled", machine);
  const compiled = runner as CompiledRunner<unknown>;
  start();
  start();
  runner.add();
  send("END", 0, 0, 1);
  const saved = compiled.save();
  const copy = structuredClone(saved);
  send("GO");
  for (let i = 0; i < 40; i++) start();
  expect(state()).toBe("b");

  compiled.restore(saved);
  expect(runner.size).toBe(3);
  expect([state(0), state(1), runner.state(2)]).toEqual(["a", "c", -1]);
  expect(compiled.save()).toEqual(copy);
  runner.start(2);
  expect(start()).toBe(3);
  expect(state(3)).toBe("a");
  send("GO");
  expect(saved).toEqual(copy);
  expect(timers.size).toBeGreaterThan(0);
});

test("saving is refused while an entity has events to handle", () => {
  const machine = machineOf({ initial: "a", states: { a: { on: { GO: "b" } }, b: {} } });
  const { runner, send } = runnerOf("compiled", machine);
  runner.add();
  send("GO");
  expect(() => (runner as CompiledRunner<unknown>).save()).toThrow("can't be saved");
});

test("ten thousand answers to one busy entity wait in order, and entities may be added meanwhile", () => {
  const timers = new ListTimers();
  const got: number[] = [];
  const crowd: Behaviour<null> = {
    actions: {
      gather: () => {
        for (let i = 1; i <= 10_000; i++) {
          runner.start(runner.add());
          runner.send(i, 1, i, 0);
        }
      },
      answer: (_world, _id, x) => runner.send(0, 2, x, 0),
      take: (_world, _id, x) => got.push(x),
    },
    guards: {},
    delays: {},
  };
  const machine = setup(forXState(crowd)).createMachine({
    on: { GATHER: { actions: "gather" }, ASK: { actions: "answer" }, ANSWER: { actions: "take" } },
  } as never);
  const runner: CompiledRunner<null> = new CompiledRunner(
    compile(machine as unknown as AnyStateMachine, crowd),
    null,
    timers,
    0,
  );
  runner.start(runner.add());
  runner.send(0, 0, 0, 0);
  expect(got).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
});
