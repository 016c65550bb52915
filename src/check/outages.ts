/**
 * When the processes and links of a scenario are failed. An outage is load, and may be taken away. Its end
 * may not be taken away alone, or a server that was away for two seconds would be away for ever.
 */
import type { Fault } from "../scenario/schema.ts";
import { REPAIRS, strike } from "./calm.ts";

/** Whether, with fewer faults, something is failed at a time up to `endMs` at which it works when all faults strike. */
export function lastsLonger(fewer: readonly Fault[], all: readonly Fault[], endMs: number): boolean {
  const [after, before] = [fewer, all].map(inOrder) as [readonly Fault[], readonly Fault[]];
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
    while (after[a]?.atMs === atMs) strike(failedAfter, after[a++]);
    while (before[b]?.atMs === atMs) strike(failedBefore, before[b++]);
    if ([...failedAfter.keys()].some((target) => !failedBefore.has(target))) return true;
  }
}

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  return [...faults].sort((one, other) => one.atMs - other.atMs);
}

/** The place of the fault that ends the outage which another begins; null if none does. */
export function endOf(faults: readonly Fault[], begin: number): number | null {
  const { act, target, atMs } = faults[begin];
  const ends = [...faults.entries()]
    .filter(([, fault]) => fault.target === target && REPAIRS[fault.act] === act && fault.atMs >= atMs)
    .sort(([, one], [, other]) => one.atMs - other.atMs);
  return ends[0]?.[0] ?? null;
}
