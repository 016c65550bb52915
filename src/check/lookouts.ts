/**
 * Where scouts are sent, and when they are heard. Each runs a stretch of the queue that lies so far ahead that it is back when the search comes
 * there. If it is not, nobody waits.
 */
import type { Branch } from "./branch.ts";
import type { Scouting, Sighting } from "./scout.ts";
import type { StateSet } from "./state-set.ts";

/** How many branches a scout is asked for at once. The fewer, the more it knows of what was met before; but to set out costs it as much as some branches. */
const STRETCH = 128;
/** How many orders a scout has at most: while one is received, it is at work on the other. */
const MAX_ORDERS = 2;
/** How many branches more, or fewer, to leave to the search before the next stretch, if a scout comes back late, or in time. */
const GAP_STEP = 8;

/** Branches that a scout was sent to run. */
interface Stretch {
  readonly scout: Scouting;
  /** The number of the first, counted from the plainest run, and that of the first beyond. */
  readonly first: number;
  readonly end: number;
  /** What it saw of them; null until it is back. */
  sightings: readonly Sighting[] | null;
}

export class Lookouts {
  /** Scouts that may be sent somewhere, as often as they may be. */
  readonly #free: Scouting[];
  /** In order. */
  readonly #stretches: Stretch[] = [];
  /** How many branches are left to the search before each stretch. */
  #gap = STRETCH;

  constructor(scouts: readonly Scouting[]) {
    this.#free = Array.from({ length: MAX_ORDERS }, () => scouts).flat();
  }

  /** Sends each scout that is free. Branch number `next` is the next to be run, and stands at `at` in the queue. */
  send(next: number, queue: readonly Branch[], at: number, seen: StateSet): void {
    while (this.#free[0]?.isThere === true) {
      const first = Math.max(this.#stretches.at(-1)?.end ?? 0, next) + this.#gap;
      const end = first + STRETCH;
      if (end - next + at > queue.length) return;
      const scout = this.#free.shift()!;
      scout.send({ branches: queue.slice(first - next + at, end - next + at), known: seen.words });
      this.#stretches.push({ scout, first, end, sightings: null });
    }
  }

  /** What a scout saw of the next branch; null if none was sent there, or it has not come so far. */
  sightingOf(next: number): Sighting | null {
    for (;;) {
      const stretch = this.#stretches[0];
      if (stretch === undefined || next < stretch.first) return null;
      if (stretch.sightings === null && !this.#hear(stretch, next)) return null;
      if (next < stretch.end) return stretch.sightings![next - stretch.first] ?? null;
      this.#stretches.shift();
    }
  }

  /** Asks a scout what it saw, in the order in which it was sent. False if it is not back: then the branch is run by who asks. */
  #hear(stretch: Stretch, next: number): boolean {
    stretch.sightings = stretch.scout.receive();
    const isBack = stretch.sightings !== null;
    if (next === stretch.first) this.#gap = Math.max(0, this.#gap + (isBack ? -GAP_STEP : GAP_STEP));
    if (isBack) this.#free.push(stretch.scout);
    return isBack;
  }
}
