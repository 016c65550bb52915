/**
 * What a machine's names stand for: plain functions of (world, entity, payload), used by the compiled runner
 * as they are, and by XState through {@link forXState}.
 */
import type { MachineContext, ParameterizedObject } from "xstate";

/**
 * Does something to the world. x and y are the event's integer payload (0 for timers, start and done events; an
 * eventless transition sees the payload of the event that led to it); params are the static params written in the
 * machine.
 */
// biome-ignore lint/suspicious/noExplicitAny: each behaviour declares the params that it takes
export type Action<W> = (world: W, id: number, x: number, y: number, params: any) => void;

/** Decides whether a transition may be taken. Must not change the world: how often it is asked is no promise. */
// biome-ignore lint/suspicious/noExplicitAny: each behaviour declares the params that it takes
export type Guard<W> = (world: W, id: number, x: number, y: number, params: any) => boolean;

/** How long a named `after` waits, asked when its state is entered: whole µs, not negative. */
export type Delay<W> = (world: W, id: number) => number;

/** Everything that a machine refers to by name. */
export interface Behaviour<W> {
  actions: Record<string, Action<W>>;
  guards: Record<string, Guard<W>>;
  delays: Record<string, Delay<W>>;
}

/** An XState event as the reference runner sends it. */
interface PayloadEvent<E extends string = string> {
  type: E;
  x: number;
  y: number;
}

/**
 * For `setup({ types: {} as MachineTypes<World, "CUT" | "HEAL"> })`: the external events that a machine knows.
 *
 * The context's real type is `{ world: W, id: number }`, put there by the reference runner. It is declared
 * loosely because XState would otherwise demand that each machine brings an initial context, which is not
 * the machine's business here. `W` is kept for the reader.
 */
export interface MachineTypes<W, E extends string> {
  context: MachineContext & { world?: W };
  events: E extends string ? PayloadEvent<E> : never;
}

type ParamsOf<F> = F extends (world: never, id: number, x: number, y: number, params: infer P) => unknown
  ? unknown extends P
    ? ParameterizedObject["params"] | undefined
    : P
  : never;

interface Args {
  context: MachineContext;
  event: { type: string };
}

/** XState implementations, by the behaviour's names: so names and params in `createMachine` stay checked. */
// biome-ignore lint/suspicious/noExplicitAny: the world's type is the behaviour's own affair
export interface XStateImplementations<B extends Behaviour<any>> {
  actions: { [K in keyof B["actions"]]: (args: Args, params: ParamsOf<B["actions"][K]>) => void };
  guards: { [K in keyof B["guards"]]: (args: Args, params: ParamsOf<B["guards"][K]>) => boolean };
  delays: { [K in keyof B["delays"]]: (args: Args) => number };
}

/**
 * Implementations for `setup({...})` made from a behaviour. The XState context is `{ world, id }`, events are
 * `{ type, x, y }`, and delays are turned from µs into XState's ms.
 */
// biome-ignore lint/suspicious/noExplicitAny: inferred as the behaviour's exact type, so that its names are kept
export function forXState<B extends Behaviour<any>>(behaviour: B): XStateImplementations<B> {
  const { actions, guards, delays } = behaviour;
  return {
    actions: mapValues(actions, (run) => ({ context, event }: Args, params: unknown) => {
      const { x = 0, y = 0 } = event as Partial<PayloadEvent>;
      run(context.world, context.id, x, y, params);
    }),
    guards: mapValues(guards, (test) => ({ context, event }: Args, params: unknown) => {
      const { x = 0, y = 0 } = event as Partial<PayloadEvent>;
      return test(context.world, context.id, x, y, params);
    }),
    delays: mapValues(delays, (delay, name) => ({ context }: Args) => {
      return wholeUs(delay(context.world, context.id), name) / 1000;
    }),
  } as XStateImplementations<B>;
}

/** The delay, if it is a whole, non-negative number of µs. Throws a RangeError that names it otherwise. */
export function wholeUs(delayUs: number, name: string): number {
  if (Number.isSafeInteger(delayUs) && delayUs >= 0) return delayUs;
  throw new RangeError(`delay "${name}" is ${delayUs}: a delay is a whole number of µs, zero or more`);
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
