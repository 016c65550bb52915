/** The picture of a whole run: how much happens when, what is lost when, and round times below. */
import type { Palette } from "../look/theme.ts";
import { columnsOf, type Density } from "../run/density.ts";
import { trueTicks } from "./timeline-axis.ts";

export interface OverviewPlot {
  readonly density: Density;
  readonly endUs: number;
  readonly palette: Palette;
  readonly width: number;
  /** Where the time begins and ends. */
  readonly left: number;
  readonly right: number;
}

export const OVERVIEW_HEIGHT = 46;
/** Losses hang from the top, events stand on a line below; then come the times. */
const LOSSES = { top: 2, height: 9 };
const EVENTS = { top: 13, height: 18 };
const TIMES = 40;
const BAR_PX = 2;

export function drawOverview(c: CanvasRenderingContext2D, plot: OverviewPlot): void {
  const { density, palette, left, right } = plot;
  c.fillStyle = palette.surface;
  c.fillRect(0, 0, plot.width, OVERVIEW_HEIGHT);
  c.font = "11px system-ui, 'Liberation Sans', Arial, sans-serif";
  c.textBaseline = "middle";
  c.textAlign = "right";
  c.fillStyle = palette.muted;
  c.fillText("lost", left - 9, LOSSES.top + LOSSES.height / 2 + 1);
  c.fillText("events", left - 9, EVENTS.top + EVENTS.height / 2);
  const columns = Math.max(1, Math.floor((right - left) / BAR_PX));
  const bars = (counts: Uint32Array, colour: string, { top, height }: typeof EVENTS) => {
    const sums = columnsOf(counts, Math.min(columns, counts.length));
    const width = (right - left) / sums.length;
    const most = Math.max(...sums, 1);
    c.fillStyle = colour;
    for (const [i, sum] of sums.entries()) {
      if (sum === 0) continue;
      // A root: one loss among thousands is still to be seen.
      const high = Math.max(2, Math.sqrt(sum / most) * height);
      c.fillRect(left + i * width, top + height - high, Math.max(width - 0.5, 1), high);
    }
  };
  bars(density.losses, palette.bad, LOSSES);
  bars(density.events, palette.control, EVENTS);
  drawTimes(c, plot);
}

function drawTimes(c: CanvasRenderingContext2D, { endUs, palette, left, right }: OverviewPlot): void {
  const endS = endUs / 1e6;
  c.strokeStyle = palette.line;
  c.beginPath();
  c.moveTo(left, EVENTS.top + EVENTS.height + 0.5);
  c.lineTo(right, EVENTS.top + EVENTS.height + 0.5);
  c.stroke();
  c.fillStyle = palette.muted;
  c.textAlign = "center";
  for (const { unit, digits } of trueTicks(0, endS, (endS / (right - left)) * 72)) {
    const x = left + (unit / endS) * (right - left);
    const text = `${unit.toFixed(digits)} s`;
    if (x + c.measureText(text).width / 2 > right + 12) continue;
    c.fillRect(Math.round(x), EVENTS.top + EVENTS.height, 1, 3);
    c.fillText(text, Math.max(x, left + 8), TIMES);
  }
}
