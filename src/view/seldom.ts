/** Components below the fold: while it plays they follow the clock only where they can be seen, and not at every tick. */
import type { LitElement } from "lit";
import type { Player } from "./player.ts";

const PLAYING_MS = 400;

/** Updates `element` on the player's changes and ticks: at once when paused, seldom when playing, then never out of sight. Returns how to stop. */
export function followSeldom(element: LitElement, player: Player): () => void {
  let visible = true;
  let missed = false;
  let lastMs = 0;
  const update = () => {
    if (!visible && player.playing) {
      missed = true;
      return;
    }
    const now = performance.now();
    if (player.playing && now - lastMs < PLAYING_MS) return;
    lastMs = now;
    element.requestUpdate();
  };
  const observer = new IntersectionObserver((entries) => {
    visible = entries[entries.length - 1].isIntersecting;
    if (visible && missed) {
      missed = false;
      element.requestUpdate();
    }
  });
  observer.observe(element);
  let shown: unknown = null;
  const change = () => {
    // Another run is taken in even out of sight: the page's length depends on it.
    if (shown !== player.loaded) {
      shown = player.loaded;
      element.requestUpdate();
    } else update();
  };
  const leave = [player.on("tick", update), player.on("change", change)];
  return () => {
    observer.disconnect();
    for (const stop of leave) stop();
  };
}
