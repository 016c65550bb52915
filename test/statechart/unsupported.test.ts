/** What the compiler refuses, in the words that a person reads. */
import { expect, test } from "vitest";
import { and, assign, cancel, emit, enqueueActions, log, raise, sendTo, spawnChild, stopChild } from "xstate";
import { compile, UnsupportedFeature } from "../../src/statechart/index.ts";
import { behaviour, machineOf } from "./support.ts";

const inOpen = (state: object) => ({
  initial: "open",
  states: { open: { initial: "x", states: { x: state } }, shut: {} },
});
const entry = (action: unknown) => inOpen({ entry: action });

// Each after "machine "m", state "open.x": ", unless it begins with "the root".
const REFUSED: [object, string][] = [
  [
    inOpen({ type: "parallel", states: { a: {}, b: {} } }),
    "a parallel state is not supported; use one machine for each region",
  ],
  [inOpen({ type: "history" }), "a history state is not supported; target the state by name, with a guard"],
  [
    inOpen({ invoke: { src: "job" } }),
    "invoke is not supported; make it an entity of its own, and let named actions talk to it",
  ],
  [
    inOpen({ type: "final", output: 1 }),
    "output is not supported; keep data in the entity's record, and change it in a named action",
  ],
  [
    { ...inOpen({}), context: { count: 0 } },
    "the root: context is not supported; keep data in the entity's record, and change it in a named action",
  ],
  [inOpen({ id: "x", route: {} }), "route is not supported; write a transition for a named event"],
  [
    entry(assign({})),
    "assign is not supported; keep data in the entity's record, and change it in a named action",
  ],
  [
    entry(raise({ type: "GO" })),
    "raise is not supported; use always, or let a named action send to the entity itself",
  ],
  [
    entry(sendTo("other", { type: "GO" })),
    "sendTo is not supported; let a named action schedule a frame or send to the entity",
  ],
  [
    entry(spawnChild("job")),
    "spawnChild is not supported; make it an entity of its own, and let named actions talk to it",
  ],
  [
    entry(stopChild("job")),
    "stopChild is not supported; make it an entity of its own, and let named actions talk to it",
  ],
  [entry(cancel("timer")), "cancel is not supported; leave the state whose after should not fire"],
  [
    entry(enqueueActions(() => {})),
    "enqueueActions is not supported; list named actions, with guards on transitions",
  ],
  [entry(emit({ type: "NEWS" })), "emit is not supported; write to the trace in a named action"],
  [entry(log("hello")), "log is not supported; write to the trace in a named action"],
  [entry(() => {}), "an inline action is not supported; name it in the behaviour's actions"],
  [
    entry({ type: "say", params: () => ({}) }),
    'action "say" with computed params is not supported; write static params, or compute in the action',
  ],
  [
    entry("sing"),
    `action "sing", which the behaviour lacks, is not supported; add it to the behaviour's actions`,
  ],
  [
    inOpen({ exit: "sing" }),
    `action "sing", which the behaviour lacks, is not supported; add it to the behaviour's actions`,
  ],
  [
    inOpen({ on: { GO: { actions: "sing" } } }),
    `action "sing", which the behaviour lacks, is not supported; add it to the behaviour's actions`,
  ],
  [
    inOpen({ on: { GO: { guard: () => true } } }),
    "an inline guard is not supported; name it in the behaviour's guards",
  ],
  [
    inOpen({ always: { guard: and([() => true]), actions: "a" } }),
    "an inline guard is not supported; name it in the behaviour's guards",
  ],
  [
    inOpen({ on: { GO: { guard: "isRich" } } }),
    `guard "isRich", which the behaviour lacks, is not supported; add it to the behaviour's guards`,
  ],
  [
    inOpen({ on: { GO: { guard: { type: "isSet", params: () => ({}) } } } }),
    'guard "isSet" with computed params is not supported; write static params, or compute in the guard itself',
  ],
  [
    inOpen({ after: { someday: "#m.shut" } }),
    `delay "someday", which the behaviour lacks, is not supported; add it to the behaviour's delays`,
  ],
  [
    inOpen({ after: { "-5": "#m.shut" } }),
    'after "-5" is not supported; write milliseconds, zero or more, or the name of a delay',
  ],
  [
    inOpen({ after: { 1000: "#m.shut", "1e3": "#m.shut" } }),
    'after "1000" in two spellings is not supported; write the delay once, with an array of transitions',
  ],
  [
    inOpen({ on: { GO: { target: ["#m.shut", "#m.open"] } } }),
    "more than one target is not supported; target one state",
  ],
  [
    { ...inOpen({ on: { GO: "#m" } }), after: { 5: ".shut" } },
    "a transition to the root, which has timers, is not supported; add reenter: true, or target a child of the root",
  ],
];

test.each(REFUSED)("%#: %o", (config, message) => {
  const expected = message.startsWith("the root")
    ? `machine "m", ${message}`
    : `machine "m", state "open.x": ${message}`;
  expect(() => compile(machineOf(config), behaviour)).toThrow(
    expect.objectContaining({ message: expected, name: "UnsupportedFeature" }),
  );
});

test("a dot in a state's key", () => {
  expect(() => compile(machineOf({ initial: "a.b", states: { "a.b": {} } }), behaviour)).toThrow(
    'machine "m", state "a.b": a dot in the state key "a.b" is not supported; nest states, or rename it',
  );
});

test("events that are not numbered, reserved, named twice, or too many", () => {
  const machine = machineOf(inOpen({ on: { GO: "#m.shut" } }));
  expect(() => compile(machine, behaviour, ["GONE"])).toThrow(
    'state "open.x": event "GO", which eventNames lacks, is not supported; add it there, or correct its name',
  );
  expect(() => compile(machine, behaviour, ["GO", "xstate.stop"])).toThrow(
    'the root: event name "xstate.stop" is not supported; choose one that XState does not reserve',
  );
  expect(() => compile(machine, behaviour, ["GO", "GO"])).toThrow(
    'the root: event "GO" twice is not supported; name each event and each delay once',
  );
  const many = ["GO", ...Array.from({ length: 63 }, (_, index) => `E${index}`)];
  expect(() => compile(machine, behaviour, many)).toThrow(
    "the root: a machine of 64 events (timers included) is not supported; stay within 63",
  );
  expect(compile(machine, behaviour, many.slice(0, 63)).events).toHaveLength(63);
});

test("the error carries its parts", () => {
  try {
    compile(machineOf(entry("sing")), behaviour);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(UnsupportedFeature);
    expect(error).toMatchObject({
      machine: "m",
      state: "open.x",
      instead: "add it to the behaviour's actions",
    });
  }
});
