/** How many requests and messages wait at a server at an instant, where work takes time. */
import { at, RecordKind } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import { upperBound } from "./frames.ts";

interface Queue {
  readonly timesUs: number[];
  readonly waiting: number[];
}

const queuesOf = new WeakMap<RunResult, ReadonlyMap<number, Queue>>();

export function waitingAt(run: RunResult, server: number, timeUs: number): number {
  const known = queuesOf.get(run) ?? read(run);
  queuesOf.set(run, known);
  const queue = known.get(server);
  if (queue === undefined) return 0;
  return queue.waiting[upperBound(queue.timesUs, timeUs) - 1] ?? 0;
}

function read({ trace }: RunResult): ReadonlyMap<number, Queue> {
  const queues = new Map<number, Queue>();
  const note = (server: number, timeUs: number, waiting: number) => {
    const queue = queues.get(server) ?? { timesUs: [], waiting: [] };
    queues.set(server, queue);
    queue.timesUs.push(timeUs);
    queue.waiting.push(waiting);
  };
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.work)
      note(trace[at.work.server][row]!, trace.timeUs[row]!, trace[at.work.waiting][row]!);
  return queues;
}
