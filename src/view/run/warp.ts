/**
 * Play time: how long a moment of the run stays on screen when a person follows the action.
 *
 * A hop to a server takes half a millisecond, the way from a client twenty, the pause before the next
 * message a second. At one constant speed something of this is always invisible. So each run gets a
 * mapping, monotone and computed from its trace alone, that gives every flight about the same time on
 * screen, dwells where a copy dies or arrives, and hurries through silence. Effects (a fall, a flash) are
 * measured in play time, so that what is seen stays a pure function of (run, simulated time).
 */
import { carriesData } from "../../model/trace/frames.ts";
import { at, RecordKind } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import { type FrameIndex, upperBound } from "./frames.ts";

/** Knots of a piecewise linear, strictly increasing function from simulated µs to seconds of play. */
export interface Warp {
  readonly simUs: Float64Array;
  readonly playS: Float64Array;
}

/** A run plays for at most about this long when followed at speed 1. */
const MAX_PLAY_S = 150;
/** Above this many frames, time is mapped in bins instead of exactly. */
const EXACT_FRAMES = 20_000;
const BINS = 4096;
/** A dwell lasts for this much simulated time: less than the 1 µs that separates two instants. */
const DWELL_US = 0.5;

const ERROR_DWELL_S = 0.5;
/** By kind of record, in seconds of play. */
const DWELLS_S: Readonly<Record<number, number>> = {
  [RecordKind.lost]: 0.9,
  [RecordKind.delivered]: 0.3,
  [RecordKind.message]: 0.35,
  [RecordKind.fault]: ERROR_DWELL_S,
};
const MAX_DWELLS = 400;

/** Seconds on screen that a flight of this length deserves. */
function screenTime(flightUs: number): number {
  return 0.6 + 0.12 * Math.log10(Math.max(flightUs, 300) / 300);
}

/** Seconds on screen for a silence. */
function silence(gapUs: number): number {
  const s = gapUs / 1e6;
  return Math.min(s * 2, 0.25 + 0.15 * Math.log10(1 + s * 10));
}

/** Builds the mapping of a run. */
export function buildWarp(run: RunResult, frames: FrameIndex): Warp {
  const { trace } = run;
  const endUs = Math.max(run.endUs, trace.length > 0 ? trace.timeUs[trace.length - 1] : 0, 1);
  const { dwells, isOfMessages } = dwellsOf(run);
  const otherWeight = isOfMessages ? 0.3 : 0.75;
  const demands = new Float64Array(frames.length);
  for (let i = 0; i < frames.length; i++) {
    const weight = carriesData(frames.kind[i]) ? 1 : otherWeight;
    demands[i] = (weight * screenTime(frames.flightUs[i])) / frames.flightUs[i];
  }
  const knots = new Knots();
  if (frames.length <= EXACT_FRAMES) mapExactly(knots, frames, demands, dwells, endUs);
  else mapInBins(knots, frames, demands, endUs);
  return knots.warp();
}

/** What deserves a pause, in seconds by its time; and whether the run is about messages, or about requests that are refused. */
function dwellsOf({ trace }: RunResult): {
  readonly dwells: ReadonlyMap<number, number>;
  readonly isOfMessages: boolean;
} {
  let hasMessages = false;
  let hasRefusals = false;
  const dwells = new Map<number, number>();
  for (let i = 0; i < trace.length; i++) {
    const kind = trace.kind[i];
    const isRefusal = kind === RecordKind.response && trace[at.response.status][i] >= 400;
    hasMessages ||= kind === RecordKind.message;
    hasRefusals ||= isRefusal;
    const s = isRefusal ? ERROR_DWELL_S : (DWELLS_S[kind] ?? 0);
    if (s > (dwells.get(trace.timeUs[i]) ?? 0)) dwells.set(trace.timeUs[i], s);
  }
  if (dwells.size > MAX_DWELLS) dwells.clear();
  return { dwells, isOfMessages: hasMessages && !hasRefusals };
}

/** The mapping while it grows. */
class Knots {
  #simUs = [0];
  #playS = [0];

