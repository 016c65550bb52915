/** The timeline's picture, layer upon layer: the axis, the lanes, the frames, what arrived, what died, the faults. */
import { at, RecordKind } from "../../model/trace/records.ts";
import type { Selection } from "../../run/address.ts";
import type { Palette } from "../look/theme.ts";
import type { Loaded } from "../player/player.ts";
import { firstNotOver, upperBound } from "../run/frames.ts";
import type { Mark } from "../run/marks.ts";
import { isMending } from "../run/mending.ts";
import { Shape, shapeOf } from "../stage/packet-place.ts";
import type { Lanes } from "./lanes.ts";
import { type Axis, axisTicks, axisTime, axisUnit } from "./timeline-axis.ts";

/** More frames in view than this are drawn thinned out. */
const MAX_LINES = 3_000;
/** Where the lines of ticks and faults begin, below the times. */
const LINES_TOP = 20;
/** What a lane's name leaves of the gutter: 9 px to its lane, and 2 px to the edge. */
const LABEL_PAD = 11;
/** With more frames in view than this, lines are thin and faint. */
const CROWD = 1_500;

/** What is drawn, and where: lengths in CSS pixels. */
export interface Plot {
  readonly loaded: Loaded;
  readonly marks: readonly Mark[];
  /** Where in the trace faults struck. */
  readonly faults: readonly number[];
  readonly selection: Selection | null;
  readonly axis: Axis;
  readonly lanes: Lanes;
  readonly palette: Palette;
  /** From the gutter with the lanes' names to the right end. */
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly isNarrow: boolean;
}

export function drawPlot(c: CanvasRenderingContext2D, plot: Plot): void {
  c.font = "11px system-ui, 'Liberation Sans', Arial, sans-serif";
  c.textBaseline = "middle";
  c.lineWidth = 1;
  drawTicks(c, plot);
  drawLanes(c, plot);
  c.save();
  c.beginPath();
  c.rect(plot.left - 5, 0, plot.right - plot.left + 11, plot.height);
  c.clip();
  drawFrames(c, plot);
  drawArrivals(c, plot);
  drawDeaths(c, plot);
  c.restore();
  drawFaults(c, plot);
}

/** Where a unit of the axis lies. */
export function xOfUnit({ axis, left, right }: Pick<Plot, "axis" | "left" | "right">, unit: number): number {
  return left + ((unit - axis.from) / (axis.to - axis.from)) * (right - left);
}

function xOfTime(plot: Plot, timeUs: number): number {
  return xOfUnit(plot, axisUnit(plot.loaded.index.warp, plot.axis.stretched, timeUs));
}

/** The simulated times at the ends of the axis. */
function timesInView({ loaded, axis }: Plot): readonly [fromUs: number, toUs: number] {
  const { warp } = loaded.index;
  return [axisTime(warp, axis.stretched, axis.from), axisTime(warp, axis.stretched, axis.to)];
}

function drawTicks(c: CanvasRenderingContext2D, plot: Plot): void {
  const { loaded, axis, palette, left, right, height, isNarrow } = plot;
  c.textAlign = "center";
  const perPixel = (axis.to - axis.from) / (right - left);
  for (const tick of axisTicks(loaded.index.warp, axis, perPixel * (isNarrow ? 62 : 84))) {
    const x = Math.round(xOfUnit(plot, tick.unit)) + 0.5;
    if (x > right - 24) continue;
    c.strokeStyle = palette.line;
    c.globalAlpha = 0.7;
    c.beginPath();
    c.moveTo(x, LINES_TOP);
    c.lineTo(x, height);
    c.stroke();
    c.globalAlpha = 1;
    c.fillStyle = palette.muted;
    c.fillText(`${(tick.timeUs / 1e6).toFixed(tick.digits)} s`, Math.max(x, left + 8), 11);
  }
}

function drawLanes(c: CanvasRenderingContext2D, plot: Plot): void {
  const { lanes, palette, left, right } = plot;
  c.textAlign = "right";
  if (lanes.band) {
    c.fillStyle = palette.paper;
    c.fillRect(left, lanes.band.top, right - left, lanes.band.bottom - lanes.band.top);
  }
  c.strokeStyle = palette.line;
  c.beginPath();
  for (const y of lanes.lines) {
    c.moveTo(left, Math.round(y) + 0.5);
    c.lineTo(right, Math.round(y) + 0.5);
  }
  c.stroke();
  c.fillStyle = palette.muted;
  for (const { text, y } of lanes.labels) {
    const [first = "", ...rest] = text.split(" ");
    const fits = c.measureText(text).width <= left - LABEL_PAD;
    const lines = fits || rest.length === 0 ? [text] : [first, rest.join(" ")];
    for (const [i, line] of lines.entries())
      c.fillText(shortened(c, line, left - LABEL_PAD), left - 9, y + (i - (lines.length - 1) / 2) * 13);
  }
}

