/** Where a packet is on the stage at an instant, and the outline of its shape. */
import { FRAME_LIST, type Look } from "../../model/trace/frames.ts";
import type { FrameIndex } from "../run/frames.ts";
import { edgeDistance, type StageLayout } from "./stage-layout.ts";

/** What a frame looks like, as a number. */
export const Shape = { message: 0, http: 1, heartbeat: 2, control: 3 } as const satisfies Record<
  Look,
  number
>;
export const SHAPES = 4;

const SHAPE_OF = Uint8Array.from(FRAME_LIST, ({ looks }) => Shape[looks]);

/** The shape of a kind of frames. */
export function shapeOf(kind: number): number {
  return SHAPE_OF[kind];
}

/** The result of {@link locate}: one for all packets instead of an object each. */
export const spot = { x: 0, y: 0 };

/** Puts frame i's place at `timeUs` into {@link spot}. */
export function locate(frames: FrameIndex, i: number, timeUs: number, layout: StageLayout): void {
  const a = frames.from[i];
  const b = frames.to[i];
  let dx = layout.x[b] - layout.x[a];
  let dy = layout.y[b] - layout.y[a];
  const distance = Math.hypot(dx, dy) || 1;
  dx /= distance;
  dy /= distance;
  const leave = edgeDistance(layout, a, dx, dy);
  const arrive = distance - edgeDistance(layout, b, -dx, -dy);
  const progress = Math.min(1, (timeUs - frames.startUs[i]) / frames.flightUs[i]);
  const at = leave + (arrive - leave) * progress;
  // Each direction keeps to its right, and copies that travel together fan out a little.
  const copies = frames.recipient[i];
  const lane = 4 + (copies >= 0 ? (copies % 5) * 2.5 : 0);
  spot.x = layout.x[a] + dx * at - dy * lane * Math.sin(Math.PI * progress);
  spot.y = layout.y[a] + dy * at + dx * lane * Math.sin(Math.PI * progress);
}

/** Adds a shape to the path: of a message a circle, of HTTP a box, of a heartbeat a diamond, of the rest a triangle. */
export function outline(
  c: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  shape: number,
  x: number,
  y: number,
  r: number,
): void {
  switch (shape) {
    case Shape.message:
      c.moveTo(x + r, y);
      c.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case Shape.http:
      c.rect(x - r, y - r * 0.8, 2 * r, 1.6 * r);
      break;
    case Shape.heartbeat:
      c.moveTo(x, y - r);
      c.lineTo(x + r, y);
      c.lineTo(x, y + r);
      c.lineTo(x - r, y);
      c.closePath();
      break;
    default:
      c.moveTo(x, y - r);
      c.lineTo(x + r * 0.9, y + r * 0.7);
      c.lineTo(x - r * 0.9, y + r * 0.7);
      c.closePath();
  }
}
