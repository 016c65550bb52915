/** Where each node stands on the stage: a pure function of the nodes and the size of the stage. */
import type { NodeInfo } from "../../run/result.ts";

export interface StageLayout {
  readonly width: number;
  readonly height: number;
  /** Wide: clients left, backplane right. Tall (phones): clients above, backplane below. */
  readonly tall: boolean;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Half the width and half the height of a node's box; for clients both are the radius. */
  readonly halfWidth: Float64Array;
  readonly halfHeight: Float64Array;
  /** Whether each client carries its name, and whether there is room for a second line. */
  readonly clientLabels: boolean;
  /** The width that there is for a client's name, in px. */
  readonly clientRoom: number;
  /** Clients are too many to be drawn one by one: they share a field. */
  readonly clientField: boolean;
  /** Where the clients are, for a heading over many of them. */
  readonly clientBox: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  /** Servers stand too close for signs of loss below them: those go beside. */
  readonly lossBeside: boolean;
  /** Where a backplane stands, or would stand. */
  readonly backplaneAt: { readonly x: number; readonly y: number };
}

/** Above this many, clients are a field of positions without an element each. */
const MAX_CLIENT_ELEMENTS = 800;

/** A stage is laid out for at least this width and height; a smaller one shows it smaller. */
const LEAST = 100;
const ROW = 34;
/** What balancers in a row leave between them for packets, and half the width below which a name has no room. */
const BETWEEN = 36;
const NARROW = 36;
/** Room below a server for a pile of dead copies and two lines of text. */
const BELOW = 64;

/** A layout while nodes are placed. */
type Draft = { -readonly [K in keyof StageLayout]: StageLayout[K] };

/** Computes the layout. */
export function layoutStage(
  nodes: readonly NodeInfo[],
  stageWidth: number,
  stageHeight: number,
): StageLayout {
  const n = nodes.length;
  const width = Math.max(stageWidth, LEAST);
  const clients = nodes.filter((node) => node.kind === "client");
  const balancers = nodes.filter((node) => node.kind === "balancer");
  const servers = nodes.filter((node) => node.kind === "server");
  const layout: Draft = {
    width,
    height: Math.max(stageHeight, LEAST),
    tall: width < 620,
    x: new Float64Array(n),
    y: new Float64Array(n),
    halfWidth: new Float64Array(n),
    halfHeight: new Float64Array(n),
    clientLabels: false,
    clientRoom: 120,
    clientField: clients.length > MAX_CLIENT_ELEMENTS,
    lossBeside: false,
    clientBox: { left: 0, top: 0, right: 0, bottom: 0 },
    backplaneAt: { x: 0, y: 0 },
  };
  const isRow = balancers.length > 1;
  if (layout.tall) {
    placeClientRows(layout, clients, balancers.length > 3 ? 0.23 : 0.27);
    placeTallBalancers(layout, balancers);
    placeServerRow(layout, servers);
    placeBackplane(
      layout,
      nodes,
      layout.width / 2,
      Math.min(layout.height * 0.93, layout.height - 28),
      52,
      17,
    );
  } else {
    placeClientColumn(layout, clients, isRow ? 0.25 : 0.33);
    placeWideBalancers(layout, balancers);
    placeServerColumn(layout, servers, isRow ? 0.74 : 0.69);
    placeBackplane(layout, nodes, layout.width * 0.91, layout.height / 2, 46, 30);
  }
  return layout;
}

function put(
  layout: StageLayout,
  { node }: NodeInfo,
  x: number,
  y: number,
  halfWidth: number,
  halfHeight = halfWidth,
): void {
  layout.x[node] = x;
  layout.y[node] = y;
  layout.halfWidth[node] = halfWidth;
  layout.halfHeight[node] = halfHeight;
}

function placeBackplane(
  layout: Draft,
  nodes: readonly NodeInfo[],
  x: number,
  y: number,
  halfWidth: number,
  halfHeight: number,
): void {
  const backplane = nodes.find(({ kind }) => kind === "backplane");
  if (backplane) put(layout, backplane, x, y, halfWidth, halfHeight);
  layout.backplaneAt = { x, y };
  placePublishers(layout, nodes, halfWidth, halfHeight);
}