  /** On to a time, with so many seconds of play per µs; at the speed of silence if it is 0. */
  extend(toUs: number, rate: number): void {
    const gap = toUs - this.#simUs.at(-1)!;
    if (gap <= 0) return;
    this.#push(toUs, Math.max(rate > 0 ? gap * rate : silence(gap), 1e-9));
  }

  pause(atUs: number, seconds: number | undefined): void {
    if (seconds !== undefined) this.#push(atUs + DWELL_US, seconds);
  }

  #push(simUs: number, seconds: number): void {
    this.#playS.push(this.#playS.at(-1)! + seconds);
    this.#simUs.push(simUs);
  }

  warp(): Warp {
    const total = this.#playS.at(-1)!;
    const scale = total > MAX_PLAY_S ? MAX_PLAY_S / total : 1;
    return {
      simUs: Float64Array.from(this.#simUs),
      playS: Float64Array.from(this.#playS, (s) => s * scale),
    };
  }
}

/** Each stretch at the pace of the frame in the air that demands most, with pauses between. */
function mapExactly(
  knots: Knots,
  frames: FrameIndex,
  demands: Float64Array,
  dwells: ReadonlyMap<number, number>,
  endUs: number,
): void {
  const moments = new Set<number>([0, endUs, ...dwells.keys()]);
  for (let i = 0; i < frames.length; i++) {
    moments.add(frames.startUs[i]);
    if (frames.endUs[i] <= endUs) moments.add(frames.endUs[i]);
  }
  const ordered = Float64Array.from(moments).sort();
  // The greatest demand among the frames in the air: a heap of frames, those that landed dropped lazily.
  const heap: number[] = [];
  let next = 0;
  knots.pause(0, dwells.get(0));
  for (let m = 0; m + 1 < ordered.length; m++) {
    const [fromUs, untilUs] = [ordered[m], ordered[m + 1]];
    while (next < frames.length && frames.startUs[next] <= fromUs) heapPush(heap, demands, next++);
    while (heap.length > 0 && frames.endUs[heap[0]] <= fromUs) heapPop(heap, demands);
    knots.extend(untilUs, heap.length > 0 ? demands[heap[0]] : 0);
    knots.pause(untilUs, dwells.get(untilUs));
  }
}

/** Each bin at the pace of the frame that demands most of it. */
function mapInBins(knots: Knots, frames: FrameIndex, demands: Float64Array, endUs: number): void {
  const rates = new Float64Array(BINS);
  const width = endUs / BINS;
  for (let i = 0; i < frames.length; i++) {
    const share = Math.min(1, frames.flightUs[i] / width);
    const rate = Math.min(demands[i], (0.5 * BINS) / endUs + demands[i] * share);
    const last = Math.min(BINS - 1, Math.floor(frames.endUs[i] / width));
    for (let bin = Math.floor(frames.startUs[i] / width); bin <= last; bin++)
      if (rate > rates[bin]) rates[bin] = rate;
  }
  for (let bin = 0; bin < BINS; bin++) knots.extend((bin + 1) * width, rates[bin]);
}

function heapPush(heap: number[], key: Float64Array, item: number): void {
  let i = heap.push(item) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (key[heap[parent]] >= key[item]) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = item;
}

function heapPop(heap: number[], key: Float64Array): void {
  const item = heap.pop() as number;
  if (heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && key[heap[child + 1]] > key[heap[child]]) child++;
    if (key[heap[child]] <= key[item]) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = item;
}

function interpolate(xs: Float64Array, ys: Float64Array, x: number): number {
  const last = xs.length - 1;
  if (x <= xs[0]) return ys[0];
  if (x >= xs[last]) return ys[last];
  const i = upperBound(xs, x) - 1;
  return ys[i] + ((x - xs[i]) / (xs[i + 1] - xs[i])) * (ys[i + 1] - ys[i]);
}

/** Seconds of play at a simulated time. */
export function toPlay(warp: Warp, timeUs: number): number {
  return interpolate(warp.simUs, warp.playS, timeUs);
}

/** Simulated µs at a time of play. */
export function toSim(warp: Warp, playS: number): number {
  return interpolate(warp.playS, warp.simUs, playS);
}

/** How long the whole run plays. */
export function playLength(warp: Warp): number {
  return warp.playS[warp.playS.length - 1];
}
