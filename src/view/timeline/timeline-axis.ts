/** The timeline's axis: what part of the run is in view, in play time (stretched) or simulated time (true). */
import { playLength, toPlay, toSim, type Warp } from "../run/warp.ts";

export interface Axis {
  /** Stretched where packets fly, or true to the clock. */
  readonly stretched: boolean;
  /** The part in view, in the axis's own unit (seconds of play, or of simulated time). */
  readonly from: number;
  readonly to: number;
}

/** Simulated µs → the axis's unit. */
export function axisUnit(warp: Warp, stretched: boolean, timeUs: number): number {
  return stretched ? toPlay(warp, timeUs) : timeUs / 1e6;
}

/** The axis's unit → simulated µs. */
export function axisTime(warp: Warp, stretched: boolean, unit: number): number {
  return stretched ? toSim(warp, unit) : unit * 1e6;
}

/** All of a run. */
export function wholeAxis(warp: Warp, endUs: number, stretched: boolean): Axis {
  return { stretched, from: 0, to: Math.max(stretched ? playLength(warp) : endUs / 1e6, 1e-6) };
}

/** The least that can be in view: two tenths of a second of play, or 50 µs. */
function leastSpan(whole: Axis): number {
  return Math.min(whole.stretched ? 0.2 : 50e-6, whole.to);
}

/** Zooms around a unit; a factor above 1 shows less. Never beyond the run. */
export function zoomAxis(axis: Axis, whole: Axis, factor: number, around: number): Axis {
  const span = Math.min(Math.max((axis.to - axis.from) / factor, leastSpan(whole)), whole.to);
  const share = (around - axis.from) / (axis.to - axis.from);
  return clampAxis({ ...axis, from: around - span * share, to: around - span * share + span }, whole);
}

/** What lies between two units; more, around their middle, if that is too little to be seen. */
export function axisBetween(whole: Axis, from: number, to: number): Axis {
  const span = Math.max(to - from, leastSpan(whole));
  const middle = (from + to) / 2;
  return clampAxis({ ...whole, from: middle - span / 2, to: middle + span / 2 }, whole);
}

/** Moves the view by a share of its span. */
export function panAxis(axis: Axis, whole: Axis, share: number): Axis {
  const by = (axis.to - axis.from) * share;
  return clampAxis({ ...axis, from: axis.from + by, to: axis.to + by }, whole);
}

function clampAxis(axis: Axis, whole: Axis): Axis {
  const span = Math.min(axis.to - axis.from, whole.to);
  const from = Math.min(Math.max(axis.from, 0), whole.to - span);
  return { ...axis, from, to: from + span };
}

/** More ticks than this are never drawn, however narrow the gap that is asked for. */
const MAX_TICKS = 1000;

interface Tick {
  readonly unit: number;
  readonly timeUs: number;
  readonly digits: number;
}

/** Ticks at least `minGap` apart (in units), at round simulated times. */
export function axisTicks(warp: Warp, axis: Axis, minGap: number): Tick[] {
  if (!axis.stretched) return trueTicks(axis.from, axis.to, minGap);
  const gap = gapOf(axis.from, axis.to, minGap);
  const ticks: Tick[] = [];
  if (gap !== null) fillTicks(warp, axis.from, axis.to, gap, ticks);
  return ticks;
}

/** The roundest time between two units, and what fits on both sides of it. The more digits a tick's time has, the more room it must have. */
function fillTicks(warp: Warp, from: number, to: number, gap: number, ticks: Tick[]): void {
  if (from > to) return;
  const { timeUs, digits } = roundest(toSim(warp, from), toSim(warp, to));
  if (to - from < (gap * digits) / 2) return;
  const unit = Math.min(Math.max(from, toPlay(warp, timeUs)), to);
  fillTicks(warp, from, unit - gap, gap, ticks);
  ticks.push({ unit, timeUs, digits });
  fillTicks(warp, unit + gap, to, gap, ticks);
}

/** Ticks where time is true to the clock: at multiples of 1, 2 or 5 times a power of ten seconds. */
export function trueTicks(fromS: number, toS: number, minGap: number): Tick[] {
  const gap = gapOf(fromS, toS, minGap);
  const ticks: Tick[] = [];
  if (gap === null) return ticks;
  const step = roundUp(gap);
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  for (let k = Math.ceil(fromS / step - 1e-9); k * step <= toS + 1e-12; k++)
    ticks.push({ unit: k * step, timeUs: k * step * 1e6, digits });
  return ticks;
}

/** How far apart ticks are at least; null if that can't be said. */
function gapOf(from: number, to: number, minGap: number): number | null {
  const gap = Math.max(minGap, (to - from) / MAX_TICKS);
  return gap > 0 && gap < Number.POSITIVE_INFINITY ? gap : null;
}

function roundUp(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  for (const m of [1, 2, 5]) if (m * power >= x) return m * power;
  return 10 * power;
}

/** The time between two times with the fewest digits. */
function roundest(lowUs: number, highUs: number): { timeUs: number; digits: number } {
  for (let digits = 0; digits < 6; digits++) {
    const step = 10 ** (6 - digits);
    const at = Math.ceil(lowUs / step - 1e-9) * step;
    if (at <= highUs) return { timeUs: at, digits };
  }
  return { timeUs: Math.round(lowUs), digits: 6 };
}
