/** What a search hears and shows while it goes on: Ctrl-C, and a line of progress. */
import type { Io } from "../io.ts";
import { CLEARED, seconds } from "../text.ts";
import type { Crew } from "./crew.ts";
import { GRACE_MS, type SearchHooks } from "./search.ts";

const PROGRESS_AFTER_MS = 1000;
const PROGRESS_EVERY_MS = 200;

export interface Listening {
  readonly hooks: SearchHooks;
  isInterrupted(): boolean;
  /** Takes the line of progress away. */
  clear(): void;
  close(): void;
}

/** Hears Ctrl-C, and shows progress where somebody watches. */
export function listen(io: Io, crew: Crew): Listening {
  let interrupted = false;
  let shownMs = performance.now() + PROGRESS_AFTER_MS - PROGRESS_EVERY_MS;
  let isShown = false;
  const beganMs = performance.now();
  const stopListening = io.onInterrupt(() => {
    interrupted = true;
    crew.stop(GRACE_MS.interrupted);
  });
  return {
    hooks: {
      isInterrupted: () => interrupted,
      onProgress: (words) => {
        const nowMs = performance.now();
        if (!io.progress || nowMs - shownMs < PROGRESS_EVERY_MS) return;
        shownMs = nowMs;
        isShown = true;
        io.err(
          `${CLEARED}${words}, ${seconds(Math.round((nowMs - beganMs) / 100) * 100_000)}; Ctrl-C ends the search`,
        );
      },
    },
    isInterrupted: () => interrupted,
    clear: () => {
      if (isShown) io.err(CLEARED);
      isShown = false;
    },
    close: stopListening,
  };
}
