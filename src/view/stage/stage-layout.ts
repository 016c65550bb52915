/** Where each node stands on the stage: a pure function of the nodes and the size of the stage. */
import type { NodeInfo } from "../../run/result.ts";
import type { Crowd } from "../run/crowd.ts";
import { placeCohorts, placePeopleColumns, placePeopleRows } from "./layout-clients.ts";
import { type Draft, put, Signs, type StageLayout } from "./layout-draft.ts";
import { placeServerColumn, placeServerRow } from "./layout-servers.ts";

export type { StageLayout } from "./layout-draft.ts";

/** A stage is laid out for at least this width and height; a smaller one shows it smaller. */
const LEAST = 100;
/** What balancers in a row leave between them for packets, and half the width below which a name has no room. */
const BETWEEN = 36;
const NARROW = 36;
/** The height of the strip for channels, with room for what died at them; of a tall stage, which has less to give. */
const STRIP = 102;
const LOW_STRIP = 66;

/** Computes the layout. */
export function layoutStage(
  nodes: readonly NodeInfo[],
  stageWidth: number,
  stageHeight: number,
  crowd: Crowd | null = null,
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
    clientDetail: true,
    clientRoom: 120,
    clientsEnd: 0,
    clientsBottom: 0,
    signs: new Uint8Array(n),
    grid: null,
    backplaneAt: { x: 0, y: 0 },
  };
  const hasChannels = nodes.some(isBelow);
  // What stands below has a strip of its own.
  if (hasChannels) layout.height = Math.max(LEAST, layout.height - stripOf(layout));
  const isRow = balancers.length > 1;
  if (layout.tall) {
    if (crowd === null) placePeopleRows(layout, clients);
    else placeCohorts(layout, crowd);
    placeTallBalancers(layout, balancers);
    const bottom = Math.max(0, ...balancers.map(({ node }) => layout.y[node] + layout.halfHeight[node]));
    placeServerRow(layout, servers, bottom);
    placeBackplane(
      layout,
      nodes,
      layout.width / 2,
      Math.min(layout.height * 0.93, layout.height - 28),
      52,
      19,
    );
  } else {
    if (crowd === null) placePeopleColumns(layout, clients);
    else placeCohorts(layout, crowd);
    placeWideBalancers(layout, balancers);
    const end = Math.max(0, ...balancers.map(({ node }) => layout.x[node] + layout.halfWidth[node]));
    placeServerColumn(layout, servers, isRow ? 0.74 : layout.clientsEnd > 0 ? 0.73 : 0.69, end + 28);
    placeBackplane(layout, nodes, layout.width * 0.91, layout.height / 2, 46, 30);
  }
  if (hasChannels) {
    layout.height = Math.max(stageHeight, LEAST);
    placeChannels(layout, nodes);
  }
  return layout;
}

function isBelow({ kind }: NodeInfo): boolean {
  return kind === "gateway" || kind === "channel";
}

function stripOf({ tall }: Draft): number {
  return tall ? LOW_STRIP : STRIP;
}

/** Below all else, from right to left: the service, and its channels in the order in which it takes them. */
function placeChannels(layout: Draft, nodes: readonly NodeInfo[]): void {
  const channels = nodes.filter(isBelow);
  const hasBackplane = nodes.some(({ kind }) => kind === "backplane");
  const { width, height, tall } = layout;
  const right = tall ? width - 8 : width * 0.8;
  const left = tall ? 8 : width * 0.2;
  const pitch = Math.min(130, (right - left) / channels.length);
  // Where no backplane stands above, what died at them has more room below.
  const raised = tall && !hasBackplane ? 26 : 0;
  const y = height - stripOf(layout) + 20 - raised;
  const half = Math.max(5, Math.min(54, pitch / 2 - 8));
  channels.forEach((node, i) => {
    put(layout, node, right - pitch * (i + 0.5), y, half, 17);
  });
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
  if (backplane) {
    put(layout, backplane, x, y, halfWidth, halfHeight);
    // On a phone the frame is below, and publishers are at the right.
    if (layout.tall) layout.signs[backplane.node] = Signs.left;
  }
  layout.backplaneAt = { x, y };
  placePublishers(layout, nodes, halfWidth, halfHeight);
}

