import { msToUs } from "../../kernel/time.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import { Presence } from "../presence.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter, TASK } from "../scope.ts";

/** What must have come by a time: this message, or one that its sender sent later. */
interface Due {
  readonly atUs: number;
  readonly message: number;
  readonly sender: number;
  readonly recipient: number;
  /** Whether it is known by now that it will not come, so that only a newer one can. */
  isLost: boolean;
}

/**
 * What games, tickers and cursors need (FACTS §4): each message makes those before it worthless, so one may be lost, if only the next comes in
 * time. It is promised to clients that say for how long a message is news to them (`freshForMs`), while they are connected. After the last
 * message nothing newer comes, so that one must arrive.
 */
export const newestWins: Rule = {
  name: "newest-wins",
  kind: "eventually",
  statement: "Who needs only the newest has it, or a newer one, while it is news.",
  subject: ["copy for those who need the newest", "copies for those who need the newest"],
  whenNone: "no client says for how long a message is news to it (freshForMs), or nothing is sent to one",
  watch: (setting) => new FreshnessMonitor(setting),
};

class FreshnessMonitor implements Monitor {
  readonly sees = [
    ...Presence.sees,
    RecordKind.message,
    RecordKind.copy,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  readonly machines = Presence.machines;
  #nameOf: Setting["nameOf"];
  #presence: Presence;
  #counter = new ScopeCounter();
  /** By client: how long a message is news to it, µs; 0: it needs no such thing. */
  #freshUs: readonly number[];
  /** In the order in which they are due. */
  #due: Due[] = [];
  /** By message. */
  #senders = new Map<number, number>();

  constructor({ clients, groupOf, nameOf }: Setting) {
    this.#nameOf = nameOf;
    this.#presence = new Presence(clients);
    this.#freshUs = Array.from({ length: clients }, (_, client) => msToUs(groupOf(client).freshForMs ?? 0));
  }

  see(trace: Records, row: number): Breach | null {
    this.#presence.see(trace, row);
    const kind = trace.kind[row];
    if (kind === RecordKind.message)
      this.#senders.set(trace[at.message.message][row], trace[at.message.sender][row]);
    else if (kind === RecordKind.copy) this.#expect(trace, row);
    else if (kind === RecordKind.delivered) this.#hear(trace, row);
    else if (kind === RecordKind.lost) this.#lose(trace[at.lost.message][row], trace[at.lost.recipient][row]);
    return null;
  }

  #expect(trace: Records, row: number): void {
    const recipient = trace[at.copy.recipient][row];
    const freshUs = this.#freshUs[recipient] ?? 0;
    if (freshUs === 0) return;
    if (!this.#presence.isConnected(recipient))
      return this.#counter.exempt("the recipient was not connected");
    const message = trace[at.copy.message][row];
    const sender = this.#senders.get(message)!;
    const due = { atUs: trace.timeUs[row] + freshUs, message, sender, recipient, isLost: false };
    const behind = this.#due.findLastIndex(({ atUs }) => atUs <= due.atUs) + 1;
    this.#due.splice(behind, 0, due);
  }

  #hear(trace: Records, row: number): void {
    const recipient = trace[at.delivered.recipient][row];
    if (this.#due.length === 0) return;
    if (isDone(trace, row)) return this.#counter.exempt(TASK);
    const heard = trace[at.delivered.message][row];
    const sender = this.#senders.get(heard);
    const open = this.#due.filter(
      (due) => due.recipient !== recipient || due.sender !== sender || due.message > heard,
    );
    this.#counter.spoke += this.#due.length - open.length;
    this.#due = open;
  }

  #lose(message: number, recipient: number): void {
    const lost = this.#due.find((due) => due.message === message && due.recipient === recipient);
    if (lost !== undefined) lost.isLost = true;
  }

  dueUs(): number {
    return this.#due[0]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    const { sender, recipient, message, isLost } = this.#due[0]!;
    return {
      key: isLost ? "lost" : "held-up",
      text: `${this.#nameOf(recipient)} has neither ${this.#nameOf(sender)}'s message ${messageNumber(message)} nor a newer one after ${this.#freshUs[recipient]! / 1000} ms.`,
      clients: [sender, recipient],
      message,
    };
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#due.length };
  }

  digest(add: (value: number) => void): void {
    this.#presence.digest(add);
    for (const { atUs, message, sender, recipient, isLost } of this.#due) {
      add(atUs);
      add(message);
      add(sender);
      add(recipient);
      add(isLost ? 1 : 0);
    }
  }
}
