import { Cause } from "../../model/trace/causes.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import { missed } from "../missed.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/** Something that is told and not written, or written and not published. */
interface Half {
  /** It never will be written: its server died. */
  isGivenUp: boolean;
  /** Somebody whom it has reached, −1 nobody. */
  recipient: number;
}

/**
 * A row and the word of it belong together (FACTS §7): nobody is told of what is not in the database and never will be, and what is there is
 * published in the end. An outbox promises that if relays mark what they have published, and not before. What becomes of it on its
 * way to the recipients is not judged here, nor how often they are told.
 */
export const toldIffDone: Rule = {
  name: "told-iff-done",
  kind: "always",
  statement:
    "Whoever is told of something, it is written or will be; and what is written is published in the end.",
  subject: ["message that servers write and tell of", "messages that servers write and tell of"],
  whenNone: "servers write nothing into a database (servers.publishes is at-once)",
  watch: (setting) => new HalvesMonitor(setting),
};

class HalvesMonitor implements Monitor {
  readonly sees = [
    RecordKind.written,
    RecordKind.neverWritten,
    RecordKind.published,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  readonly #nameOf: Setting["nameOf"];
  readonly #tellsFirst: boolean;
  readonly #counter = new ScopeCounter();
  /** By message. What is both written and published is forgotten. */
  readonly #halves = new Map<number, Half>();

  constructor({ nameOf, scenario }: Setting) {
    this.#nameOf = nameOf;
    this.#tellsFirst = scenario.servers.publishes === "before";
  }

  see(trace: Records, row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.written:
        return this.#note(trace[at.written.message][row], !this.#tellsFirst);
      case RecordKind.published:
        return this.#note(trace[at.published.message][row], this.#tellsFirst);
      case RecordKind.neverWritten:
        return this.#giveUp(trace[at.neverWritten.message][row]);
      case RecordKind.delivered:
        return this.#tell(trace[at.delivered.message][row], trace[at.delivered.recipient][row]);
      default:
        return trace[at.lost.cause][row] === Cause.eventNeverPublished
          ? this.#neverTold(trace[at.lost.message][row], trace[at.lost.recipient][row])
          : null;
    }
  }

  /** One of the two has come: the first, or the second. A relay may publish once more, which says nothing new. */
  #note(message: number, isFirst: boolean): null {
    if (isFirst) this.#halves.set(message, { isGivenUp: false, recipient: -1 });
    else if (this.#halves.delete(message)) this.#counter.spoke++;
    return null;
  }

  #giveUp(message: number): Breach | null {
    const half = this.#halves.get(message);
    if (half === undefined) this.#counter.exempt("it was neither written nor told");
    else if (half.recipient >= 0) return this.#neverDone(message, half.recipient);
    else half.isGivenUp = true;
    return null;
  }

  #tell(message: number, recipient: number): Breach | null {
    const half = this.#halves.get(message);
    // What is written may be read before it is published.
    if (half === undefined || !this.#tellsFirst) return null;
    if (half.isGivenUp) return this.#neverDone(message, recipient);
    if (half.recipient < 0) half.recipient = recipient;
    return null;
  }

  #neverDone(message: number, recipient: number): Breach {
    this.#halves.delete(message);
    return {
      key: "never-done",
      text: `${this.#nameOf(recipient)} is told message ${messageNumber(message)}, and what it says was never written.`,
      clients: [recipient],
      message,
    };
  }

  #neverTold(message: number, recipient: number): Breach | null {
    if (!this.#halves.delete(message)) return null;
    return missed(this.#nameOf, recipient, message, Cause.eventNeverPublished, "is never told");
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#halves.size };
  }

  digest(add: (value: number) => void): void {
    for (const [message, { isGivenUp, recipient }] of this.#halves) {
      add(message);
      add(isGivenUp ? 1 : 0);
      add(recipient);
    }
  }
}
