/**
 * The part of the kernel's event queue that runners need. Whoever pops the queue calls `runner.send(entity, code −
 * codeBase, x, y)`.
 */
export interface Timers {
  /** Simulated time, µs. */
  readonly nowUs: number;
  /** Schedules an event at an absolute time (µs) and names it by a handle. */
  schedule(atUs: number, code: number, entity: number, x: number, y: number): number;
  /** Takes a scheduled event back; false if it has run, was cancelled, or never was. */
  cancel(handle: number): boolean;
}
