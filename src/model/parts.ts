/** What runs, what the interface draws, and what tests explore: the parts of index.ts, by their numbers. */
import * as parts from "./index.ts";
import type { Handler } from "./world/handler.ts";
import type { ModelMachine } from "./world/machine.ts";
import { FIRST_HANDLER, type Part } from "./world/part.ts";

type Each = (typeof parts)[keyof typeof parts];
export type DeclaredPart = Each["part"];

const all: readonly (ModelMachine | Handler)[] = Object.values(parts);

/** The statecharts. */
export const MODEL: readonly ModelMachine[] = numbered(
  all.filter((one): one is ModelMachine => "machine" in one),
  0,
);

/** What is no statechart. */
export const HANDLERS: readonly Handler[] = numbered(
  all.filter((one): one is Handler => "handle" in one),
  FIRST_HANDLER,
);

export const PARTS: readonly Part[] = [...MODEL, ...HANDLERS].map(({ part }) => part);

/** The numbers of machines, by their names. */
export const Machine = Object.fromEntries(MODEL.map(({ name }, number) => [name, number])) as {
  readonly [Name in Extract<Each, ModelMachine>["name"]]: number;
};

/** In the order of their numbers, of which none may be missing: readers keep tables by number. */
function numbered<One extends { readonly part: Part }>(list: readonly One[], first: number): One[] {
  const sorted = list.toSorted((a, b) => a.part.number - b.part.number);
  for (const [i, { part }] of sorted.entries())
    if (part.number !== first + i)
      throw new Error(`part "${part.name}" has the number ${part.number}; free is ${first + i}`);
  return sorted;
}