/** Beside the backplane, where that is below; above it, where that is at the side: below it is told what died there. */
function placePublishers(layout: Draft, nodes: readonly NodeInfo[], beside: number, above: number): void {
  const publishers = nodes.filter(({ kind }) => kind === "publisher");
  const { x, y } = layout.backplaneAt;
  const room = layout.tall ? layout.width - x - beside : y - above;
  const pitch = Math.max(14, Math.min(layout.tall ? 96 : 58, (room - 10) / publishers.length));
  publishers.forEach((node, i) => {
    const half = layout.tall ? Math.max(5, Math.min(44, pitch / 2 - 4)) : 44;
    const away = (layout.tall ? beside : above) + 6 + pitch * (i + 0.5);
    const halfHeight = layout.tall ? 15 : Math.max(5, Math.min(15, pitch / 2 - 3));
    if (layout.tall) put(layout, node, x + away, y, half, halfHeight);
    else {
      put(layout, node, x, y - away, half, halfHeight);
      layout.signs[node.node] = Signs.left;
    }
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

function placeTallBalancers(layout: Draft, balancers: readonly NodeInfo[]): void {
  const { width, height } = layout;
  const n = balancers.length;
  const y = Math.max(height * 0.41, layout.clientsBottom + 19);
  if (n === 1) {
    put(layout, balancers[0], width / 2, y, 52, 19);
    // Servers are close below.
    layout.signs[balancers[0].node] = Signs.right;
  } else if (n <= 3) {
    // Not further apart than need be.
    const left = Math.max(width / (2 * n), width / 2 - 85 * (n - 1));
    placeRow(layout, balancers, { left, right: width - left, y, halfHeight: 19 });
  } else
    placeZigzag(layout, balancers, {
      left: 50,
      right: width - 50,
      y: Math.max(height * 0.435, layout.clientsBottom + 44),
      halfHeight: 17,
    });
}

// ——— Wide: clients left, backplane right ———

function placeWideBalancers(layout: Draft, balancers: readonly NodeInfo[]): void {
  const { width, height } = layout;
  const y = height / 2;
  const n = balancers.length;
  if (n === 1) {
    // Between a crowd and its balancer is room for counts.
    const x = layout.clientLabels ? Math.max(width * 0.44, layout.clientsEnd + 74) : width * 0.47;
    return put(layout, balancers[0], Math.min(x, width * 0.56), y, Math.min(56, width * 0.086), 24);
  }
  // The more there are, the nearer they come to clients and servers.
  const [left, right] = n === 2 ? [width * 0.36, width * 0.54] : [width * 0.34, width * 0.59];
  const isNarrow = (right - left) / (n - 1) < BETWEEN + 2 * NARROW;
  if (isNarrow) placeZigzag(layout, balancers, { left, right, y, halfHeight: 18 });
  else placeRow(layout, balancers, { left, right, y, halfHeight: 24 });
}

/** Where the signs of loss at a node lie: the middle of its pile, and the text after or below it. */
export function pileX(layout: StageLayout, node: number): number {
  if (isInGrid(layout, node)) return layout.grid!.x;
  const away = layout.halfWidth[node] + 14;
  if (layout.signs[node] === Signs.below) return layout.x[node];
  return layout.x[node] + (layout.signs[node] === Signs.left ? -away : away);
}

/** See {@link pileX}. */
export function pileY(layout: StageLayout, node: number): number {
  if (isInGrid(layout, node)) return layout.grid!.y;
  return layout.y[node] + (layout.signs[node] === Signs.below ? layout.halfHeight[node] + 15 : 0);
}

export function isInGrid({ grid }: StageLayout, node: number): boolean {
  return grid !== null && node >= grid.first && node <= grid.last;
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
