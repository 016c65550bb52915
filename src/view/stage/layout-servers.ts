/** Where servers stand: side by side or below each other; in a grid if they are too many for that. */
import type { NodeInfo } from "../../run/result.ts";
import { type Draft, put, Signs } from "./layout-draft.ts";

/** Room below a server for a pile of dead copies and two lines of text. */
const BELOW = 64;
/** Half of a box that has room for a name and a word below it. */
const TWO_LINES = 20;
/** Servers closer than this stand in a grid. */
const LOW = 22;
/** A cell of the grid is this high at least, and at most; this wide at least. */
const CELL = 14;
const HIGH_CELL = 30;
const NARROW_CELL = 24;
/** Below the grid is told what died in it. */
const FOOT = 34;

/** Tall: side by side, below what ends at `above`; in a grid if there are many. */
export function placeServerRow(layout: Draft, servers: readonly NodeInfo[], above: number): void {
  const { width, height } = layout;
  if ((width - 16) / servers.length < 52) {
    const top = Math.max(height * 0.52, above + 8, layout.clientsBottom + 16);
    placeGrid(layout, servers, { left: 8, right: width - 8, top, bottom: height * 0.8 });
    // Beside the backplane, which stands below the middle.
    layout.grid = { ...layout.grid!, x: Math.min(50, width / 4) };
    return;
  }
  const half = Math.min(48, Math.max(5, (width - 16) / Math.max(servers.length, 1) / 2 - 4));
  const y = Math.max(height * 0.62, above + 4 + 21);
  servers.forEach((node, i) => {
    put(layout, node, (width * (i + 0.5)) / servers.length, y, half, 21);
  });
}

/** Wide: below each other, `at` a share of the width; in a grid from `left` on if there are many. */
export function placeServerColumn(
  layout: Draft,
  servers: readonly NodeInfo[],
  at: number,
  left: number,
): void {
  const { width, height } = layout;
  const gap = Math.min(height * 0.46, (height - 16) / Math.max(servers.length, 1));
  if (gap < LOW) {
    const right = Math.max(left + NARROW_CELL, width * 0.91 - 60);
    return placeGrid(layout, servers, { left, right, top: 8, bottom: height - FOOT });
  }
  const isBeside = gap < BELOW + 18;
  const half = isBeside
    ? Math.min(27, Math.max(3, gap / 2 - 3))
    : Math.min(27, Math.max(TWO_LINES, (gap - BELOW) / 2));
  const below = isBeside ? 2 : Math.min(BELOW, gap - 2 * half);
  const span = (servers.length - 1) * gap;
  // In the middle, unless the signs of loss below the last server would not fit.
  const first = Math.min(height / 2 - span / 2, height - below - half - span);
  servers.forEach((node, i) => {
    const y = Math.max(first, half + 2) + i * gap;
    put(layout, node, width * at, y, Math.min(58, width * 0.08), half);
    if (isBeside) layout.signs[node.node] = Signs.rightAsNumber;
  });
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Row by row, as they are counted. */
function placeGrid(layout: Draft, servers: readonly NodeInfo[], { left, right, top, bottom }: Area): void {
  const n = servers.length;
  const [width, height] = [Math.max(right - left, 1), Math.max(bottom - top, 1)];
  const rowsFitting = Math.max(1, Math.floor(height / CELL));
  const widest = Math.max(1, Math.floor(width / NARROW_CELL));
  const columns = Math.min(widest, Math.max(1, Math.ceil(n / rowsFitting)));
  const rows = Math.ceil(n / columns);
  const pitch = Math.min(HIGH_CELL, height / rows);
  const cell = Math.min(110, width / columns);
  const x0 = left + (width - cell * columns) / 2;
  const y0 = top + (height - pitch * rows) / 2;
  servers.forEach((node, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [halfWidth, halfHeight] = [Math.max(2, cell / 2 - 2), Math.max(2, pitch / 2 - 1.5)];
    put(layout, node, x0 + cell * (column + 0.5), y0 + pitch * (row + 0.5), halfWidth, halfHeight);
  });
  layout.grid = {
    first: servers[0]!.node,
    last: servers.at(-1)!.node,
    x: left + width / 2,
    y: y0 + pitch * rows + 8,
  };
}
