/** Which part of the stage is shown: all of it, or, while something is followed where things are small, what is around that. */
import type { Followed } from "../player/followed.ts";
import type { Loaded } from "../player/player.ts";
import { toPlay } from "../run/warp.ts";
import { locate, spot } from "./packet-place.ts";
import type { StageLayout } from "./stage-layout.ts";

export interface Camera {
  /** How much larger things are than on the whole stage. */
  readonly scale: number;
  /** The left upper corner of what is shown, on the stage. */
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Camera = { scale: 1, x: 0, y: 0 };

const CLOSE = 1.9;
/** In which it comes near, and goes back again. Seconds of play. */
const APPROACH_S = 0.5;

/** Puts where something is into {@link spot}; false if it is nowhere yet. */
export function locateFollowed(
  followed: Followed,
  { index }: Loaded,
  layout: StageLayout,
  timeUs: number,
): boolean {
  const place = followed.placeAt(timeUs);
  if (place === null) return false;
  if (place.frame >= 0) locate(index.frames, place.frame, timeUs, layout);
  else {
    spot.x = layout.x[place.node]!;
    spot.y = layout.y[place.node]!;
  }
  return true;
}

/** The camera at an instant: a function of the run and the time, as all that is on stage. */
export function cameraAt(
  followed: Followed | null,
  loaded: Loaded,
  layout: StageLayout,
  timeUs: number,
): Camera {
  // Where all have their names on a wide stage, everything is near enough.
  if (followed === null || (layout.clientLabels && !layout.tall)) return WHOLE;
  const { warp } = loaded.index;
  const now = toPlay(warp, timeUs);
  const since = now - toPlay(warp, followed.startUs);
  const after = Number.isFinite(followed.endUs) ? now - toPlay(warp, followed.endUs) : 0;
  if (since < 0 || after > 2 * APPROACH_S || !locateFollowed(followed, loaded, layout, timeUs)) return WHOLE;
  const near = Math.min(1, since / APPROACH_S, 2 - after / APPROACH_S);
  const scale = 1 + (CLOSE - 1) * Math.max(0, near);
  const [width, height] = [layout.width / scale, layout.height / scale];
  return {
    scale,
    x: Math.min(Math.max(0, spot.x - width / 2), layout.width - width),
    y: Math.min(Math.max(0, spot.y - height / 2), layout.height - height),
  };
}
