/** Has the view go along with what is chosen. What works out its way comes when somebody asks for it first. */
import { reducedMotion } from "../look/theme.ts";
import type { Followed } from "../player/followed.ts";
import type { Player } from "../player/player.ts";

/**
 * Follows what is chosen and plays, from its beginning if it is not on its way now; or follows no longer. Who wants no
 * motion steps.
 */
export async function toggleFollowed(player: Player): Promise<void> {
  if (player.followed !== null) return player.follow(null);
  const followed = await followChosen(player);
  if (followed === null) return;
  const { startUs, endUs } = followed;
  if (player.timeUs < startUs || player.timeUs >= endUs) player.seek(startUs);
  if (!reducedMotion()) player.play();
}

/** Follows what is chosen, if it goes a way; null if it does not. */
export async function followChosen(player: Player): Promise<Followed | null> {
  const { loaded, selection } = player;
  if (!loaded || !selection) return null;
  const { trailOf } = await import("../run/trail.ts");
  if (player.loaded !== loaded || player.selection !== selection) return null;
  const trail = trailOf(loaded, selection);
  if (trail !== null) player.follow(trail);
  return trail;
}
