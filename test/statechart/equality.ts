/** The property that holds the compiled runner and XState equal. */
import fc from "fast-check";
import { expect } from "vitest";
import { runBoth, type Subject } from "./equal-runs.ts";
import { behaviour, build, EVENT_NAMES, machines, makeWorld, type State, stepLists } from "./machines.ts";

/** Holds for any machine and anything done to it, if compiler and runner are right. `look` sees each reference log. */
export function equality(subject?: Subject, look?: (log: string[]) => void) {
  return fc.property(machines, stepLists, (description: State, steps) => {
    const { compiled, reference } = runBoth(build(description), behaviour, makeWorld, steps, {
      entities: 2,
      eventNames: EVENT_NAMES,
      ...(subject && { subject }),
      inspect: ({ flags, fuel }) => ({ flags, fuel }),
    });
    look?.(reference);
    expect(compiled).toEqual(reference);
  });
}
