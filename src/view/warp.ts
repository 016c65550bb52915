/**
 * Play time: how long a moment of the run stays on screen when a person follows the action.
 *
 * A hop to a server takes half a millisecond, the way from a client twenty, the pause before the next
 * message a second. At one constant speed something of this is always invisible. So each run gets a
 * mapping, monotone and computed from its trace alone, that gives every flight about the same time on
 * screen, dwells where a copy dies or arrives, and hurries through silence. Effects (a fall, a flash) are
 * measured in play time, so that what is seen stays a pure function of (run, simulated time).
 */
import { carriesData } from "../model/trace/frames.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";
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

const LOSS_DWELL_S = 0.9;
const DELIVERY_DWELL_S = 0.3;
const MESSAGE_DWELL_S = 0.35;
const ERROR_DWELL_S = 0.5;
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
  let messages = false;
  let refused = false;
  const dwells = new Map<number, number>();
  const dwell = (timeUs: number, s: number) => {
    if (s > (dwells.get(timeUs) ?? 0)) dwells.set(timeUs, s);
  };
  for (let i = 0; i < trace.length; i++) {
    const kind = trace.kind[i];
    if (kind === RecordKind.message) {
      messages = true;
      dwell(trace.timeUs[i], MESSAGE_DWELL_S);
    } else if (kind === RecordKind.lost) dwell(trace.timeUs[i], LOSS_DWELL_S);
    else if (kind === RecordKind.delivered) dwell(trace.timeUs[i], DELIVERY_DWELL_S);
    else if (kind === RecordKind.response && trace[at.response.status][i] >= 400) {
      refused = true;
      dwell(trace.timeUs[i], ERROR_DWELL_S);
    } else if (kind === RecordKind.fault) dwell(trace.timeUs[i], ERROR_DWELL_S);
  }
  if (dwells.size > MAX_DWELLS) dwells.clear();
  const otherWeight = messages && !refused ? 0.3 : 0.75;
  const demand = (i: number) =>
    ((carriesData(frames.kind[i]) ? 1 : otherWeight) * screenTime(frames.flightUs[i])) / frames.flightUs[i];

  const sim: number[] = [0];
  const play: number[] = [0];
  /** Seconds of play per µs in each stretch, then the dwell at its end. */
  const extend = (toUs: number, rate: number) => {
    const lastUs = sim[sim.length - 1];
    const gap = toUs - lastUs;
    if (gap <= 0) return;
    const seconds = rate > 0 ? gap * rate : silence(gap);
    sim.push(toUs);
    play.push(play[play.length - 1] + Math.max(seconds, 1e-9));
  };
  const pause = (atUs: number) => {
    const s = dwells.get(atUs);
    if (s === undefined) return;
    sim.push(atUs + DWELL_US);
    play.push(play[play.length - 1] + s);
  };

  if (frames.length <= EXACT_FRAMES) {
    const moments = new Set<number>([0, endUs]);
    for (let i = 0; i < frames.length; i++) {
      moments.add(frames.startUs[i]);
      if (frames.endUs[i] <= endUs) moments.add(frames.endUs[i]);
    }
    for (const t of dwells.keys()) moments.add(t);
    const ordered = Float64Array.from(moments).sort();
    // The greatest demand among the frames in the air: a heap of frames, those that landed dropped lazily.
    const heap: number[] = [];
    const demands = new Float64Array(frames.length);
    for (let i = 0; i < frames.length; i++) demands[i] = demand(i);
    let next = 0;
    pause(0);
    for (let m = 0; m + 1 < ordered.length; m++) {
      const from = ordered[m];
      const until = ordered[m + 1];
      while (next < frames.length && frames.startUs[next] <= from) heapPush(heap, demands, next++);
      while (heap.length > 0 && frames.endUs[heap[0]] <= from) heapPop(heap, demands);
      extend(until, heap.length > 0 ? demands[heap[0]] : 0);
      pause(until);
    }
  } else {
    const rates = new Float64Array(BINS);
    const width = endUs / BINS;
    for (let i = 0; i < frames.length; i++) {
      const rate = Math.min(
        demand(i),
        (0.5 * BINS) / endUs + demand(i) * Math.min(1, frames.flightUs[i] / width),
      );
      const last = Math.min(BINS - 1, Math.floor(frames.endUs[i] / width));
      for (let bin = Math.floor(frames.startUs[i] / width); bin <= last; bin++)
        if (rate > rates[bin]) rates[bin] = rate;
    }
    for (let bin = 0; bin < BINS; bin++) extend((bin + 1) * width, rates[bin]);
  }
  const total = play[play.length - 1];
  if (total > MAX_PLAY_S) {
    const scale = MAX_PLAY_S / total;
    for (let i = 0; i < play.length; i++) play[i] *= scale;
  }
  return { simUs: Float64Array.from(sim), playS: Float64Array.from(play) };
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
