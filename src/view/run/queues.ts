/** How many requests and messages wait at a server or in Redis at an instant, where work takes time, or for who does not read. */
import { at, RecordKind } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import { upperBound } from "./frames.ts";

interface Queue {
  readonly timesUs: number[];
  readonly waiting: number[];
}

const queuesOf = new WeakMap<RunResult, ReadonlyMap<number, Queue>>();

export function waitingAt(run: RunResult, node: number, timeUs: number): number {
  const known = queuesOf.get(run) ?? read(run);
  queuesOf.set(run, known);
  const queue = known.get(node);
  if (queue === undefined) return 0;
  return queue.waiting[upperBound(queue.timesUs, timeUs) - 1] ?? 0;
}

function read({ trace, nodes }: RunResult): ReadonlyMap<number, Queue> {
  const queues = new Map<number, Queue>();
  const note = (server: number, timeUs: number, waiting: number) => {
    const queue = queues.get(server) ?? { timesUs: [], waiting: [] };
    queues.set(server, queue);
    queue.timesUs.push(timeUs);
    queue.waiting.push(waiting);
  };
  const backplane = nodes.findIndex(({ kind }) => kind === "backplane");
  // Of each server, or the backplane: how many wait in its queue (−1), and for each client or server.
  const parts = new Map<number, Map<number, number>>();
  const add = (row: number, server: number, whose: number, waiting: number) => {
    const own = parts.get(server) ?? new Map<number, number>();
    parts.set(server, own.set(whose, waiting));
    note(
      server,
      trace.timeUs[row]!,
      [...own.values()].reduce((sum, one) => sum + one),
    );
  };
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.work)
      add(row, trace[at.work.server][row]!, -1, trace[at.work.waiting][row]!);
    else if (trace.kind[row] === RecordKind.buffered)
      add(
        row,
        trace[at.buffered.server][row]!,
        trace[at.buffered.client][row]!,
        trace[at.buffered.waiting][row]!,
      );
    else if (trace.kind[row] === RecordKind.backlog)
      add(row, backplane, trace[at.backlog.server][row]!, trace[at.backlog.waiting][row]!);
  return queues;
}
