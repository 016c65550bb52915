/** Running a scenario for a person: in slices, so that Ctrl-C is heard and progress can be shown. */

import { grouped } from "../run/grouped.ts";
import type { EndedBy, RunResult } from "../run/result.ts";
import { Run } from "../run/run.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Io } from "./io.ts";
import { CLEARED, seconds } from "./text.ts";

export interface Bounds {
  readonly seed?: number;
  readonly untilUs?: number;
  readonly maxEvents?: number;
}

/** A run as the command line ends it. */
export type CliResult = Omit<RunResult, "endedBy"> & {
  readonly endedBy: EndedBy | "interrupted";
};

const SLICE_MS = 100;
const PROGRESS_AFTER_MS = 1000;
/** The number of copies up to which a report still fits into memory, beside the trace. */
export const MAX_COPIES = 4_000_000;

/** A run that is over, and what its trace says. */
export interface Simulated {
  readonly run: Run;
  readonly endedBy: CliResult["endedBy"];
  /** All of it: to read a trace takes as long as it is long. */
  readonly result: () => CliResult;
}

export async function simulate(
  io: Io,
  scenario: Scenario,
  variant: string | null,
  bounds: Bounds,
): Promise<Simulated> {
  let interrupted = false;
  const stopListening = io.onInterrupt(() => {
    interrupted = true;
  });
  const beganMs = performance.now();
  let sliceEndMs = beganMs + SLICE_MS;
  let events = 0;
  try {
    const run = new Run(scenario, {
      ...bounds,
      maxCopies: MAX_COPIES,
      isOverdue: () => performance.now() >= sliceEndMs,
    });
    let endedBy: CliResult["endedBy"];
    let shown = false;
    for (;;) {
      endedBy = run.finish();
      events = run.events;
      if (endedBy !== "wall clock") break;
      // Signals are heard only when the event loop turns.
      await new Promise((resolve) => setImmediate(resolve));
      if (interrupted) {
        endedBy = "interrupted";
        break;
      }
      const nowMs = performance.now();
      if (io.progress && nowMs - beganMs > PROGRESS_AFTER_MS) {
        const share = Math.floor((100 * run.nowUs) / run.untilUs);
        io.err(
          `${CLEARED}${share} % of simulated time (${seconds(run.nowUs)}), ${grouped(run.events)} events; Ctrl-C ends the run`,
        );
        shown = true;
      }
      sliceEndMs = nowMs + SLICE_MS;
    }
    if (shown) io.err(CLEARED);
    return { run, endedBy, result: () => ({ ...run.result(variant), endedBy }) };
  } catch (error) {
    const at = `scenario ${scenario.name}, variant ${variant ?? "none"}, seed ${bounds.seed ?? scenario.seed}, after ${grouped(events)} events`;
    throw new Error(`the run broke off (${at}): ${(error as Error).message}`, { cause: error });
  } finally {
    stopListening();
  }
}
