import { Audience, at, Outcome, RecordKind } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/**
 * What a sender is told would have to be so, for it to act on it: to send again what failed, and only that. A timeout does not promise it: it
 * says that no acknowledgement came, and nothing of the effect (FACTS §7; ground-truth 26).
 */
export const outcomeIsTrue: Rule = {
  name: "outcome-is-true",
  kind: "always",
  statement:
    "What a client is told of its message is so: it is done if it was acknowledged, and never done if it failed.",
  subject: ["message that was to be acknowledged", "messages that were to be acknowledged"],
  whenNone: "no client asks for an acknowledgement",
  watch: (setting) => new OutcomeMonitor(setting),
};

/** Its way of breaking that is about timeouts. */
export const FAILED_AND_DONE = "failed, and done";

/** What is known of a message so far. */
interface Known {
  readonly sender: number;
  told: Outcome | null;
  isDone: boolean;
}

class OutcomeMonitor implements Monitor {
  readonly sees = [
    RecordKind.message,
    RecordKind.tried,
    RecordKind.settled,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  #nameOf: Setting["nameOf"];
  #counter = new ScopeCounter();
  #open = new Map<number, Known>();
  /** What servers are to do, and nobody has tried yet. Of what they hand on, an acknowledgement promises nothing that this rule could see. */
  #toDo = new Set<number>();

  constructor({ nameOf }: Setting) {
    this.#nameOf = nameOf;
  }

  see(trace: Parameters<Monitor["see"]>[0], row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.message:
        if (trace[at.message.audience][row] === Audience.task) this.#toDo.add(trace[at.message.message][row]);
        return null;
      case RecordKind.tried: {
        const message = trace[at.tried.message][row];
        const sender = trace[at.tried.client][row];
        if (this.#toDo.delete(message)) this.#open.set(message, { sender, told: null, isDone: false });
        return null;
      }
      case RecordKind.settled:
        return this.#seeTold(trace[at.settled.message][row], trace[at.settled.outcome][row] as Outcome);
      case RecordKind.delivered:
        return isDone(trace, row) ? this.#seeDone(trace[at.delivered.message][row]) : null;
      default:
        return this.#seeLost(trace[at.lost.message][row]);
    }
  }

  #seeTold(message: number, told: Outcome): Breach | null {
    const known = this.#open.get(message);
    if (known === undefined) return null;
    known.told = told;
    if (told === Outcome.unheard) return this.#exempt(message);
    if (!known.isDone) return null;
    return told === Outcome.acknowledged ? this.#keep(message) : this.#failedButDone(message, known);
  }

  #seeDone(message: number): Breach | null {
    const known = this.#open.get(message);
    if (known === undefined) return null;
    known.isDone = true;
    if (known.told === null) return null;
    return known.told === Outcome.acknowledged ? this.#keep(message) : this.#failedButDone(message, known);
  }

  #seeLost(message: number): Breach | null {
    const known = this.#open.get(message);
    if (known === undefined) return null;
    if (known.told !== Outcome.acknowledged) return this.#keep(message);
    this.#open.delete(message);
    const who = this.#nameOf(known.sender);
    const text = `${who} was told that message ${messageNumber(message)} is done, and it never will be.`;
    return { key: "acknowledged, never done", text, clients: [known.sender], message };
  }

  #failedButDone(message: number, { sender }: Known): Breach {
    this.#open.delete(message);
    const text = `${this.#nameOf(sender)} was told that message ${messageNumber(message)} failed, and it is done all the same.`;
    return { key: FAILED_AND_DONE, text, clients: [sender], message };
  }

  #keep(message: number): null {
    this.#open.delete(message);
    this.#counter.spoke++;
    return null;
  }

  #exempt(message: number): null {
    this.#open.delete(message);
    this.#counter.exempt("its sender is never told");
    return null;
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#open.size };
  }

  digest(add: (value: number) => void): void {
    for (const [message, { told, isDone }] of this.#open) {
      add(message);
      add(told ?? -1);
      add(isDone ? 1 : 0);
    }
  }
}
