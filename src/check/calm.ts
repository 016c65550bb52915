/**
 * Whether anything has failed: most rules promise something only as long as no process and no link fails.
 * Read off the faults in the trace and nothing else, as rules must not believe the machines that they check.
 */
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import type { Fault } from "../scenario/schema.ts";
import type { Setting } from "./rule.ts";

type Act = Fault["act"];

/** What ends each failure. A packet that is dropped or late is over by itself. */
const REPAIRED_BY: Readonly<Partial<Record<Act, Act>>> = {
  crash: "restart",
  stop: "restart",
  freeze: "resume",
  throttle: "resume",
  cut: "heal",
  mute: "heal",
  slow: "heal",
  lose: "heal",
};

/** Whether an act begins an outage, which lasts until it is repaired. */
export function isFailure(act: Act): boolean {
  return REPAIRED_BY[act] !== undefined;
}

/** Whether an act makes connections on links silent, which nobody is told. */
export function silencesLinks(act: Act): boolean {
  return act === "cut" || act === "mute";
}

/** Whether one act ends the outage that another begins. */
export function repairs(repair: Act, failure: Act): boolean {
  return REPAIRED_BY[failure] === repair;
}

/** How nodes and links are failed after a fault: what is down can't be frozen, and goes on by a restart only. */
export function strike(failed: Map<string, Act>, act: Act, targets: readonly string[]): void {
  for (const target of targets) {
    const failure = failed.get(target);
    if (isFailure(act)) failed.set(target, act === "freeze" ? (failure ?? act) : act);
    else if (failure !== undefined && repairs(act, failure)) failed.delete(target);
  }
}

export class Calm {
  static readonly sees = [RecordKind.fault] as const;
  readonly #setting: Setting;
  /** By node or link: how it failed. */
  readonly #failed = new Map<string, Act>();
  /** When the last fault struck or was repaired, µs; −Infinity if none has. */
  #changedUs = Number.NEGATIVE_INFINITY;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  see(trace: Records, row: number): void {
    if (trace.kind[row] !== RecordKind.fault) return;
    const { scenario, struckBy } = this.#setting;
    const fault = scenario.faults[trace[at.fault.fault][row]];
    strike(this.#failed, fault.act, struckBy(fault));
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
    // A fault's number names its act, and a place among what it strikes, the target.
    const { scenario, struckBy } = this.#setting;
    for (const [i, fault] of scenario.faults.entries())
      for (const [place, target] of struckBy(fault).entries())
        if (this.#failed.get(target) === fault.act) {
          add(i);
          add(place);
        }
  }
}
