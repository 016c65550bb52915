/** Runs a machine compiled and as real XState actors, writes down all that can be seen, and compares. */
import { expect } from "vitest";
import type { AnyStateMachine } from "xstate";
import {
  type Behaviour,
  type Chart,
  CompiledRunner,
  compile,
  forXState,
  ReferenceRunner,
  type Runner,
  type Timers,
} from "../../src/statechart/index.ts";
import { ListTimers } from "./list-timers.ts";

/** What is done to the entities, in order. Events are named or numbered. */
export type Step =
  | { readonly start: number }
  | { readonly send: string | number; readonly entity?: number; readonly x?: number; readonly y?: number }
  | { readonly advanceUs: number };

/** How a world under test reaches the queue and its own runner. */
export interface Surroundings {
  readonly timers: Timers;
  /** Sends to an entity at once, as an action would. */
  send(entity: number, event: string | number, x: number, y: number): void;
}

export type MakeWorld<W> = (surroundings: Surroundings) => W;

/** What is held against XState. */
export interface Subject {
  readonly compile: typeof compile;
  readonly CompiledRunner: typeof CompiledRunner;
}

export interface RunOptions<W> {
  /** Entities of the machine; all are started at once, unless a step starts one. */
  readonly entities?: number;
  readonly eventNames?: readonly string[];
  /** Another compiler and runner, to see that a deliberate bug is found. */
  readonly subject?: Subject;
  /** What to compare of the world after each step. */
  readonly inspect?: (world: W) => unknown;
}

/** More events than this and the run ends: a machine may re-arm a delay of zero for ever. */
const EVENTS_PER_STEP_MAX = 100;
const CODE_BASE = 128;

/** Fails unless both runners show the same states, calls (actions, guards, delays: order, payload, time) and transitions. */
export function expectEqualRuns<W>(
  machine: AnyStateMachine,
  behaviour: Behaviour<W>,
  makeWorld: MakeWorld<W>,
  steps: readonly Step[],
  options: RunOptions<W> = {},
): void {
  const { compiled, reference } = runBoth(machine, behaviour, makeWorld, steps, options);
  expect(compiled).toEqual(reference);
}

/** The two logs. */
export function runBoth<W>(
  machine: AnyStateMachine,
  behaviour: Behaviour<W>,
  makeWorld: MakeWorld<W>,
  steps: readonly Step[],
  options: RunOptions<W> = {},
): { compiled: string[]; reference: string[] } {
  const subject = options.subject ?? { compile, CompiledRunner };
  const run = (kind: "compiled" | "reference") => {
    const timers = new ListTimers();
    const log: string[] = [];
    const write = (line: string) => log.push(`${timers.nowUs} µs: ${line}`);
    const recorded = recording(behaviour, write);
    const chart = subject.compile(machine, recorded, options.eventNames);
    const surroundings: Surroundings = {
      timers,
      send: (entity, event, x, y) => runner.send(entity, numberOf(chart, event), x, y),
    };
    const world = makeWorld(surroundings);
    const tell = (id: number, from: number, to: number) =>
      write(`entity ${id} ${chart.states[from] ?? "-"} → ${chart.states[to]}`);
    const runner: Runner<W> =
      kind === "compiled"
        ? new subject.CompiledRunner(chart, world, timers, CODE_BASE, tell)
        : new ReferenceRunner(
            machine.provide(forXState(recorded) as never),
            chart,
            world,
            timers,
            CODE_BASE,
            tell,
          );
    follow(runner, timers, steps, options, write, () => options.inspect?.(world));
    return log;
  };
  return { compiled: run("compiled"), reference: run("reference") };
}

function follow<W>(
  runner: Runner<W>,
  timers: ListTimers,
  steps: readonly Step[],
  { entities = 1 }: RunOptions<W>,
  write: (line: string) => void,
  inspect: () => unknown,
): void {
  const startedByStep = new Set(steps.map((step) => ("start" in step ? step.start : -1)));
  const ids = Array.from({ length: entities }, () => runner.add());
  const starts = ids.filter((id) => !startedByStep.has(id)).map((start): Step => ({ start }));
  for (const step of [...starts, ...steps]) {
    write(JSON.stringify(step));
    try {
      if ("start" in step) runner.start(step.start);
      else if ("send" in step)
        runner.send(step.entity ?? 0, numberOf(runner.chart, step.send), step.x ?? 0, step.y ?? 0);
      else advance(runner, timers, step.advanceUs, write);
    } catch (error) {
      write(`threw ${reasonOf(error)}`);
      return;
    } finally {
      const seen = inspect();
      write(`states ${ids.map((id) => runner.chart.states[runner.state(id)] ?? "-").join(" ")}`);
      if (seen !== undefined) write(JSON.stringify(seen));
    }
  }
}

function advance<W>(
  runner: Runner<W>,
  timers: ListTimers,
  byUs: number,
  write: (line: string) => void,
): void {
  const untilUs = timers.nowUs + byUs;
  for (let count = 0; count < EVENTS_PER_STEP_MAX; count++) {
    const event = timers.pop(untilUs);
    if (event === undefined) return;
    const number = event.code - CODE_BASE;
    if (number >= 0 && number < 64) {
      write(`timer of ${event.entity}`);
      runner.send(event.entity, number, event.x, event.y);
    } else {
      write(`other event ${event.code} for ${event.entity}: ${event.x} ${event.y}`);
    }
  }
}

/** The same behaviour, which writes down each call before it happens. */
function recording<W>(behaviour: Behaviour<W>, write: (line: string) => void): Behaviour<W> {
  const note = (kind: string, name: string, ...args: unknown[]) =>
    write(`${kind} ${name} ${JSON.stringify(args)}`);
  return {
    actions: map(behaviour.actions, (name, action) => (world, id, x, y, params) => {
      note("action", name, id, x, y, params);
      action(world, id, x, y, params);
    }),
    guards: map(behaviour.guards, (name, guard) => (world, id, x, y, params) => {
      const passes = guard(world, id, x, y, params);
      note("guard", name, id, x, y, params, passes);
      return passes;
    }),
    delays: map(behaviour.delays, (name, delay) => (world, id) => {
      const delayUs = delay(world, id);
      note("delay", name, id, delayUs);
      return delayUs;
    }),
  };
}

function map<T>(record: Record<string, T>, change: (name: string, value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
}

function numberOf<W>(chart: Chart<W>, event: string | number): number {
  if (typeof event === "number") return event;
  const number = chart.events.indexOf(event);
  if (number < 0) throw new Error(`no event "${event}" among ${chart.events.join(", ")}`);
  return number;
}

/** XState says some things in other words, and puts its own before what a guard said. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/^Infinite loop detected|no rest after/.test(message)) return "no rest";
  return message.split("\n").at(-1)!;
}
