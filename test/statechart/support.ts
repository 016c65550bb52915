/** A small world for tests by example: actions write a log, guards read flags. */
import { type AnyStateMachine, createMachine } from "xstate";
import {
  type Behaviour,
  CompiledRunner,
  compile,
  forXState,
  ReferenceRunner,
  type Runner,
} from "../../src/statechart/index.ts";
import { ListTimers } from "./list-timers.ts";

export interface World {
  readonly log: string[];
  readonly flags: Record<string, boolean>;
  send(id: number, event: string, x?: number): void;
}

const named = ["a", "b", "c", "in", "out", "rootIn", "rootOut", "init"] as const;

export const behaviour: Behaviour<World> = {
  actions: {
    ...Object.fromEntries(named.map((name) => [name, (world: World) => world.log.push(name)])),
    say: (world, id, x, y, params) => world.log.push(`${params?.text ?? "say"} ${id} ${x} ${y}`),
    set: (world, _id, _x, _y, params) => {
      world.flags[params.flag] = params.to ?? true;
    },
    tell: (world, _id, _x, _y, params) => {
      world.log.push(`telling ${params.to} ${params.event}`);
      world.send(params.to, params.event, params.x);
      world.log.push(`told ${params.to}`);
    },
    fail: () => {
      throw new Error("no disk");
    },
  },
  guards: {
    isSet: (world, _id, _x, _y, params) => world.flags[params.flag] === true,
    isBig: (_world, _id, x) => x > 10,
    never: () => false,
    always: () => true,
    fails: () => {
      throw new Error("no guard");
    },
  },
  delays: {
    soon: () => 1_500,
    late: (world) => (world.flags.slow ? 9_000 : 3_000),
    broken: () => 1.5,
  },
};

export function machineOf(config: object): AnyStateMachine {
  return createMachine({ id: "m", ...config } as never, forXState(behaviour) as never) as AnyStateMachine;
}

/** A machine with one kind of runner, its queue, and its log of actions and transitions. */
export function runnerOf(kind: "compiled" | "reference", machine: AnyStateMachine, eventNames?: string[]) {
  const timers = new ListTimers();
  const chart = compile(machine, behaviour, eventNames);
  const log: string[] = [];
  const number = (event: string) => {
    const at = chart.events.indexOf(event);
    return at < 0 ? 62 : at;
  };
  const world: World = {
    log,
    flags: {},
    send: (id, event, x = 0) => runner.send(id, number(event), x, 0),
  };
  const tell = (id: number, from: number, to: number) =>
    log.push(`${id}: ${chart.states[from] ?? "-"} → ${chart.states[to]}`);
  const runner: Runner<World> =
    kind === "compiled"
      ? new CompiledRunner(chart, world, timers, 64, tell)
      : new ReferenceRunner(machine, chart, world, timers, 64, tell);
  return {
    chart,
    timers,
    log,
    world,
    runner,
    state: (id = 0) => chart.states[runner.state(id)],
    /** Adds and starts one more. */
    start: () => {
      const id = runner.add();
      runner.start(id);
      return id;
    },
    send: (event: string, x = 0, y = 0, id = 0) => runner.send(id, number(event), x, y),
    /** Runs the queue for so many µs. */
    advance: (byUs: number) => {
      const untilUs = timers.nowUs + byUs;
      for (let event = timers.pop(untilUs); event; event = timers.pop(untilUs)) {
        runner.send(event.entity, event.code - 64, event.x, event.y);
      }
    },
    /** What was logged since the last look. */
    look: () => log.splice(0),
  };
}
