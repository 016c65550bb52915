/**
 * The transitions of the model's machines, as lines of text, from two sides: those that a machine's graph reaches,
 * which XState works out, and those that running worlds take, which the compiled tables show. Both sides write alike:
 *
 *     connection: open.polling.probing, SOCKET_CLOSED [isSocket] → open.polling.steady
 *
 * Machine, leaf state before, event (`always` if it needs none, `after` and the delay of a timer), guard, leaf state
 * after. A line is one step, not all that follows from an event, and it names the guard that let it through: so two
 * answers to one event are two lines, also where they lead to the same state.
 */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  getMicrosteps,
} from "xstate";
import { adjacencyMapToArray, getAdjacencyMap } from "xstate/graph";
import { MODEL } from "../../src/model/parts.ts";
import type { ModelMachine } from "../../src/model/world/machine.ts";
import type { World } from "../../src/model/world/world.ts";
import { type Chart, END_OF_LIST, STAY, UNGUARDED } from "../../src/statechart/chart.ts";
import { CompiledRunner } from "../../src/statechart/runner.ts";

function line(machine: string, from: string, event: string, guard: string | undefined, to: string): string {
  // A timer's event is called "xstate.after.idleTimeout.exchange.tunnel".
  const when = event.replace(/^xstate\.after\.([^.]+)\..*$/, "after $1");
  return `${machine}: ${from}, ${when}${guard === undefined ? "" : ` [${guard}]`} → ${to}`;
}

function startLine(machine: string, to: string): string {
  return `${machine}: start → ${to}`;
}

/** An event that brings the guards' answers with it: those that are named pass. */
interface AnsweringEvent {
  readonly type: string;
  readonly passing: readonly string[];
}

/**
 * The transitions that some path of events leads to, if guards may answer anything at any time. A world can do less
 * than that, since its guards read what its actions write, but never more.
 */
export function reachable({ name, machine, behaviour, chart }: ModelMachine): Set<string> {
  const guards = Object.keys(behaviour.guards);
  const passes = (guard: string, event: Partial<AnsweringEvent>) => event.passing?.includes(guard) === true;
  const answering = machine.provide({
    guards: Object.fromEntries(
      guards.map((guard) => [guard, ({ event }: { event: AnsweringEvent }) => passes(guard, event)]),
    ),
    // Of no consequence here: a timer's event is sent like any other.
    delays: Object.fromEntries(Object.keys(behaviour.delays).map((delay) => [delay, 0])),
  } as never) as AnyStateMachine;
  const events = chart.events.flatMap((type) =>
    subsets(guardsAsked(answering.root, type)).map((passing) => ({ type, passing })),
  );

  const adjacent = getAdjacencyMap(answering, { events } as never);
  const initial = leafOf(Object.values(adjacent)[0]!.state as AnyMachineSnapshot);
  const found = new Set([startLine(name, initial.path.join("."))]);
  for (const edge of adjacencyMapToArray(adjacent)) {
    const state = edge.state as AnyMachineSnapshot;
    const event = edge.event as AnsweringEvent;
    let from = leafOf(state);
    for (const [step, [snapshot]] of getMicrosteps(answering, state, event).entries()) {
      const to = leafOf(snapshot);
      const transition =
        step === 0
          ? answering.getTransitionData(state, event)[0]
          : eventlessFrom(from).find(({ guard }) => guard === undefined || passes(guard as string, event));
      // The first step of an event that nothing answers is none.
      if (transition !== undefined) {
        const when = step === 0 ? event.type : "always";
        found.add(line(name, from.path.join("."), when, transition.guard as string, to.path.join(".")));
      }
      from = to;
    }
  }
  return found;
}

/** The guards that anything asks when this event comes: its transitions, and those that need no event, which may follow. */
function guardsAsked(node: AnyStateNode, type: string): string[] {
  const transitions = [...(node.transitions.get(type) ?? []), ...(node.always ?? [])];
  const here = transitions.flatMap(({ guard }) => (guard === undefined ? [] : [guard as string]));
  const below = Object.values(node.states).flatMap((child) => guardsAsked(child as AnyStateNode, type));
  return [...new Set([...here, ...below])];
}

function subsets<T>(all: readonly T[]): T[][] {
  return all.reduce<T[][]>((sets, element) => sets.flatMap((set) => [set, [...set, element]]), [[]]);
}

function leafOf(snapshot: AnyMachineSnapshot): AnyStateNode {
  return snapshot._nodes.find((node) => node.type !== "compound")!;
}

/** Candidates that need no event, from this state outwards. */
function eventlessFrom(node: AnyStateNode | undefined): AnyTransitionDefinition[] {
  return node === undefined ? [] : [...(node.always ?? []), ...eventlessFrom(node.parent)];
}

/** The runner's one place through which every transition goes, unless its event has a shortcut. */
interface Taking {
  readonly chart: Chart<World>;
  take(candidate: number, leaf: number, id: number, x: number, y: number): number;
}

/**
 * The transitions that worlds on the compiled tables take while `run` runs. Shortcuts are out of use meanwhile, so
 * that nothing passes unseen; what they do is the same.
 */
export function taken(run: () => void): Set<string> {
  const lines = new Map(MODEL.map((model) => [model.chart, candidateLines(model)]));
  const found = new Set<string>();
  const runner = CompiledRunner.prototype as unknown as Taking;
  const { take } = runner;
  const shortcuts = MODEL.map(({ chart }) => chart.shortcuts.slice());
  try {
    for (const { chart } of MODEL) chart.shortcuts.fill(-1);
    runner.take = function (candidate, leaf, id, x, y) {
      found.add(lines.get(this.chart)!.get(candidate)!);
      return take.call(this, candidate, leaf, id, x, y);
    };
    run();
  } finally {
    runner.take = take;
    for (const [i, { chart }] of MODEL.entries()) chart.shortcuts.set(shortcuts[i]!);
  }
  return found;
}

/** What each candidate of a machine's tables stands for. */
function candidateLines({ name, behaviour, chart }: ModelMachine): Map<number, string> {
  const { states, events, cells, columns, eventless, guardOf, targetOf, initial } = chart;
  const nameOf = new Map(Object.entries(behaviour.guards).map(([guard, test]) => [test, guard]));
  const lines = new Map([[initial, startLine(name, states[targetOf[initial]!]!)]]);
  const read = (first: number, from: string, event: string) => {
    for (let candidate = first; guardOf[candidate] !== END_OF_LIST; candidate++) {
      const guard =
        guardOf[candidate] === UNGUARDED ? undefined : nameOf.get(chart.guards[guardOf[candidate]!]!);
      const to = targetOf[candidate] === STAY ? from : states[targetOf[candidate]!]!;
      lines.set(candidate, line(name, from, event, guard, to));
    }
  };
  for (const [leaf, state] of states.entries()) {
    for (const [column, event] of events.entries()) read(cells[leaf * columns + column]!, state, event);
    read(eventless[leaf]!, state, "always");
  }
  return lines;
}
