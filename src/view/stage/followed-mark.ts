/** What is followed, on the canvas: the way that it has come, and a ring around where it is. */
import type { Palette } from "../look/theme.ts";
import type { Followed } from "../player/followed.ts";
import type { Loaded } from "../player/player.ts";
import type { FrameIndex } from "../run/frames.ts";
import { locateFollowed } from "./camera.ts";
import { spot } from "./packet-place.ts";
import { edgeDistance, type StageLayout } from "./stage-layout.ts";

const WAY = [7, 4];
/** How far the ring stands off. */
const RING = 6;
const WHOLE_LINE: number[] = [];

export function drawFollowed(
  c: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  followed: Followed,
  loaded: Loaded,
  layout: StageLayout,
  timeUs: number,
  { palette, radius }: { readonly palette: Palette; readonly radius: number },
): void {
  if (!locateFollowed(followed, loaded, layout, timeUs)) return;
  const { x, y } = spot;
  const { frames } = loaded.index;
  const place = followed.placeAt(timeUs)!;
  c.strokeStyle = palette.accent;
  c.lineWidth = 2.5;
  c.setLineDash(WAY);
  c.beginPath();
  for (const frame of followed.framesBy(timeUs))
    if (frames.dropped[frame] === 0)
      addLeg(c, frames.from[frame]!, frames.to[frame]!, frame === place.frame, layout);
  c.stroke();
  c.setLineDash(WHOLE_LINE);
  c.lineWidth = 3;
  c.beginPath();
  if (place.frame >= 0) {
    // At a node it hugs the packet: what is written there is not to be covered.
    c.arc(x, y, radius + Math.min(RING, nearestEnd(frames, place.frame, layout)), 0, 2 * Math.PI);
  } else {
    const [w, h] = [layout.halfWidth[place.node]! + 5, layout.halfHeight[place.node]! + 5];
    c.roundRect(x - w, y - h, 2 * w, 2 * h, Math.min(w, h, 14));
  }
  c.stroke();
}

/** From one node's edge to the other's, or to where it is now ({@link spot}): no line may cross what is written on a node. */
function addLeg(
  c: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  from: number,
  to: number,
  isHere: boolean,
  layout: StageLayout,
): void {
  const [x1, y1, x2, y2] = [layout.x[from]!, layout.y[from]!, layout.x[to]!, layout.y[to]!];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const leave = edgeDistance(layout, from, dx, dy);
  const arrive = isHere
    ? Math.max(leave, (spot.x - x1) * dx + (spot.y - y1) * dy)
    : length - edgeDistance(layout, to, -dx, -dy);
  c.moveTo(x1 + dx * leave, y1 + dy * leave);
  c.lineTo(x1 + dx * arrive, y1 + dy * arrive);
}

/** How far a packet at {@link spot} is from the edge of the node that it left, or goes to. */
function nearestEnd(frames: FrameIndex, frame: number, layout: StageLayout): number {
  const distances = [frames.from[frame]!, frames.to[frame]!].map((node) => {
    const [dx, dy] = [spot.x - layout.x[node]!, spot.y - layout.y[node]!];
    const length = Math.hypot(dx, dy) || 1;
    return length - edgeDistance(layout, node, dx / length, dy / length);
  });
  return Math.max(0, Math.min(...distances));
}
