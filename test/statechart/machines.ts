/** Arbitrary machines, and arbitrary things done to them, for the equality property. */
import fc from "fast-check";
import { type AnyStateMachine, and, createMachine, not, or, stateIn } from "xstate";
import { type Behaviour, forXState } from "../../src/statechart/index.ts";
import type { MakeWorld, Step, Surroundings } from "./equal-runs.ts";

export interface World extends Surroundings {
  flags: boolean[];
  /** Burnt by what could go on for ever: eventless transitions, sends, frames. */
  fuel: number;
}

/** Event numbers of every generated machine. No machine mentions the last. */
export const EVENT_NAMES = ["A", "B", "foo", "foo.bar", "foo.baz.deep", "STRANGER"];

export const makeWorld: MakeWorld<World> = (surroundings) => ({
  ...surroundings,
  flags: [false, true, false],
  fuel: 12,
});

export const behaviour = {
  actions: {
    note: () => {},
    flip: (world, _id, _x, _y, params: { flag: number }) => {
      world.flags[params.flag] = !world.flags[params.flag];
    },
    // To itself (it waits) or to the other entity (it happens within).
    tell: (world, id, x, _y, params: { hop: number; event: number }) => {
      if (world.fuel-- > 0) world.send((id + params.hop) % 2, params.event, x + 1, id);
    },
    // Something else in the same queue, which may fall on the same moment as a timer.
    frame: (world, id, x, y, params: { us: number }) => {
      if (world.fuel-- > 0) world.timers.schedule(world.timers.nowUs + params.us, 1_000_000, id, x, y);
    },
  },
  guards: {
    isSet: (world, _id, _x, _y, params: { flag: number }) => world.flags[params.flag],
    isEven: (_world, _id, x) => x % 2 === 0,
    // Burning is no guard's business, but it ends loops even where actions wait, at start.
    burns: (world) => world.fuel-- > 0,
  },
  delays: {
    short: () => 5_000,
    byFlag: (world) => (world.flags[0] ? 5_000 : 10_000),
    byEntity: (_world, id) => id * 5_000 + 1,
  },
} satisfies Behaviour<World>;

type Guard =
  | { isSet: number }
  | "isEven"
  | { isIn: number; byId: boolean }
  | { and: Guard[] }
  | { or: Guard[] }
  | { not: Guard };
type Action = string | { type: string; params: unknown };
interface Transition {
  target: number | null;
  reenter: boolean;
  guard: Guard | null;
  actions: Action[];
}
/** A state, described so that it shrinks well: targets are numbers, taken modulo the number of states. */
export interface State {
  kind: "atomic" | "final" | "compound";
  children: State[];
  initial: number;
  initialActions: Action[];
  entry: Action[];
  exit: Action[];
  on: [string, Transition[]][];
  after: [string, Transition[]][];
  always: Transition[];
  onDone: Transition[];
}

const flag = fc.nat({ max: 2 });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Action>("note") },
  { weight: 3, arbitrary: flag.map((flag) => ({ type: "flip", params: { flag } })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ hop: fc.nat({ max: 1 }), event: fc.nat({ max: EVENT_NAMES.length - 1 }) })
      .map((params) => ({ type: "tell", params })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 5_000, 10_000).map((us) => ({ type: "frame", params: { us } })),
  },
);
const actions = fc.array(action, { maxLength: 2 });
const { guard } = fc.letrec<{ guard: Guard }>((tie) => ({
  guard: fc.oneof(
    { maxDepth: 2, depthSize: "small", withCrossShrink: true },
    flag.map((isSet) => ({ isSet })),
    fc.constant<Guard>("isEven"),
    fc.record({ isIn: fc.nat({ max: 20 }), byId: fc.boolean() }),
    fc.record({ and: fc.array(tie("guard"), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("guard"), { maxLength: 3 }) }),
    fc.record({ not: tie("guard") }),
  ),
}));
const transition: fc.Arbitrary<Transition> = fc.record({
  target: fc.option(fc.nat({ max: 20 }), { freq: 4 }),
  reenter: fc.boolean(),
  // freq is the inverse of null's probability.
  guard: fc.option(guard, { freq: 2 }),
  actions,
});
const transitions = fc.array(transition, { maxLength: 2, size: "max" });
const descriptor = fc.constantFrom(
  "A",
  "B",

  "A",
  "B",
  "A",
  "B",
  "foo",
  "foo.bar",
  "foo.*",
  "*",
  "foo.baz.*",
  "xstate.*",
);
const delay = fc.constantFrom(
  "5",
  "10",
  "0.5",
  "short",
  "byFlag",
  "byEntity",
  "5",
  "10",
  "short",
  "byFlag",
  "0",
);

