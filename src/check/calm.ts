/**
 * Whether anything has failed: most rules promise something only as long as no process and no link fails.
 * Read off the faults in the trace and nothing else, as rules must not believe the machines that they check.
 */
import { at, RecordKind, type Records } from "../model/records.ts";
import type { Fault } from "../scenario/schema.ts";

/** What each act repairs; null: it is a failure itself. */
export const REPAIRS: Readonly<Record<Fault["act"], Fault["act"] | null>> = {
  crash: null,
  freeze: null,
  cut: null,
  restart: "crash",
  resume: "freeze",
  heal: "cut",
};

/**
 * Which nodes and links are failed after a fault, and how: a process that is down can't be frozen, and only a
 * restart brings it back.
 */
export function strike(failed: Map<string, Fault["act"]>, { act, target }: Fault): void {
  const repaired = REPAIRS[act];
  if (repaired === null) failed.set(target, act === "freeze" ? (failed.get(target) ?? act) : act);
  else if (failed.get(target) === repaired) failed.delete(target);
}

export class Calm {
  static readonly sees = [RecordKind.fault] as const;
  readonly #faults: readonly Fault[];
  /** By node or link: how it failed. */
  readonly #failed = new Map<string, Fault["act"]>();
  /** When the last fault struck or was repaired, µs; −Infinity if there was none. */
  #changedUs = Number.NEGATIVE_INFINITY;

  /** The scenario's faults. */
  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  see(trace: Records, row: number): void {
    if (trace.kind[row] !== RecordKind.fault) return;
    strike(this.#failed, this.#faults[trace[at.fault.fault][row]]);
    this.#changedUs = trace.timeUs[row];
  }

  /** Whether anything has failed so far, repaired or not. */
  get isOver(): boolean {
    return this.#changedUs !== Number.NEGATIVE_INFINITY;
  }

  /** Since when everything works, in µs; −Infinity if nothing has ever failed, Infinity while something is failed. */
  get sinceUs(): number {
    return this.#failed.size > 0 ? Number.POSITIVE_INFINITY : this.#changedUs;
  }

  digest(add: (value: number) => void): void {
    add(this.#failed.size);
    add(this.isOver ? this.#changedUs : -1);
    // A fault's number names its target and act.
    for (const [i, { target, act }] of this.#faults.entries()) if (this.#failed.get(target) === act) add(i);
  }
}
