/**
 * Whether anything has failed: most rules promise something only as long as no process and no link fails. Read off the faults in the
 * trace and nothing else, as rules must not believe the machines that they check.
 */
import { RecordKind } from "../model/records.ts";
import type { Fault } from "../scenario/schema.ts";
import type { Records } from "./rule.ts";

const REPAIRS: Readonly<Record<Fault["act"], boolean>> = {
  crash: false,
  freeze: false,
  cut: false,
  restart: true,
  resume: true,
  heal: true,
};

export class Calm {
  static readonly sees = [RecordKind.fault] as const;
  readonly #faults: readonly Fault[];
  readonly #failed = new Set<string>();
  /** When the last fault struck or was repaired, µs; −Infinity if none has. */
  #changedUs = Number.NEGATIVE_INFINITY;

  /** The scenario's faults. */
  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  see(trace: Records, row: number): void {
    if (trace.kind[row] !== RecordKind.fault) return;
    const fault = this.#faults[trace.a[row]!]!;
    // Restarting ends a freeze too, and both are of the one process.
    if (REPAIRS[fault.act]) this.#failed.delete(fault.target);
    else this.#failed.add(fault.target);
    this.#changedUs = trace.timeUs[row]!;
  }

  /** Whether anything has failed so far, repaired or not. */
  get isOver(): boolean {
    return this.#changedUs !== Number.NEGATIVE_INFINITY;
  }

  /** Since when nothing is failed, and what had failed is repaired; −Infinity if nothing ever had, Infinity if something is. µs. */
  get sinceUs(): number {
    return this.#failed.size > 0 ? Number.POSITIVE_INFINITY : this.#changedUs;
  }

  digest(add: (value: number) => void): void {
    add(this.#failed.size);
    add(this.isOver ? this.#changedUs : -1);
    for (const [i, { target }] of this.#faults.entries()) if (this.#failed.has(target)) add(i);
  }
}