/** As much of a text as fits. A number at its end tells it from others, so that it is shortened before. */
function shortened(c: CanvasRenderingContext2D, text: string, width: number): string {
  if (c.measureText(text).width <= width) return text;
  const end = `…${/-\d{1,5}$/.exec(text)?.[0] ?? ""}`;
  let length = text.length - end.length;
  while (length > 1 && c.measureText(text.slice(0, length) + end).width > width) length--;
  return text.slice(0, length) + end;
}

/** Whether a frame is lit: it belongs to what is selected. Null if nothing is selected that frames could belong to. */
function litBy({ loaded, selection }: Plot): ((frame: number) => boolean) | null {
  const { frames, ledger } = loaded.index;
  switch (selection?.kind) {
    case "node":
      return (i) => frames.from[i] === selection.id || frames.to[i] === selection.id;
    case "message":
      return (i) => frames.message[i] === selection.id;
    case "copy": {
      const message = ledger.message[selection.id] ?? -1;
      return message < 0 ? null : (i) => frames.message[i] === message;
    }
    default:
      return null;
  }
}

/** A line a frame; of too many in view only some, and all that are lit, which lie on top. */
function drawFrames(c: CanvasRenderingContext2D, plot: Plot): void {
  const { loaded, palette } = plot;
  const { frames } = loaded.index;
  const lit = litBy(plot);
  const { shown, inView } = framesShown(plot, lit);
  const isCrowded = inView > CROWD;
  const colours = [palette.message, palette.http, palette.heartbeat, palette.control];
  const dashes = [[], [5, 2], [1.5, 2.5], [1.5, 2.5]];
  for (const isLit of [false, true])
    for (let shape = 3; shape >= 0; shape--) {
      const isMessage = shape === Shape.message;
      c.beginPath();
      for (const i of shown)
        if (shapeOf(frames.kind[i]) === shape && (lit?.(i) ?? false) === isLit) traceFrame(c, plot, i);
      c.strokeStyle = colours[shape];
      c.setLineDash(dashes[shape]);
      const alpha = lit !== null ? 0.22 : isMessage ? 0.85 : 0.6;
      c.globalAlpha = isLit ? 1 : alpha * (isCrowded ? 0.45 : 1);
      c.lineWidth = isLit ? 2.25 : isCrowded ? 0.75 : isMessage ? 1.5 : 1;
      c.stroke();
    }
  c.setLineDash([]);
  c.globalAlpha = 1;
}

/** Which frames are drawn, and how many are in view. */
function framesShown(
  plot: Plot,
  lit: ((frame: number) => boolean) | null,
): { readonly shown: readonly number[]; readonly inView: number } {
  const { frames } = plot.loaded.index;
  const [fromUs, toUs] = timesInView(plot);
  const first = firstNotOver(frames, fromUs);
  const end = upperBound(frames.startUs, toUs, frames.length);
  let inView = 0;
  for (let i = first; i < end; i++) if (frames.endUs[i] >= fromUs) inView++;
  const every = Math.max(1, Math.ceil(inView / MAX_LINES));
  const shown: number[] = [];
  for (let i = first, nth = 0; i < end; i++)
    if (frames.endUs[i] >= fromUs && (nth++ % every === 0 || lit?.(i))) shown.push(i);
  return { shown, inView };
}

/** From lane to lane; a dropped frame ends half-way, with a cross. */
function traceFrame(c: CanvasRenderingContext2D, plot: Plot, i: number): void {
  const { frames } = plot.loaded.index;
  const { y } = plot.lanes;
  const x1 = xOfTime(plot, frames.endUs[i]);
  const y0 = y[frames.from[i]];
  const y1 = frames.dropped[i] ? (y0 + y[frames.to[i]]) / 2 : y[frames.to[i]];
  c.moveTo(xOfTime(plot, frames.startUs[i]), y0);
  c.lineTo(x1, y1);
  if (frames.dropped[i]) traceCross(c, x1, y1, 3);
}