function some<T>(arbitrary: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.oneof(fc.constant<T[]>([]), fc.array(arbitrary, { maxLength, size: "max" }));
}

function state(kind: fc.Arbitrary<State["kind"]>, depth: number): fc.Arbitrary<State> {
  const below = fc.constantFrom<State["kind"]>(
    ...(["atomic", "atomic", "atomic", "atomic", "final"] as const),
    ...(depth > 1 ? (["compound", "compound", "compound"] as const) : []),
  );
  return kind.chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      children:
        kind === "compound"
          ? fc.array(state(below, depth - 1), { minLength: depth === 1 ? 1 : 2, maxLength: 3, size: "max" })
          : fc.constant<State[]>([]),
      initial: fc.nat({ max: 2 }),
      initialActions: actions,
      entry: actions,
      exit: actions,
      on: fc.array(fc.tuple(descriptor, transitions), { maxLength: 5, size: "max" }),
      after: some(fc.tuple(delay, transitions), 2),
      always: some(transition, 2),
      onDone: kind === "compound" ? some(transition, 2) : fc.constant<Transition[]>([]),
    }),
  );
}

/** A description of a machine with states nested up to three deep. Without bias, which would aim most transitions at the root. */
export const machines = fc.noBias(state(fc.constant("compound"), 3));

/** Twenty or so things done to two entities, of which the second may start late. */
export const stepLists: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        {
          weight: 3,
          arbitrary: fc.record({
            send: fc.constantFrom(0, 1, 0, 1, 0, 1, 2, 3, 4, 5, 6),
            entity: fc.nat({ max: 1 }),
            x: fc.nat({ max: 3 }),
            y: fc.nat({ max: 3 }),
          }),
        },
        {
          weight: 2,
          arbitrary: fc
            .constantFrom(0, 1, 500, 4_999, 5_000, 10_000, 30_000)
            .map((advanceUs) => ({ advanceUs })),
        },
      ),
      { minLength: 1, maxLength: 20, size: "max" },
    ),
    fc.nat({ max: 5 }),
  )
  .map(([steps, at]) => [...steps.slice(0, at), { start: 1 }, ...steps.slice(at)]);

/** The machine that a description stands for. */
export function build(root: State): AnyStateMachine {
  const ids: string[] = [];
  const paths: string[] = [];
  (function visit(state: State, path: string[]) {
    ids.push(["#m", ...path].join("."));
    paths.push(path.join("."));
    for (const [index, child] of state.children.entries()) visit(child, [...path, `s${index}`]);
  })(root, []);
  const at = <T>(list: T[], index: number) => list[index % list.length];

  const guardOf = (guard: Guard): unknown => {
    if (typeof guard === "string") return guard;
    if ("isSet" in guard) return { type: "isSet", params: { flag: guard.isSet } };
    if ("and" in guard) return and(guard.and.map(guardOf) as never);
    if ("or" in guard) return or(guard.or.map(guardOf) as never);
    if ("not" in guard) return not(guardOf(guard.not) as never);
    return stateIn((guard.byId && at(paths, guard.isIn)) || at(ids, guard.isIn));
  };
  const transitionOf = (isRoot: boolean, isEventless: boolean) => (transition: Transition) => {
    const target = transition.target === null ? undefined : at(ids, transition.target);
    const own = transition.guard === null ? undefined : guardOf(transition.guard);
    return {
      target,
      // Coming back to the root's timers without leaving it is refused by the compiler.
      reenter: transition.reenter || (target === "#m" && !isRoot && root.after.length > 0),
      guard: isEventless ? and(["burns", ...(own ? [own] : [])] as never) : own,
      actions: transition.actions,
    };
  };
  const stateOf = (state: State, path: string[]): object => {
    const plain = state.kind === "compound" ? {} : { type: state.kind };
    const ordinary = transitionOf(path.length === 0, false);
    const inside = state.kind === "compound" && {
      initial: { target: `s${state.initial % state.children.length}`, actions: state.initialActions },
      states: Object.fromEntries(
        state.children.map((child, index) => [`s${index}`, stateOf(child, [...path, `s${index}`])]),
      ),
    };
    return {
      ...plain,
      ...inside,
      entry: state.entry,
      exit: state.exit,
      on: Object.fromEntries(
        state.on.map(([key, list]) => [key, list.length ? list.map(ordinary) : undefined]),
      ),
      after: Object.fromEntries(state.after.map(([key, list]) => [key, list.map(ordinary)])),
      always: state.always.map(transitionOf(path.length === 0, true)),
      ...(state.onDone.length > 0 && { onDone: state.onDone.map(ordinary) }),
    };
  };
  const config = { id: "m", options: { maxIterations: 40 }, ...stateOf(root, []) };
  return createMachine(config as never, forXState(behaviour) as never) as AnyStateMachine;
}
