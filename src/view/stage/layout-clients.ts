/** Where clients stand: people with names in rows or columns, a crowd in boxes, one for each cohort. */
import type { NodeInfo } from "../../run/result.ts";
import type { Crowd } from "../run/crowd.ts";
import { type Draft, put } from "./layout-draft.ts";

/** A column's row with two lines of text, and with one. */
const ROW = 34;
const LINE = 21;
/** What a column of people takes where there are several. */
const COLUMN = 118;
const NARROW_COLUMN = 76;
const MOST_COLUMNS = 3;
/** Between the boxes of a crowd, and how high one is at most, and at least if there is room for it. */
const GAP = 11;
const TALL_GAP = 7;
const BOX = 84;
const TALL_BOX = 40;
const LOW_BOX = 26;
const LINE_BOX = 17;
const PERSON = 38;

/** Wide: one column, in a slight arc; more columns if there are many. */
export function placePeopleColumns(layout: Draft, clients: readonly NodeInfo[]): void {
  const { height } = layout;
  const n = clients.length;
  layout.clientLabels = true;
  if (n * ROW <= height - 24) return placeArc(layout, clients);
  const isRoomy = Math.ceil(n / Math.floor((height - 24) / ROW)) <= 2;
  layout.clientDetail = isRoomy;
  const rows = Math.max(1, Math.floor((height - 24) / (isRoomy ? ROW : LINE)));
  const columns = Math.min(MOST_COLUMNS, Math.ceil(n / rows));
  const width = columns <= 2 ? COLUMN : NARROW_COLUMN;
  const inColumn = Math.ceil(n / columns);
  const pitch = Math.min(isRoomy ? ROW : LINE, (height - 16) / inColumn);
  const radius = isRoomy ? 11 : Math.max(2, Math.min(7, pitch / 2 - 1.5));
  const top = height / 2 - ((inColumn - 1) * pitch) / 2;
  layout.clientRoom = width - 2 * radius - 26;
  clients.forEach((node, i) => {
    const column = Math.floor(i / inColumn);
    put(layout, node, width * (column + 1) - radius - 8, top + (i % inColumn) * pitch, radius);
  });
  layout.clientsEnd = width * Math.ceil(n / inColumn) + 8;
}

function placeArc(layout: Draft, clients: readonly NodeInfo[]): void {
  const { width, height } = layout;
  const n = clients.length;
  const middle = height / 2;
  const gap = Math.min(n <= 3 ? height * 0.42 : 84, (height - 24) / n);
  const top = middle - ((n - 1) * gap) / 2;
  const x = Math.max(130, width * 0.15);
  // Between the frame and the circle.
  layout.clientRoom = x - 34;
  clients.forEach((node, i) => {
    // A slight arc around the balancer, so that lines fan out instead of merging.
    const bend = n < 3 ? 0 : ((top + i * gap - middle) / (height / 2)) ** 2 * width * 0.03;
    put(layout, node, x + bend, top + i * gap, n <= 6 ? 16 : 13);
  });
}

/** Tall: rows above; three low ones if there are many. */
export function placePeopleRows(layout: Draft, clients: readonly NodeInfo[]): void {
  const { width } = layout;
  // Room for a name, and beside it for a tally of two digits.
  const perRow = Math.max(1, Math.floor((width - 24) / 62));
  const isRoomy = clients.length <= 2 * perRow;
  const rows = isRoomy ? Math.ceil(clients.length / perRow) : 3;
  const inRow = Math.ceil(clients.length / rows);
  layout.clientLabels = true;
  layout.clientDetail = isRoomy;
  layout.clientRoom = width / inRow;
  const [top, pitch, radius] = isRoomy ? [rows > 1 ? 34 : 44, 56, 11] : [26, 34, 6];
  clients.forEach((node, i) => {
    const row = Math.floor(i / inRow);
    const of = Math.min(inRow, clients.length - row * inRow);
    put(layout, node, (width * ((i % inRow) + 0.5)) / of, top + row * pitch, radius);
  });
  // With what is written below them.
  layout.clientsBottom = top + (rows - 1) * pitch + (isRoomy ? 31 : radius + 4);
}

/** A box for each cohort: where it is, all its members are. */
export function placeCohorts(layout: Draft, { cohorts }: Crowd): void {
  const { width, height, tall } = layout;
  const n = cohorts.length;
  const top = 36;
  const [left, right, bottom] = tall ? [10, width - 14, height * 0.36] : [16, width * 0.25, height - 12];
  const lowest = tall ? LINE_BOX : LOW_BOX;
  const fitting = Math.max(1, Math.floor((bottom - top + TALL_GAP) / (lowest + TALL_GAP)));
  const columns = tall ? Math.max(Math.min(n, 3), Math.ceil(n / fitting)) : Math.ceil(n / fitting);
  const rows = Math.ceil(n / columns);
  const gap = tall ? TALL_GAP : GAP;
  const wide = Math.max(2, (right - left - GAP * (columns - 1)) / columns);
  const high = Math.max(12, Math.min(tall ? TALL_BOX : BOX, (bottom - top - gap * (rows - 1)) / rows));
  // Who stands alone needs no more than a line.
  const highOf = (i: number) => (cohorts[i]!.kind === "person" ? Math.min(high, PERSON) : high);
  for (let column = 0; column < columns; column++) {
    const own = cohorts.map((_, i) => i).slice(column * rows, (column + 1) * rows);
    const all = own.reduce((sum, i) => sum + highOf(i) + gap, -gap);
    let y = tall ? top : Math.max(top, height / 2 - all / 2);
    for (const i of own) {
      const h = highOf(i);
      for (const node of cohorts[i]!.members) {
        layout.x[node] = left + (wide + GAP) * column + wide / 2;
        layout.y[node] = y + h / 2;
        layout.halfWidth[node] = wide / 2;
        layout.halfHeight[node] = h / 2;
      }
      y += h + gap;
    }
  }
  layout.clientsEnd = right;
  layout.clientsBottom =
    Math.max(0, ...cohorts.map(({ members: [node] }) => layout.y[node!]! + layout.halfHeight[node!]!)) + 16;
}