function traceCross(c: CanvasRenderingContext2D, x: number, y: number, half: number): void {
  c.moveTo(x - half, y - half);
  c.lineTo(x + half, y + half);
  c.moveTo(x + half, y - half);
  c.lineTo(x - half, y + half);
}

/** A small disc where a copy was delivered; a square where many clients share a band. */
function drawArrivals(c: CanvasRenderingContext2D, plot: Plot): void {
  const { loaded, lanes, palette } = plot;
  const { ledger } = loaded.index;
  const [fromUs, toUs] = timesInView(plot);
  const first = upperBound(ledger.deliveredUs, fromUs - 1);
  const end = upperBound(ledger.deliveredUs, toUs);
  const every = Math.max(1, Math.ceil((end - first) / MAX_LINES));
  const r = lanes.band ? 1.25 : 3;
  c.fillStyle = palette.good;
  c.beginPath();
  for (let i = first; i < end; i += every) {
    const x = xOfTime(plot, ledger.deliveredUs[i]);
    const y = lanes.y[ledger.deliveredNode[i]];
    if (lanes.band) c.rect(x - r, y - r, 2 * r, 2 * r);
    else {
      c.moveTo(x + r, y);
      c.arc(x, y, r, 0, 2 * Math.PI);
    }
  }
  c.fill();
}

/** A crossed-out disc where a copy was lost, a square where a request was refused; those too close to the last are left out. */
function drawDeaths(c: CanvasRenderingContext2D, plot: Plot): void {
  const { marks, lanes, palette } = plot;
  const [fromUs, toUs] = timesInView(plot);
  c.strokeStyle = palette.bad;
  c.lineWidth = 2;
  for (const { place, timesUs, kind } of marks) {
    if (place < 0) continue;
    let lastX = -100;
    const y = lanes.y[place];
    const r = lanes.band && y <= lanes.band.bottom ? 3.5 : 6;
    for (let i = upperBound(timesUs, fromUs - 1); i < timesUs.length && timesUs[i] <= toUs; i++) {
      const x = xOfTime(plot, timesUs[i]);
      if (x - lastX < 3) continue;
      lastX = x;
      c.fillStyle = palette.surface;
      c.beginPath();
      if (kind === "copy") c.arc(x, y, r, 0, 2 * Math.PI);
      else c.rect(x - r, y - r * 0.9, 2 * r, 1.8 * r);
      c.fill();
      traceCross(c, x, y, r * 0.55);
      c.stroke();
    }
  }
}

/** Where in the trace faults struck: looked for once in a run, not for each picture. */
export function faultsIn({ run: { trace, scenario } }: Loaded): number[] {
  const rows: number[] = [];
  if (scenario.faults.length === 0) return rows;
  for (let row = 0; row < trace.length; row++) if (trace.kind[row] === RecordKind.fault) rows.push(row);
  return rows;
}

/** A dashed line down all lanes where a fault struck, with its name where there is room. */
function drawFaults(c: CanvasRenderingContext2D, plot: Plot): void {
  const { loaded, faults, palette, left, right, height } = plot;
  const { trace, scenario } = loaded.run;
  let free = left;
  for (const i of faults) {
    const x = xOfTime(plot, trace.timeUs[i]);
    if (x < left || x > right) continue;
    const fault = scenario.faults[trace[at.fault.fault][i]!]!;
    c.strokeStyle = isMending(fault) ? palette.muted : palette.bad;
    c.setLineDash([4, 3]);
    c.lineWidth = 1.25;
    c.beginPath();
    c.moveTo(x, LINES_TOP);
    c.lineTo(x, height);
    c.stroke();
    c.setLineDash([]);
    free = labelFault(c, plot, x, `${fault.act} ${fault.target}`, free);
  }
}

/** Writes a fault's name beside its line, unless it would cover the one before; returns where the next may begin. */
function labelFault(
  c: CanvasRenderingContext2D,
  { palette, right }: Plot,
  x: number,
  text: string,
  free: number,
): number {
  const width = c.measureText(text).width;
  const begin = x + width + 8 > right ? x - width - 5 : x + 5;
  if (begin < free) return free;
  c.textAlign = "left";
  c.fillStyle = palette.surface;
  c.fillRect(begin - 2, LINES_TOP, width + 4, 14);
  // As its line.
  c.fillStyle = c.strokeStyle;
  c.fillText(text, begin, LINES_TOP + 7);
  return begin + width + 8;
}
