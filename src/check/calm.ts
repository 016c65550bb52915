/**
 * Whether anything has failed: most rules promise something only as long as no process and no link fails.
 * Read off the faults in the trace and nothing else, as rules must not believe the machines that they check.
 */
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import type { Fault } from "../scenario/schema.ts";

type Act = Fault["act"];

/** What ends each failure. A packet that is dropped or late is over by itself. */
const REPAIRED_BY: Readonly<Partial<Record<Act, Act>>> = {
  crash: "restart",
  freeze: "resume",
  cut: "heal",
  slow: "heal",
  lose: "heal",
};

/** Whether an act begins an outage, which lasts until it is repaired. */
export function isFailure(act: Act): boolean {
  return REPAIRED_BY[act] !== undefined;
}

/** Whether one act ends the outage that another begins. */
export function repairs(repair: Act, failure: Act): boolean {
  return REPAIRED_BY[failure] === repair;
}

/** How nodes and links are failed after a fault: what is down can't be frozen, and goes on by a restart only. */
export function strike(failed: Map<string, Act>, { act, target }: Fault): void {
  const failure = failed.get(target);
  if (isFailure(act)) failed.set(target, act === "freeze" ? (failure ?? act) : act);
  else if (failure !== undefined && repairs(act, failure)) failed.delete(target);
}

export class Calm {
  static readonly sees = [RecordKind.fault] as const;
  readonly #faults: readonly Fault[];
  /** By node or link: how it failed. */
  readonly #failed = new Map<string, Act>();
  /** When the last fault struck or was repaired, µs; −Infinity if none has. */
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
