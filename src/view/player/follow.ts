/**
 * Components that follow the player: they are updated when its run, its time or what is chosen changes, as
 * long as they are in the page.
 */
import type { LitElement } from "lit";
import type { Player } from "./player.ts";

/** A component with a player. */
type Follower = LitElement & { readonly player: Player };
/** How it follows. Returns how to stop. */
type Following = (element: Follower) => () => void;

const PLAYING_MS = 400;

/** To be called once, by the component's constructor. */
export function follow(element: Follower, following: Following): void {
  let leave = () => {};
  element.addController({
    hostConnected: () => {
      leave = following(element);
    },
    hostDisconnected: () => leave(),
  });
}

/** At every tick of the player's clock. */
export const everyTick: Following = (element) => {
  const update = () => element.requestUpdate();
  const leave = [element.player.on("tick", update), element.player.on("change", update)];
  return () => {
    for (const stop of leave) stop();
  };
};

/** At once when paused; a few times a second while playing; never out of sight. For what lies below the fold. */
export const whenInView: Following = (element) => {
  const { player } = element;
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
    // Another run is shown even out of sight, since the page's length depends on it.
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
};
