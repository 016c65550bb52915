import type { Timers } from "../../src/statechart/timers.ts";

interface Scheduled {
  handle: number;
  atUs: number;
  code: number;
  entity: number;
  x: number;
  y: number;
}

/** The simplest thing that can be a queue: a list, searched for the earliest. */
export class ListTimers implements Timers {
  nowUs = 0;
  private pending: Scheduled[] = [];
  private handles = 0;

  get size(): number {
    return this.pending.length;
  }

  schedule(atUs: number, code: number, entity: number, x: number, y: number): number {
    if (!(atUs >= this.nowUs)) throw new RangeError(`${atUs} µs is before ${this.nowUs} µs`);
    const handle = this.handles++;
    this.pending.push({ handle, atUs, code, entity, x, y });
    return handle;
  }

  cancel(handle: number): boolean {
    const before = this.pending.length;
    this.pending = this.pending.filter((event) => event.handle !== handle);
    return this.pending.length < before;
  }

  /** Takes the earliest event not later than the limit, the first scheduled among equals. */
  pop(limitUs: number): Scheduled | undefined {
    let first: Scheduled | undefined;
    for (const event of this.pending) if (!first || event.atUs < first.atUs) first = event;
    if (first === undefined || first.atUs > limitUs) {
      this.nowUs = Math.max(this.nowUs, limitUs);
      return undefined;
    }
    this.cancel(first.handle);
    this.nowUs = first.atUs;
    return first;
  }
}
