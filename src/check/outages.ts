/**
 * When the processes and links of a scenario are failed. An outage is load, and may be taken away. Its end
 * may not be taken away alone, or a server that was away for two seconds would be away for ever.
 */
import type { Fault } from "../scenario/schema.ts";
import { repairs, strike } from "./calm.ts";

/** Whether, with fewer faults, something is failed at a time up to `endMs` at which it works when all faults strike. */
export function lastsLonger(fewer: readonly Fault[], all: readonly Fault[], endMs: number): boolean {
  const [after, before] = [inOrder(fewer), inOrder(all)];
  const failedAfter = new Map<string, Fault["act"]>();
  const failedBefore = new Map<string, Fault["act"]>();
  let [a, b] = [0, 0];
  // Compared after every instant at which something fails or is repaired; faults of the same time count as one instant.
  for (;;) {
    const atMs = Math.min(
      after[a]?.atMs ?? Number.POSITIVE_INFINITY,
      before[b]?.atMs ?? Number.POSITIVE_INFINITY,
    );
    if (atMs > endMs || atMs === Number.POSITIVE_INFINITY) return false;
    while (after[a]?.atMs === atMs) strikeBy(failedAfter, after[a++]);
    while (before[b]?.atMs === atMs) strikeBy(failedBefore, before[b++]);
    if ([...failedAfter.keys()].some((target) => !failedBefore.has(target))) return true;
  }
}

/** By the name that a fault gives its target: outages of several links are compared as a whole. */
function strikeBy(failed: Map<string, Fault["act"]>, { act, target }: Fault): void {
  strike(failed, act, [target]);
}

/** A fault that strikes at a time. One packet that is dropped or late is no outage. */
type TimedFault = Extract<Fault, { readonly atMs: number }>;

function isTimed(fault: Fault): fault is TimedFault {
  return "atMs" in fault;
}

function inOrder(faults: readonly Fault[]): TimedFault[] {
  return faults.filter(isTimed).sort((one, other) => one.atMs - other.atMs);
}

/** The place of the fault that ends the outage which another begins; null if none does. */
export function endOf(faults: readonly Fault[], begin: number): number | null {
  const failure = faults[begin]!;
  if (!isTimed(failure)) return null;
  const [end] = inOrder(
    faults.filter(
      (fault) =>
        fault.target === failure.target &&
        isTimed(fault) &&
        repairs(fault.act, failure.act) &&
        fault.atMs >= failure.atMs,
    ),
  );
  return end === undefined ? null : faults.indexOf(end);
}
