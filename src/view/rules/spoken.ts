/**
 * What is said aloud of a search: verdicts at once, progress now and then. A search begins with silence, however soon it ends,
 * so that its verdict is news even if it is the same as before.
 */
import type { CheckState } from "../search/check-client.ts";

/** Screen readers are told of progress this often. */
const TOLD_MS = 3000;
/** Screen readers notice a silence only once it is on screen; then it lasts this much longer. */
const SILENCE_MS = 100;

export class Spoken {
  #told = "";
  #toldMs = 0;
  /** A search has just begun: nothing is said yet. */
  #isSilent = false;

  say(check: CheckState, says: string): string {
    if (this.#isSilent) this.#told = "";
    else if (check.phase === "running") {
      const now = performance.now();
      if (check.progress !== null && this.#told !== "" && now - this.#toldMs < TOLD_MS) return this.#told;
      this.#toldMs = now;
      this.#told = check.progress === null ? "" : says;
    } else this.#told = says;
    return this.#told;
  }

  /** A search begins. Calls back when there is something to be said again. */
  beSilent(onEnd: () => void): void {
    this.#isSilent = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        this.#isSilent = false;
        onEnd();
      }, SILENCE_MS),
    );
  }
}
