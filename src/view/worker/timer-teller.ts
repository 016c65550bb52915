/**
 * Answers which timers run at an instant, by running the scenario again up to it. It works in slices and listens between
 * them: the next run that is asked for must not wait, and of several questions only the last is answered.
 */
import { TimerWatch } from "../../run/timers.ts";
import type { TimersAnswer, TimersRequest } from "./protocol.ts";
import { stage } from "./staging.ts";

const SLICE_EVENTS = 20_000;
/** A server has one for each session: so many are told, those that fire first. */
const MOST = 12;

export class TimerTeller {
  #watch: TimerWatch | null = null;
  /** The request whose run is watched. */
  #of = -1;
  #asked: TimersRequest | null = null;

  ask(request: TimersRequest, tell: (answer: TimersAnswer) => void): void {
    const isWorking = this.#asked !== null;
    this.#asked = request;
    if (!isWorking) void this.#work(tell);
  }

  /** A run is asked for: whoever wants to know of timers asks again. */
  forget(): void {
    this.#asked = null;
  }

  async #work(tell: (answer: TimersAnswer) => void): Promise<void> {
    const asked = this.#asked;
    if (asked === null) return;
    const { of, node, timeUs } = asked;
    if (this.#of !== of.id || this.#watch === null) {
      const staged = await stage(of).catch(() => null);
      if (staged === null || "refused" in staged) return this.forget();
      this.#watch = new TimerWatch(staged.scenario, of.seed ?? staged.scenario.seed);
      this.#of = of.id;
    }
    if (this.#asked !== asked || !this.#watch.advance(timeUs, SLICE_EVENTS)) {
      setTimeout(() => void this.#work(tell));
      return;
    }
    this.#asked = null;
    const timers = this.#watch.timersAt(node);
    tell({ asks: "timers", of: of.id, node, timeUs, timers: timers.slice(0, MOST), count: timers.length });
  }
}
