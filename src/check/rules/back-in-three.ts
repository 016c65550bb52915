import { Machine, MODEL } from "../../model/parts.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { Calm } from "../calm.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { FAILED, type Scope, ScopeCounter } from "../scope.ts";

/** So many attempts may fail, with one less. */
const MOST = 3;

const ATTEMPTING = MODEL[Machine.client].chart.states.indexOf("online.connecting.engine");

/**
 * Who was cut with many others comes back with many others. Where there is room for few at a time, the rest are turned away and come again, by
 * the same clock (FACTS §8, §14.1): a storm, which goes on though nothing is broken any more. It has ended for somebody who is in. Counted are
 * attempts that begin when everything works; another fault begins the count anew. Nothing is promised of who has never been connected.
 */
export const backInThree: Rule = {
  name: "back-in-three",
  kind: "always",
  statement:
    "Once everything works again, nobody who has lost its connection fails to connect three times in a row.",
  subject: ["return", "returns"],
  whenNone: "nobody who was connected tries to connect again",
  followsTrouble: true,
  watch: (setting) => new StormMonitor(setting),
};

class StormMonitor implements Monitor {
  readonly sees = [
    ...Calm.sees,
    RecordKind.transition,
    RecordKind.connected,
    RecordKind.disconnected,
  ] as const;
  readonly machines = [Machine.client];
  readonly #nameOf: Setting["nameOf"];
  readonly #calm: Calm;
  readonly #counter = new ScopeCounter();
  /** Clients that have been connected. */
  readonly #known = new Set<number>();
  /** By client whose attempt began when everything worked, and counts. */
  readonly #trying = new Set<number>();
  /** By client: how many of its attempts in a row have failed. */
  readonly #failed = new Map<number, number>();

  constructor(setting: Setting) {
    this.#nameOf = setting.nameOf;
    this.#calm = new Calm(setting);
  }

  see(trace: Records, row: number): Breach | null {
    this.#calm.see(trace, row);
    switch (trace.kind[row]) {
      case RecordKind.fault:
        this.#counter.exempt(FAILED, this.#trying.size);
        this.#trying.clear();
        this.#failed.clear();
        return null;
      case RecordKind.transition:
        this.#seeTransition(trace, row);
        return null;
      case RecordKind.connected:
        this.#succeed(trace[at.connected.client][row]);
        return null;
      default:
        return this.#fail(trace[at.disconnected.client][row]);
    }
  }

  #seeTransition(trace: Records, row: number): void {
    const client = trace[at.transition.entity][row];
    if (trace[at.transition.machine][row] !== Machine.client || !this.#known.has(client)) return;
    if (trace[at.transition.after][row] !== ATTEMPTING || this.#calm.sinceUs > trace.timeUs[row]) return;
    this.#trying.add(client);
  }

  #succeed(client: number): void {
    this.#known.add(client);
    this.#failed.delete(client);
    if (this.#trying.delete(client)) this.#counter.spoke++;
  }

  /** A connection ends, or an attempt does, which counts if it began when everything worked. */
  #fail(client: number): Breach | null {
    if (!this.#trying.delete(client)) return null;
    const times = (this.#failed.get(client) ?? 0) + 1;
    this.#failed.set(client, times);
    if (times < MOST) return null;
    return {
      key: "storm",
      text: `${this.#nameOf(client)} fails to connect for the third time in a row, although everything works.`,
      clients: [client],
      message: -1,
    };
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#trying.size };
  }

  digest(add: (value: number) => void): void {
    this.#calm.digest(add);
    for (const some of [this.#known, this.#trying]) {
      for (const client of some) add(client);
      add(-1);
    }
    for (const [client, times] of this.#failed) {
      add(client);
      add(times);
    }
  }
}
