/**
 * The frames of a run, laid out so that those in flight at any instant are found without scanning the
 * trace: sorted by departure, under a tree of latest arrivals. A query costs O(log n) for each frame found
 * and allocates nothing.
 */
import { subjectKind } from "../model/trace/frames.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";

export interface FrameIndex {
  readonly length: number;
  readonly startUs: Float64Array;
  /** When it arrives; for a dropped packet, when it vanishes midway. */
  readonly endUs: Float64Array;
  /** Flight time in µs as drawn; for a dropped packet, what the flight would have taken. */
  readonly flightUs: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly kind: Uint8Array;
  /** The message that it carries, or −1. */
  readonly message: Int32Array;
  /** For a copy: its recipient's node, else −1. */
  readonly recipient: Int32Array;
  readonly dropped: Uint8Array;
  /** Its record in the trace. */
  readonly record: Int32Array;
  /** Implicit binary tree: the latest `endUs` below each inner node; leaves begin at `leaves`. */
  readonly tree: Float64Array;
  readonly leaves: number;
}

/** The first index whose value is greater than x, in an ascending array. */
export function upperBound(values: ArrayLike<number>, x: number, length = values.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first index whose value is not less than x, in an ascending array. */
export function lowerBound(values: ArrayLike<number>, x: number, length = values.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Builds the index. Linear in the trace. */
export function indexFrames(run: RunResult): FrameIndex {
  const { trace } = run;
  let length = 0;
  let copies = 0;
  for (let i = 0; i < trace.length; i++) {
    if (trace.kind[i] === RecordKind.frame) length++;
    else if (trace.kind[i] === RecordKind.copy) copies = Math.max(copies, trace[at.copy.copy][i] + 1);
  }
  const messageOfCopy = new Int32Array(copies).fill(-1);
  const recipientOfCopy = new Int32Array(copies).fill(-1);
  const startUs = new Float64Array(length);
  const endUs = new Float64Array(length);
  const flightUs = new Float64Array(length);
  const from = new Int32Array(length);
  const to = new Int32Array(length);
  const kind = new Uint8Array(length);
  const message = new Int32Array(length).fill(-1);
  const recipient = new Int32Array(length).fill(-1);
  const dropped = new Uint8Array(length);
  const record = new Int32Array(length);
  const usualFlight = new Map<number, number>();
  const nodes = run.nodes.length;
  let usual = 1000;
  let n = 0;
  for (let i = 0; i < trace.length; i++) {
    if (trace.kind[i] === RecordKind.copy) {
      const copy = trace[at.copy.copy][i];
      messageOfCopy[copy] = trace[at.copy.message][i];
      recipientOfCopy[copy] = trace[at.copy.recipient][i];
      continue;
    }
    if (trace.kind[i] !== RecordKind.frame) continue;
    from[n] = trace[at.frame.from][i];
    to[n] = trace[at.frame.to][i];
    kind[n] = trace[at.frame.kind][i];
    const link = from[n] * nodes + to[n];
    let flight = trace[at.frame.flightUs][i];
    if (flight < 0) {
      dropped[n] = 1;
      flight = usualFlight.get(link) ?? usual;
    } else {
      usualFlight.set(link, flight);
      usual = flight;
    }
    startUs[n] = trace.timeUs[i];
    flightUs[n] = Math.max(flight, 1);
    endUs[n] = trace.timeUs[i] + (dropped[n] ? flightUs[n] / 2 : flightUs[n]);
    const subject = trace[at.frame.subject][i];
    const isOf = subjectKind(kind[n]);
    if (isOf === "message") message[n] = subject;
    else if (isOf === "copy" && subject >= 0 && subject < copies) {
      message[n] = messageOfCopy[subject];
      recipient[n] = recipientOfCopy[subject];
    }
    record[n] = i;
    n++;
  }
  let leaves = 1;
  while (leaves < length) leaves *= 2;
  const tree = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < length; i++) tree[leaves + i] = endUs[i];
  for (let i = leaves - 1; i > 0; i--) tree[i] = Math.max(tree[2 * i], tree[2 * i + 1]);
  return {
    length,
    startUs,
    endUs,
    flightUs,
    from,
    to,
    kind,
    message,
    recipient,
    dropped,
    record,
    tree,
    leaves,
  };
}

const stack = new Int32Array(64);

/**
 * Writes the frames in flight at `timeUs` into `out`, in order of departure, and returns how many there
 * are (at most as many as `out` holds).
 */
export function framesAt(index: FrameIndex, timeUs: number, out: Int32Array): number {
  const { tree, leaves } = index;
  const end = upperBound(index.startUs, timeUs, index.length);
  if (end === 0) return 0;
  let found = 0;
  let depth = 0;
  stack[depth++] = 1;
  while (depth > 0) {
    const node = stack[--depth];
    if (tree[node] <= timeUs) continue;
    if (node >= leaves) {
      const i = node - leaves;
      if (i >= end) continue;
      if (found === out.length) return found;
      out[found++] = i;
      continue;
    }
    // The leftmost leaf below the right child tells whether that half has departed at all.
    const right = 2 * node + 1;
    const levels = Math.clz32(right) - Math.clz32(leaves);
    if ((right << levels) - leaves < end) stack[depth++] = right;
    stack[depth++] = 2 * node;
  }
  return found;
}
