/**
 * The one clock of the page. It holds the run on screen and the simulated time, and owns the only
 * animation frame loop, which runs only while something moves. Components subscribe: `frame` once for
 * each animation frame in which time changed, `tick` at most ten times a second, `change` when the run,
 * the selection, or playing itself changed.
 */

import { DEFAULT_PACE, PACES, type Pace, type Selection } from "../../run/address.ts";
import { nextStep, previousStep } from "../run/steps.ts";
import { playLength, toPlay, toSim } from "../run/warp.ts";
import type { Followed } from "./followed.ts";
import type { Loaded } from "./loaded.ts";

export type { Loaded } from "./loaded.ts";

type Topic = "frame" | "tick" | "change";
const TICK_MS = 100;
/** A frame that comes later than this (a hidden tab) does not make time jump. */
const MAX_FRAME_S = 0.1;

export class Player {
  loaded: Loaded | null = null;
  timeUs = 0;
  playing = false;
  pace: Pace = paceNamed(DEFAULT_PACE);
  selection: Selection | null = null;
  /** What the view goes along with; null: nothing. */
  followed: Followed | null = null;
  /** Playing stops here, once; null: at the end. µs. */
  #stopUs: number | null = null;
  /** How much faster than its pace it plays. */
  #hurry = 1;
  #listeners: Record<Topic, Set<() => void>> = { frame: new Set(), tick: new Set(), change: new Set() };
  #handle = 0;
  #lastMs = 0;
  #lastTickMs = 0;
  #tickPending = false;

  /** Calls back on a topic until the returned function is called. */
  on(topic: Topic, listener: () => void): () => void {
    this.#listeners[topic].add(listener);
    return () => this.#listeners[topic].delete(listener);
  }

  get endUs(): number {
    return this.loaded?.run.endUs ?? 0;
  }

  /** Shows another run at a time. */
  load(loaded: Loaded, timeUs: number): void {
    this.loaded = loaded;
    this.followed = this.followed?.again(loaded) ?? null;
    this.timeUs = Math.min(Math.max(timeUs, 0), loaded.run.endUs);
    this.#emit("change");
    this.#moved();
  }

  /** Plays to the end, or to a time; faster than its pace if it would take longer than so many seconds. */
  play(untilUs: number | null = null, withinS = Number.POSITIVE_INFINITY): void {
    if (!this.loaded || this.playing) return;
    if (this.timeUs >= this.endUs) this.timeUs = 0;
    this.#stopUs = untilUs;
    this.#hurry = Math.max(1, this.#secondsTo(untilUs ?? this.endUs) / withinS);
    this.playing = true;
    this.#lastMs = 0;
    this.#emit("change");
    this.#request();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.#emit("change");
    this.#moved();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Goes to a simulated time; scrubbing keeps playing as it was. */
  seek(timeUs: number): void {
    if (!this.loaded || !Number.isFinite(timeUs)) return;
    this.timeUs = Math.min(Math.max(timeUs, 0), this.endUs);
    this.#moved();
  }

  /** Goes to the next or previous moment of interest, and pauses. */
  step(direction: 1 | -1, lossesOnly = false): void {
    if (!this.loaded) return;
    const times = lossesOnly ? this.loaded.index.steps.lossesUs : this.loaded.index.steps.timesUs;
    if (lossesOnly && (direction > 0 ? nextStep(times, this.timeUs, -1) : times.length > 0 ? 0 : -1) < 0)
      return;
    this.pause();
    this.seek(direction > 0 ? nextStep(times, this.timeUs, this.endUs) : previousStep(times, this.timeUs));
    this.#emit("tick");
  }

  setPace(name: string): void {
    this.pace = paceNamed(name);
    this.#emit("change");
  }

  select(selection: Selection | null): void {
    this.selection = selection;
    this.followed = null;
    this.#emit("change");
    this.#moved();
  }

  /** Goes along with something; null: no longer. */
  follow(followed: Followed | null): void {
    this.followed = followed;
    if (followed !== null) this.selection = followed.selection;
    this.#emit("change");
    this.#moved();
  }

  /** Play time at the present simulated time. */
  get playS(): number {
    return this.loaded ? toPlay(this.loaded.index.warp, this.timeUs) : 0;
  }

  #moved(): void {
    this.#tickPending = true;
    this.#request();
  }

  #request(): void {
    if (this.#handle === 0) this.#handle = requestAnimationFrame(this.#onFrame);
  }

  #onFrame = (nowMs: number): void => {
    this.#handle = 0;
    if (this.playing && this.loaded) {
      const elapsed = this.#lastMs === 0 ? 0 : Math.min((nowMs - this.#lastMs) / 1000, MAX_FRAME_S);
      this.#advance(elapsed);
      this.#tickPending = true;
    }
    this.#lastMs = nowMs;
    for (const listener of this.#listeners.frame) listener();
    if (this.#tickPending && (!this.playing || nowMs - this.#lastTickMs >= TICK_MS)) {
      this.#tickPending = false;
      this.#lastTickMs = nowMs;
      for (const listener of this.#listeners.tick) listener();
    }
    if (this.playing) this.#request();
  };

  /** How long playing to a time takes at this pace. s. */
  #secondsTo(untilUs: number): number {
    const { follow, rate } = this.pace;
    if (!follow) return (untilUs - this.timeUs) / 1e6 / rate;
    const { warp } = (this.loaded as Loaded).index;
    return (toPlay(warp, untilUs) - toPlay(warp, this.timeUs)) / rate;
  }

  #advance(realS: number): void {
    const elapsedS = realS * this.#hurry;
    const beforeUs = this.timeUs;
    const { warp } = (this.loaded as Loaded).index;
    if (this.pace.follow) {
      const at = toPlay(warp, this.timeUs) + elapsedS * this.pace.rate;
      this.timeUs = at >= playLength(warp) ? this.endUs : Math.max(this.timeUs, toSim(warp, at));
    } else this.timeUs += elapsedS * this.pace.rate * 1e6;
    const stopUs = Math.min(this.#stopUs ?? this.endUs, this.endUs, this.#arrivalUs(beforeUs));
    if (this.timeUs >= stopUs) {
      this.timeUs = stopUs;
      this.playing = false;
      this.#emit("change");
    }
  }

  /** When what is followed has arrived or died: playing stops there, once. */
  #arrivalUs(beforeUs: number): number {
    const endUs = this.followed?.endUs ?? Number.POSITIVE_INFINITY;
    return beforeUs < endUs ? endUs : Number.POSITIVE_INFINITY;
  }

  #emit(topic: Topic): void {
    for (const listener of this.#listeners[topic]) listener();
  }
}

function paceNamed(name: string): Pace {
  return PACES.find((p) => p.name === name) ?? (PACES.find((p) => p.name === DEFAULT_PACE) as Pace);
}
