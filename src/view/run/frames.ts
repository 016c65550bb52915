/**
 * The frames of a run, laid out so that those in flight at any instant are found without scanning the
 * trace: sorted by departure, under a tree of latest arrivals. A query costs O(log n) for each frame found
 * and allocates nothing.
 */
import { subjectKind } from "../../model/trace/frames.ts";
import { at, RecordKind } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";

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
  const rows = rowsOf(run, RecordKind.frame);
  const flights = flightColumns(run, rows);
  return {
    length: rows.length,
    ...flights,
    ...cargoColumns(run, rows),
    record: rows,
    ...treeOf(flights.endUs),
  };
}

/** The records of a kind. */
function rowsOf({ trace }: RunResult, kind: number): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < trace.length; row++) if (trace.kind[row] === kind) rows.push(row);
  return Int32Array.from(rows);
}

/** From where to where, and when. A dropped frame would have flown as long as the last one on its link. */
function flightColumns({ trace, nodes }: RunResult, rows: Int32Array) {
  const from = Int32Array.from(rows, (row) => trace[at.frame.from][row]);
  const to = Int32Array.from(rows, (row) => trace[at.frame.to][row]);
  const startUs = Float64Array.from(rows, (row) => trace.timeUs[row]);
  const endUs = new Float64Array(rows.length);
  const flightUs = new Float64Array(rows.length);
  const dropped = new Uint8Array(rows.length);
  const usualOnLink = new Map<number, number>();
  let usualUs = 1000;
  for (let i = 0; i < rows.length; i++) {
    const link = from[i] * nodes.length + to[i];
    let flight = trace[at.frame.flightUs][rows[i]];
    if (flight < 0) {
      dropped[i] = 1;
      flight = usualOnLink.get(link) ?? usualUs;
    } else {
      usualOnLink.set(link, flight);
      usualUs = flight;
    }
    flightUs[i] = Math.max(flight, 1);
    endUs[i] = startUs[i] + (dropped[i] ? flightUs[i] / 2 : flightUs[i]);
  }
  return { startUs, endUs, flightUs, from, to, dropped };
}

/** What frames are, and which message or copy they carry. */
function cargoColumns(run: RunResult, rows: Int32Array) {
  const { trace } = run;
  const copyRows = rowsOf(run, RecordKind.copy);
  const lastCopy = copyRows.reduce((last, row) => Math.max(last, trace[at.copy.copy][row]), -1);
  const rowOfCopy = new Int32Array(lastCopy + 1);
  for (const row of copyRows) rowOfCopy[trace[at.copy.copy][row]] = row;
  const kind = Uint8Array.from(rows, (row) => trace[at.frame.kind][row]);
  const message = new Int32Array(rows.length).fill(-1);
  const recipient = new Int32Array(rows.length).fill(-1);
  for (let i = 0; i < rows.length; i++) {
    const subject = trace[at.frame.subject][rows[i]];
    const isOf = subjectKind(kind[i]);
    if (isOf === "message") message[i] = subject;
    if (isOf !== "copy" || subject < 0 || subject > lastCopy) continue;
    message[i] = trace[at.copy.message][rowOfCopy[subject]];
    recipient[i] = trace[at.copy.recipient][rowOfCopy[subject]];
  }
  return { kind, message, recipient };
}

function treeOf(endUs: Float64Array): Pick<FrameIndex, "tree" | "leaves"> {
  let leaves = 1;
  while (leaves < endUs.length) leaves *= 2;
  const tree = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY);
  tree.set(endUs, leaves);
  for (let i = leaves - 1; i > 0; i--) tree[i] = Math.max(tree[2 * i], tree[2 * i + 1]);
  return { tree, leaves };
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

/** The first frame, in order of departure, that has not arrived before a time; their number if all have. */
export function firstNotOver({ tree, leaves, length }: FrameIndex, timeUs: number): number {
  if (length === 0 || tree[1]! < timeUs) return length;
  let node = 1;
  while (node < leaves) node = tree[2 * node]! >= timeUs ? 2 * node : 2 * node + 1;
  return node - leaves;
}