/** Beside the backplane, where that is below; below it, where that is at the side. */
function placePublishers(layout: Draft, nodes: readonly NodeInfo[], beside: number, below: number): void {
  const publishers = nodes.filter(({ kind }) => kind === "publisher");
  const { x, y } = layout.backplaneAt;
  const room = layout.tall ? layout.width - x - beside : layout.height - y - below;
  const pitch = Math.max(14, Math.min(layout.tall ? 96 : 58, (room - 10) / publishers.length));
  publishers.forEach((node, i) => {
    const half = layout.tall ? Math.max(5, Math.min(44, pitch / 2 - 4)) : 44;
    const away = (layout.tall ? beside : below) + 6 + pitch * (i + 0.5);
    const halfHeight = layout.tall ? 15 : Math.max(5, Math.min(15, pitch / 2 - 3));
    if (layout.tall) put(layout, node, x + away, y, half, halfHeight);
    else put(layout, node, x, y + away, half, halfHeight);
  });
}

/** Where a row of balancers stands: the middles of the outer ones from `left` to `right`. */
interface Row {
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly halfHeight: number;
}

function placeRow(layout: Draft, balancers: readonly NodeInfo[], { left, right, y, halfHeight }: Row): void {
  const pitch = (right - left) / (balancers.length - 1);
  balancers.forEach((node, i) => {
    put(layout, node, left + i * pitch, y, Math.max(5, Math.min(50, (pitch - BETWEEN) / 2)), halfHeight);
  });
}

/** By turns higher and lower: each has the width of two. */
function placeZigzag(
  layout: Draft,
  balancers: readonly NodeInfo[],
  { left, right, y, halfHeight }: Row,
): void {
  const pitch = (right - left) / (balancers.length - 1);
  const half = Math.max(5, Math.min(46, pitch - BETWEEN / 4));
  const shift = halfHeight + 8;
  balancers.forEach((node, i) => {
    put(layout, node, left + i * pitch, i % 2 === 0 ? y - shift : y + shift, half, halfHeight);
  });
}

// ——— Tall: clients above, backplane below ———

/** `share` is that of the height that many clients take. */
function placeClientRows(layout: Draft, clients: readonly NodeInfo[], share: number): void {
  const { width, height } = layout;
  // Room for a name, and beside it for a tally of two digits.
  const perRow = Math.max(1, Math.floor((width - 24) / 62));
  if (clients.length > perRow * 2) {
    placeGrid(layout, clients, { left: 16, top: 30, right: width - 16, bottom: 30 + height * share });
    return;
  }
  const top = 44;
  layout.clientLabels = true;
  const rows = Math.ceil(clients.length / perRow);
  const inRow = Math.ceil(clients.length / rows);
  layout.clientRoom = width / inRow;
  clients.forEach((node, i) => {
    const row = Math.floor(i / inRow);
    const of = Math.min(inRow, clients.length - row * inRow);
    put(layout, node, (width * ((i % inRow) + 0.5)) / of, top + row * 56, 11);
  });
  layout.clientBox = { left: 12, right: width - 12, top: top - 12, bottom: top + (rows - 1) * 56 + 12 };
}

function placeTallBalancers(layout: Draft, balancers: readonly NodeInfo[]): void {
  const { width, height } = layout;
  const n = balancers.length;
  const y = height * 0.41;
  if (n === 1) put(layout, balancers[0], width / 2, y, 52, 19);
  else if (n <= 3) {
    // Not further apart than need be.
    const left = Math.max(width / (2 * n), width / 2 - 85 * (n - 1));
    placeRow(layout, balancers, { left, right: width - left, y, halfHeight: 19 });
  } else placeZigzag(layout, balancers, { left: 50, right: width - 50, y: height * 0.435, halfHeight: 17 });
}

function placeServerRow(layout: Draft, servers: readonly NodeInfo[]): void {
  const { width, height } = layout;
  const half = Math.min(48, Math.max(5, (width - 16) / Math.max(servers.length, 1) / 2 - 4));
  servers.forEach((node, i) => {
    put(layout, node, (width * (i + 0.5)) / servers.length, height * 0.62, half, 21);
  });
}

// ——— Wide: clients left, backplane right ———

