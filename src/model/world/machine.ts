/** How a part that is a statechart is put together: its declaration, what its names stand for, and its states. */
import { type AnyStateMachine, setup } from "xstate";
import { type Behaviour, forXState } from "../../statechart/behaviour.ts";
import type { Chart } from "../../statechart/chart.ts";
import { compile } from "../../statechart/compile.ts";
import type { MachineDeclaration, Part } from "./part.ts";
import type { World } from "./world.ts";

/** A part's machine: what the interface draws, what tests explore, and what runs. */
export interface ModelMachine<D extends MachineDeclaration = MachineDeclaration> {
  readonly part: Part<D>;
  readonly name: D["name"];
  readonly machine: AnyStateMachine;
  readonly behaviour: Behaviour<World>;
  readonly chart: Chart<World>;
}

type OneOrMore<T> = T | readonly T[];

interface Transition<B extends Behaviour<World>> {
  readonly target?: string;
  readonly guard?: keyof B["guards"];
  readonly actions?: OneOrMore<keyof B["actions"]>;
  readonly reenter?: boolean;
}

/** A target, a transition, or several of which the first whose guard passes is taken. */
type Transitions<B extends Behaviour<World>> = string | OneOrMore<Transition<B>>;

/**
 * XState's own form, as far as the model uses it. Only events of the part's declaration and names of its behaviour
 * can be named.
 */
interface State<Event extends string, B extends Behaviour<World>> {
  readonly initial?: string;
  readonly entry?: OneOrMore<keyof B["actions"]>;
  readonly exit?: OneOrMore<keyof B["actions"]>;
  readonly on?: { readonly [E in Event]?: Transitions<B> };
  readonly after?: { readonly [D in keyof B["delays"]]?: Transitions<B> };
  readonly always?: Transitions<B>;
  readonly states?: Readonly<Record<string, State<Event, B>>>;
}

/** The machine of a part. Its id is the part's name. */
export function machineOf<const D extends MachineDeclaration, const B extends Behaviour<World>>(
  part: Part<D>,
  behaviour: B,
  states: State<D["events"][number], B>,
): ModelMachine<D> {
  const names: Behaviour<World> = behaviour;
  // XState's own types would have to know that the names above are the behaviour's.
  const { createMachine } = setup(forXState(names)) as unknown as {
    createMachine(config: object): AnyStateMachine;
  };
  const machine = createMachine({ id: part.name, ...states });
  return { part, name: part.name, machine, behaviour, chart: compile(machine, behaviour, part.events) };
}
