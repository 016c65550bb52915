import { Cause } from "../../model/trace/causes.ts";
import { FrameKind } from "../../model/trace/frames.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { missed } from "../missed.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/**
 * A registry names a server that no longer holds the recipient (FACTS §2.1): the message may be lost, but not at the first try, as if nobody had
 * noticed. Nothing is promised where the server that asked has died meanwhile, so that Redis' answer reaches nobody.
 */
export const staleOwnerNoticed: Rule = {
  name: "stale-owner-noticed",
  kind: "always",
  statement:
    "What is sent to a server that does not hold its recipient is looked up again before it is lost, as often as the registry allows, and at least once.",
  subject: ["message that was looked up", "messages that were looked up"],
  whenNone: "no registry is asked",
  watch: (setting) => new StaleOwnerMonitor(setting),
};

class StaleOwnerMonitor implements Monitor {
  readonly sees = [RecordKind.frame, RecordKind.delivered, RecordKind.lost];
  readonly #nameOf: Setting["nameOf"];
  /** How often a message is to be looked up at least. */
  readonly #times: number;
  readonly #backplane: number;
  readonly #mayLookAgain: boolean;
  readonly #counter = new ScopeCounter();
  /** By message that is neither delivered nor lost: how often it was looked up. */
  readonly #asked = new Map<number, number>();

  constructor({ nameOf, scenario, backplaneNode }: Setting) {
    const { backplane } = scenario;
    const lookAgain = backplane.kind === "registry" ? backplane.lookAgain : 0;
    this.#nameOf = nameOf;
    this.#backplane = backplaneNode;
    this.#mayLookAgain = lookAgain > 0;
    this.#times = 1 + Math.max(1, lookAgain);
  }

  see(trace: Records, row: number): Breach | null {
    if (trace.kind[row] === RecordKind.frame) {
      const message = trace[at.frame.subject][row];
      if (trace[at.frame.kind][row] === FrameKind.lookUp)
        this.#asked.set(message, (this.#asked.get(message) ?? 0) + 1);
      return null;
    }
    return trace.kind[row] === RecordKind.lost ? this.#seeLoss(trace, row) : this.#seeDelivery(trace, row);
  }

  #seeDelivery(trace: Records, row: number): null {
    if (this.#asked.delete(trace[at.delivered.message][row])) this.#counter.spoke++;
    return null;
  }

  #seeLoss(trace: Records, row: number): Breach | null {
    const message = trace[at.lost.message][row];
    const asked = this.#asked.get(message);
    if (asked === undefined) return null;
    this.#asked.delete(message);
    if (trace[at.lost.cause][row] !== Cause.staleOwner) {
      this.#counter.exempt("it was lost otherwise");
      return null;
    }
    if (this.#mayLookAgain && trace[at.lost.place][row] === this.#backplane) {
      this.#counter.exempt("who had asked was gone");
      return null;
    }
    if (asked < this.#times)
      return missed(this.#nameOf, trace[at.lost.recipient][row], message, Cause.staleOwner);
    this.#counter.spoke++;
    return null;
  }

  scope(): Scope {
    return this.#counter.scope();
  }

  digest(add: (value: number) => void): void {
    for (const [message, times] of this.#asked) {
      add(message);
      add(times);
    }
  }
}
