/** Whether a process runs, for whoever has something for it. */
import type { World } from "../world/world.ts";

/** Whether the process of a node is frozen: what its kernel has for it waits. */
export function isFrozen({ processes }: World, node: number): boolean {
  const process = processes.rowOf[node] ?? -1;
  return process >= 0 && processes.isFrozen[process] === 1;
}

/** An event for a process that has to wait until it runs again. */
export function postpone(
  world: World,
  node: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): void {
  const { overdue, processes } = world;
  const row = overdue.add();
  overdue.process[row] = processes.rowOf[node]!;
  overdue.code[row] = code;
  overdue.entity[row] = entity;
  overdue.x[row] = x;
  overdue.y[row] = y;
}
