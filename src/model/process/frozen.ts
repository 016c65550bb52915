/** Whether a process runs, for whoever has something for it. */
import { EVENT_BITS, EVENT_MASK, FIRST_HANDLER } from "../world/part.ts";
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
  overdue.timer[row] = timerOf(world, code, entity);
}

/** Whether what is overdue is still to fire: a timer may have been taken back or set again by what its process has read since. */
export function isStillDue(world: World, { code, entity, timer }: Overdue): boolean {
  return timer === timerOf(world, code, entity);
}

/** An event that was held back. */
export interface Overdue {
  readonly process: number;
  readonly code: number;
  readonly entity: number;
  readonly x: number;
  readonly y: number;
  readonly timer: number;
}

/** All that is overdue, in the order in which it ran out. */
export function allOverdue({ overdue }: World): Overdue[] {
  return Array.from({ length: overdue.rows }, (_, row) => ({
    process: overdue.process[row]!,
    code: overdue.code[row]!,
    entity: overdue.entity[row]!,
    x: overdue.x[row]!,
    y: overdue.y[row]!,
    timer: overdue.timer[row]!,
  }));
}

function timerOf(world: World, code: number, entity: number): number {
  const part = code >> EVENT_BITS;
  return part < FIRST_HANDLER ? world.runners[part]!.timerOf(entity, code & EVENT_MASK) : -1;
}
