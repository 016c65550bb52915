/**
 * What moves in a crowd, on the canvas: where few packets are under way on a link, each is drawn; where many are, a band from the
 * last to the first of them, the wider the more, with how many they are.
 */
import { plural } from "../look/format.ts";
import type { Palette } from "../look/theme.ts";
import type { Loaded } from "../player/loaded.ts";
import { type Flow, underWay } from "../run/flows.ts";
import { type FrameIndex, upperBound } from "../run/frames.ts";
import type { LabelRoom } from "./labels.ts";
import { edgeDistance, type StageLayout } from "./stage-layout.ts";

/** So many packets of a flow are drawn one by one. */
const FEW = 6;
/** How far back one looks for those few: what left long before has arrived. */
const LOOK_BACK = 512;
const LABEL_FONT = "650 12px system-ui, 'Liberation Sans', Arial, sans-serif";
/** Where on a link its count stands: nearer to the end at which links are apart from each other. */
const LABEL_AT = 0.42;
/** The least share of its link that a band takes. */
const TAIL = 0.3;

type Context = CanvasRenderingContext2D;

/** The width of a band: ten times as many are 2.6 px more. */
function bandWidth(n: number): number {
  return 3 + 2.6 * Math.log10(n);
}

/** Collects the packets that are drawn one by one into `out`. Returns how many those are, and how many are under way in all. */
export function fewOf({ index: { flows, frames } }: Loaded, timeUs: number, out: Int32Array) {
  let few = 0;
  let all = 0;
  for (const flow of flows) {
    const n = underWay(flow, timeUs);
    all += n;
    if (n === 0 || n > FEW) continue;
    const end = upperBound(flow.leftUs, timeUs);
    for (let k = end - 1, found = 0; k >= Math.max(0, end - LOOK_BACK) && found < n; k--) {
      const frame = flow.frames[k]!;
      if (frames.endUs[frame]! <= timeUs) continue;
      found++;
      if (few < out.length) out[few++] = frame;
    }
  }
  return { few, all };
}

/** Draws the bands, and then their counts, so that no band covers a count. */
export function drawFlows(
  c: Context,
  { run, index: { flows, frames } }: Loaded,
  layout: StageLayout,
  timeUs: number,
  { palette, room }: { readonly palette: Palette; readonly room: LabelRoom },
): void {
  const shown: Flow[] = flows.filter((flow) => underWay(flow, timeUs) > FEW);
  for (const flow of shown) drawBand(c, flow, frames, layout, timeUs, palette);
  c.font = LABEL_FONT;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.lineJoin = "round";
  for (const flow of shown) {
    const isFromBalancer =
      run.nodes[flow.from]?.kind === "balancer" || run.nodes[flow.from]?.kind === "backplane";
    const { x, y, dx, free } = lineOf(flow, layout, isFromBalancer ? 1 - LABEL_AT : LABEL_AT);
    const n = underWay(flow, timeUs);
    const words = wordsOf(flow, n);
    // Beside a link that goes up or down there is room; along one that lies, as much as it is long.
    const isRoomy = Math.abs(dx) < 0.5 || c.measureText(words).width + 40 < Math.abs(dx) * free;
    const text = isRoomy ? words : words.split(" ")[0]!;
    const half = c.measureText(text).width / 2;
    const at = room.place(text, x, y, half, -1);
    if (Number.isNaN(at)) continue;
    c.strokeStyle = palette.surface;
    c.lineWidth = 4;
    c.strokeText(text, x, at);
    c.fillStyle = palette.ink;
    c.fillText(text, x, at);
  }
}

function wordsOf({ look, isCopies }: Flow, n: number): string {
  switch (look) {
    case "message":
      return isCopies ? plural(n, "copy", "copies") : plural(n, "message");
    case "http":
      return plural(n, "HTTP", "HTTP");
    case "heartbeat":
      return plural(n, "heartbeat");
    default:
      return plural(n, "control", "control");
  }
}

/** A band from the packet that left last to the one that left first, with its head as an arrow. */
function drawBand(
  c: Context,
  flow: Flow,
  frames: FrameIndex,
  layout: StageLayout,
  timeUs: number,
  palette: Palette,
): void {
  const n = underWay(flow, timeUs);
  const end = upperBound(flow.leftUs, timeUs);
  const progress = (k: number) => {
    const frame = flow.frames[k]!;
    return Math.min(1, Math.max(0, (timeUs - frames.startUs[frame]!) / frames.flightUs[frame]!));
  };
  const [tail, head] = [progress(end - 1), progress(Math.max(0, end - n))];
  const { dx, dy, leave, free } = lineOf(flow, layout, 0);
  const width = bandWidth(n);
  // Each direction keeps to its right.
  const lane = 3 + width / 2;
  const tip = leave + free * Math.max(head, tail);
  // What left at one instant has a tail too: it is a stream, not a point.
  const begin = Math.max(leave, Math.min(leave + free * Math.min(head, tail), tip - TAIL * free));
  const [x, y] = [layout.x[flow.from]! - dy * lane, layout.y[flow.from]! + dx * lane];
  const neck = Math.max(begin, tip - width * 0.6);
  c.fillStyle = palette[flow.look];
  c.globalAlpha = 0.8;
  c.beginPath();
  const half = width / 2;
  const point = (along: number, aside: number) =>
    c.lineTo(x + dx * along - dy * aside, y + dy * along + dx * aside);
  point(begin, -half);
  point(neck, -half);
  point(tip, 0);
  point(neck, half);
  point(begin, half);
  c.closePath();
  c.fill();
  c.globalAlpha = 1;
}

/** A flow's direction, where its free part begins and how long that is, and a point at a share of it. */
function lineOf({ from, to }: Flow, layout: StageLayout, share: number) {
  const [x1, y1] = [layout.x[from]!, layout.y[from]!];
  const [wide, high] = [layout.x[to]! - x1, layout.y[to]! - y1];
  const length = Math.hypot(wide, high) || 1;
  const [dx, dy] = [wide / length, high / length];
  const leave = edgeDistance(layout, from, dx, dy);
  const free = Math.max(1, length - leave - edgeDistance(layout, to, -dx, -dy));
  const along = leave + free * share;
  return { dx, dy, leave, free, x: x1 + dx * along, y: y1 + dy * along };
}
