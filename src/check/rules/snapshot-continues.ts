import { Cause } from "../../model/trace/causes.ts";
import { FrameKind } from "../../model/trace/frames.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { missed } from "../missed.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/**
 * A page that loads what there is and then listens (FACTS §13.8) has all that came between: it stands in the snapshot, or is
 * brought when the page listens. What is judged is what is sent from its request for the snapshot on until it is connected. Nothing is
 * promised of what is lost for other reasons.
 */
export const snapshotContinues: Rule = {
  name: "snapshot-continues",
  kind: "always",
  statement: "Who loads what there is, and then listens, misses nothing in between.",
  subject: ["copy for who loads and does not listen yet", "copies for who load and do not listen yet"],
  whenNone: "nobody loads a snapshot, or nothing is sent to who does",
  watch: (setting) => new SnapshotMonitor(setting),
};

class SnapshotMonitor implements Monitor {
  readonly sees = [
    RecordKind.frame,
    RecordKind.copy,
    RecordKind.connected,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  readonly #nameOf: Setting["nameOf"];
  readonly #counter = new ScopeCounter();
  /** Clients that load, and do not listen yet. */
  readonly #loading = new Set<number>();
  /** Copies that were sent to one of them. */
  readonly #owed = new Set<number>();

  constructor({ nameOf }: Setting) {
    this.#nameOf = nameOf;
  }

  see(trace: Records, row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.frame:
        if (trace[at.frame.kind][row] === FrameKind.snapshotGet) this.#loading.add(trace[at.frame.from][row]);
        return null;
      case RecordKind.copy:
        if (this.#loading.has(trace[at.copy.recipient][row])) this.#owed.add(trace[at.copy.copy][row]);
        return null;
      case RecordKind.connected:
        this.#loading.delete(trace[at.connected.client][row]);
        return null;
      case RecordKind.delivered:
        if (this.#owed.delete(trace[at.delivered.copy][row])) this.#counter.spoke++;
        return null;
      default:
        return this.#seeLoss(trace, row);
    }
  }

  #seeLoss(trace: Records, row: number): Breach | null {
    if (!this.#owed.delete(trace[at.lost.copy][row])) return null;
    const cause = trace[at.lost.cause][row];
    if (cause !== Cause.afterSnapshot) {
      this.#counter.exempt("it was lost for another reason");
      return null;
    }
    return missed(this.#nameOf, trace[at.lost.recipient][row], trace[at.lost.message][row], cause);
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#owed.size };
  }

  digest(add: (value: number) => void): void {
    for (const client of this.#loading) add(client);
    add(-1);
    for (const copy of this.#owed) add(copy);
  }
}
