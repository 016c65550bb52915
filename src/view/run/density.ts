/** How much happens when, over a whole run: counted once, in the worker, so that a run of any length has an overview at once. */
import type { RunResult } from "../../run/result.ts";

/** Counts by equal parts of the run. */
export interface Density {
  /** How long a part is. */
  readonly partUs: number;
  /** Records of the trace. */
  readonly events: Uint32Array;
  /** Copies that were lost, and requests that were refused. */
  readonly losses: Uint32Array;
}

const PARTS = 1024;

/** `failed` are the times of losses, in lists of any order. */
export function densityOf({ trace, endUs }: RunResult, failed: readonly Float64Array[]): Density {
  const partUs = Math.max(endUs, 1) / PARTS;
  const events = new Uint32Array(PARTS);
  const losses = new Uint32Array(PARTS);
  const partAt = (timeUs: number) => Math.min(Math.floor(timeUs / partUs), PARTS - 1);
  for (let row = 0; row < trace.length; row++) events[partAt(trace.timeUs[row]!)]!++;
  for (const times of failed) for (const timeUs of times) losses[partAt(timeUs)]!++;
  return { partUs, events, losses };
}

/** The counts of fewer parts, of which a column each is drawn. */
export function columnsOf(counts: Uint32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let part = 0; part < counts.length; part++)
    sums[Math.floor((part / counts.length) * columns)]! += counts[part]!;
  return sums;
}
