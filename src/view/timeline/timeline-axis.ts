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

/** Zooms around a unit; a factor above 1 shows less. Never beyond the run, never below a thousandth of a second's thousandth. */
export function zoomAxis(axis: Axis, whole: Axis, factor: number, around: number): Axis {
  const least = axis.stretched ? 0.2 : 50e-6;
  const span = Math.min(Math.max((axis.to - axis.from) / factor, Math.min(least, whole.to)), whole.to);
  const share = (around - axis.from) / (axis.to - axis.from);
  return clampAxis({ ...axis, from: around - span * share, to: around - span * share + span }, whole);
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

/** Ticks at least `minGap` apart (in units), at round simulated times where time is true to the clock. */
export function axisTicks(
  warp: Warp,
  axis: Axis,
  minGap: number,
): { unit: number; timeUs: number; digits: number }[] {
  const ticks: { unit: number; timeUs: number; digits: number }[] = [];
  const gap = Math.max(minGap, (axis.to - axis.from) / MAX_TICKS);
  if (!(gap > 0 && gap < Number.POSITIVE_INFINITY)) return ticks;
  if (!axis.stretched) {
    const step = roundUp(gap);
    const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
    for (let k = Math.ceil(axis.from / step - 1e-9); k * step <= axis.to + 1e-12; k++)
      ticks.push({ unit: k * step, timeUs: k * step * 1e6, digits });
    return ticks;
  }
  // Stretched: the roundest time within each gap, so that labels stay short.
  for (let unit = axis.from; unit <= axis.to; ) {
    const low = toSim(warp, unit);
    const high = toSim(warp, Math.min(unit + gap * 0.6, axis.to));
    const { timeUs, digits } = roundest(low, high);
    const at = Math.max(unit, toPlay(warp, timeUs));
    ticks.push({ unit: at, timeUs, digits });
    unit = at + gap;
  }
  return ticks;
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
