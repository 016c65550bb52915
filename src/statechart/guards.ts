/** Turns a guard as written in a machine into one function. */

import type { AnyStateNode, StateValue } from "xstate";
import { and, matchesState, not, or, stateIn } from "xstate";
import type { Behaviour, Guard } from "./behaviour.ts";
import { pathTo } from "./effect.ts";

/** A guard of which `params` are passed at each call; null if it always passes, false if it never does. */
export type CompiledGuard<W> = { readonly test: Guard<W>; readonly params: unknown } | null | false;

/** Says that a guard can't be compiled: what was found, and what to write instead. */
export type Reject = (feature: string, instead: string) => never;

// The built-in guards are told apart by their `check`, since a bundler may change the names of functions.
interface BuiltIn {
  check: unknown;
  guards: readonly unknown[];
  stateValue: StateValue;
}
const CHECK_AND = (and([]) as unknown as BuiltIn).check;
const CHECK_OR = (or([]) as unknown as BuiltIn).check;
const CHECK_NOT = (not("") as unknown as BuiltIn).check;
const CHECK_STATE_IN = (stateIn("") as unknown as BuiltIn).check;

/** Compiles the guard of a transition for one leaf (so `stateIn` is answered here, once). */
export function compileGuard<W>(
  guard: unknown,
  leaf: AnyStateNode,
  behaviour: Behaviour<W>,
  reject: Reject,
): CompiledGuard<W> {
  if (guard === undefined) return null;
  if (typeof guard === "function") {
    const builtIn = guard as unknown as BuiltIn;
    if (builtIn.check === CHECK_STATE_IN) return isIn(leaf, builtIn.stateValue) ? null : false;
    const isComposite = [CHECK_AND, CHECK_OR, CHECK_NOT].includes(builtIn.check);
    if (!isComposite) return reject("an inline guard", "name it in the behaviour's guards");
    const parts = builtIn.guards.map((part) => compileGuard(part, leaf, behaviour, reject));
    if (builtIn.check === CHECK_AND) return all(parts);
    if (builtIn.check === CHECK_OR) return negated(all(parts.map(negated)));
    return negated(parts[0]);
  }
  const { type, params } = typeof guard === "string" ? { type: guard, params: undefined } : (guard as Named);
  if (typeof params === "function") {
    reject(`guard "${type}" with computed params`, "write static params, or compute in the guard itself");
  }
  const test = behaviour.guards[type];
  if (test === undefined)
    reject(`guard "${type}", which the behaviour lacks,`, "add it to the behaviour's guards");
  return { test, params };
}

interface Named {
  type: string;
  params?: unknown;
}

/** Passes if all do; asks from left to right and stops at the first that does not, as XState does. */
function all<W>(guards: readonly CompiledGuard<W>[]): CompiledGuard<W> {
  const asked = guards.filter((guard) => guard !== null);
  if (asked.length === 0) return null;
  if (asked[0] === false) return false;
  const tests = asked.map((guard) => guard || { test: () => false, params: undefined });
  return tests.reduceRight((rest, first) => ({
    test: (world, id, x, y) =>
      first.test(world, id, x, y, first.params) && rest.test(world, id, x, y, rest.params),
    params: undefined,
  }));
}

function negated<W>(guard: CompiledGuard<W>): CompiledGuard<W> {
  if (guard === null) return false;
  if (guard === false) return null;
  const { test, params } = guard;
  return { test: (world, id, x, y) => !test(world, id, x, y, params), params: undefined };
}

function isIn(leaf: AnyStateNode, stateValue: StateValue): boolean {
  const path = pathTo(leaf);
  if (typeof stateValue === "string" && stateValue.startsWith("#")) {
    return path.includes(leaf.machine.getStateNodeById(stateValue));
  }
  return matchesState(stateValue, stateValueOf(path.slice(1).map((node) => node.key)));
}

/** ["open", "polling"] is { open: "polling" }. */
function stateValueOf([key, ...rest]: string[]): StateValue {
  if (key === undefined) return {};
  return rest.length === 0 ? key : { [key]: stateValueOf(rest) };
}
