/**
 * The `after` timers of all entities: a handle for each entity and lane.
 *
 * Starting and cancelling wait until the macrostep ends, in order, because XState does so: what an action
 * schedules for the same moment comes before the timers of the macrostep that it is part of.
 */
import type { Chart } from "./chart.ts";
import type { Timers } from "./timers.ts";

const NO_HANDLE = -1;

export class Lanes {
  private readonly chart: Chart<never>;
  private readonly timers: Timers;
  private readonly codeBase: number;
  /** By entity × lanes + lane: what to cancel. A handle that has fired stays: cancelling it does nothing. */
  private handles = new Float64Array(0);

  // What waits: a timer to start (timer ≥ 0, with its time) or a lane to cancel (~lane < 0).
  private what = new Int32Array(16);
  private atUs = new Float64Array(16);
  /** Height of the stack of what waits: macrosteps of other entities nest. */
  top = 0;

  constructor(chart: Chart<never>, timers: Timers, codeBase: number) {
    this.chart = chart;
    this.timers = timers;
    this.codeBase = codeBase;
  }

  /** Makes room for entities 0 … size − 1. */
  grow(size: number): void {
    const needed = size * this.chart.lanes;
    if (needed <= this.handles.length) return;
    const larger = new Float64Array(Math.max(needed, this.handles.length * 2)).fill(NO_HANDLE);
    larger.set(this.handles);
    this.handles = larger;
  }

  /** Remembers to start a timer at `atUs`. */
  start(timer: number, atUs: number): void {
    this.remember(timer, atUs);
  }

  /** Remembers to cancel what runs in the lane. */
  cancel(lane: number): void {
    this.remember(~lane, 0);
  }

  /** Does for the entity what waits above `bottom`. */
  commit(id: number, bottom: number): void {
    const base = id * this.chart.lanes;
    for (let i = bottom; i < this.top; i++) {
      const what = this.what[i];
      if (what < 0) {
        this.cancelNow(base + ~what);
      } else {
        const code = this.codeBase + this.chart.firstTimerEvent + what;
        this.handles[base + this.chart.timerLane[what]] = this.timers.schedule(this.atUs[i], code, id, 0, 0);
      }
    }
    this.top = bottom;
  }

  /** What a timer of the entity was set with last, unless it was taken back since. */
  handleOf(id: number, timer: number): number {
    return this.handles[id * this.chart.lanes + this.chart.timerLane[timer]]!;
  }

  /** Cancels everything that runs for the entity. */
  cancelAll(id: number): void {
    const { lanes } = this.chart;
    for (let lane = 0; lane < lanes; lane++) this.cancelNow(id * lanes + lane);
  }

  /** A copy of the handles of the first `size` entities. */
  save(size: number): Float64Array {
    return this.handles.slice(0, size * this.chart.lanes);
  }

  /** Copies as many handles as there is room for. */
  copy(to: Float64Array): void {
    for (let i = 0; i < to.length; i++) to[i] = this.handles[i]!;
  }

  restore(handles: Float64Array, size: number): void {
    this.grow(size);
    this.handles.set(handles);
    this.handles.fill(NO_HANDLE, handles.length);
  }

  private cancelNow(slot: number): void {
    this.timers.cancel(this.handles[slot]);
    this.handles[slot] = NO_HANDLE;
  }

  private remember(what: number, atUs: number): void {
    if (this.top === this.what.length) {
      const { what, atUs } = this;
      this.what = new Int32Array(this.top * 2);
      this.what.set(what);
      this.atUs = new Float64Array(this.top * 2);
      this.atUs.set(atUs);
    }
    this.what[this.top] = what;
    this.atUs[this.top++] = atUs;
  }
}