/** `end` is the share of the width at which many clients end. */
function placeClientColumn(layout: Draft, clients: readonly NodeInfo[], end: number): void {
  const { width, height } = layout;
  const n = clients.length;
  if (n * ROW > height - 24) {
    placeGrid(layout, clients, { left: 20, top: 40, right: width * end, bottom: height - 18 });
    return;
  }
  const middle = height / 2;
  layout.clientLabels = true;
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
  layout.clientBox = { left: x - 13, right: x + 13, top: top - 13, bottom: top + (n - 1) * gap + 13 };
}

function placeWideBalancers(layout: Draft, balancers: readonly NodeInfo[]): void {
  const { width, height } = layout;
  const y = height / 2;
  const n = balancers.length;
  if (n === 1) return put(layout, balancers[0], width * 0.44, y, 54, 24);
  // The more there are, the nearer they come to clients and servers.
  const [left, right] = n === 2 ? [width * 0.36, width * 0.54] : [width * 0.34, width * 0.59];
  const isNarrow = (right - left) / (n - 1) < BETWEEN + 2 * NARROW;
  if (isNarrow) placeZigzag(layout, balancers, { left, right, y, halfHeight: 18 });
  else placeRow(layout, balancers, { left, right, y, halfHeight: 24 });
}

/** `at` is the share of the width at which they stand. */
function placeServerColumn(layout: Draft, servers: readonly NodeInfo[], at: number): void {
  const { width, height } = layout;
  const gap = Math.min(height * 0.46, (height - 16) / Math.max(servers.length, 1));
  layout.lossBeside = gap < BELOW + 18;
  const half = layout.lossBeside ? Math.min(27, Math.max(3, gap / 2 - 3)) : Math.min(27, (gap - BELOW) / 2);
  const span = (servers.length - 1) * gap;
  // In the middle, unless the signs of loss below the last server would not fit.
  const first = Math.min(height / 2 - span / 2, height - (layout.lossBeside ? 2 : BELOW) - half - span);
  servers.forEach((node, i) => {
    const y = Math.max(first, half + 2) + i * gap;
    put(layout, node, width * at, y, Math.min(58, width * 0.08), half);
  });
}

/** Places many clients in a tidy grid, column by column. */
function placeGrid(
  layout: Draft,
  clients: readonly NodeInfo[],
  { left, top, right, bottom }: StageLayout["clientBox"],
): void {
  const width = right - left;
  const height = bottom - top;
  const rows = Math.max(1, Math.round(Math.sqrt((clients.length * height) / width)));
  const columns = Math.ceil(clients.length / rows);
  const step = Math.min(width / columns, height / rows, 26);
  const radius = Math.max(1, Math.min(9, step * 0.34));
  const x0 = left + (width - step * (columns - 1)) / 2;
  const y0 = top + (height - step * (rows - 1)) / 2;
  clients.forEach((node, i) => {
    put(layout, node, x0 + Math.floor(i / rows) * step, y0 + (i % rows) * step, radius);
  });
  layout.clientBox = {
    left: x0 - step / 2,
    right: x0 + step * (columns - 0.5),
    top: y0 - step / 2,
    bottom: y0 + step * (rows - 0.5),
  };
}

/** Where the signs of loss at a node lie: the middle of its pile, and the text after or below it. */
export function pileX(layout: StageLayout, node: number): number {
  return (
    layout.x[node] +
    (layout.lossBeside && layout.halfWidth[node] > layout.halfHeight[node] ? layout.halfWidth[node] + 14 : 0)
  );
}

/** See {@link pileX}. */
export function pileY(layout: StageLayout, node: number): number {
  if (pileX(layout, node) !== layout.x[node]) return layout.y[node];
  return layout.y[node] + layout.halfHeight[node] + 15;
}

/**
 * How far from a node's centre its edge lies in direction (dx, dy), which has length 1: where packets
 * leave it and arrive.
 */
export function edgeDistance(layout: StageLayout, node: number, dx: number, dy: number): number {
  const w = layout.halfWidth[node] + 2;
  const h = layout.halfHeight[node] + 2;
  if (w === h) return w;
  const ax = Math.abs(dx);
  const ay = Math.abs(dy);
  return Math.min(ax > 1e-9 ? w / ax : 1e9, ay > 1e-9 ? h / ay : 1e9);
}
