import { FrameKind } from "../../model/trace/frames.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/**
 * Each stream keeps its order (FACTS §4): of TCP, and so of a WebSocket, the whole connection is one stream; of WebTransport, what the
 * scenario says. Between streams nothing is promised, and nothing of datagrams. What is written to a client is judged, where it is
 * written to its own line; a request of its own is a connection of its own.
 */
export const streamOrder: Rule = {
  name: "stream-order",
  kind: "always",
  statement:
    "What is written to one stream of a client's connection arrives in the order in which it was written.",
  subject: ["copy that arrived", "copies that arrived"],
  whenNone: "no copy arrives",
  watch: (setting) => new StreamOrderMonitor(setting),
};

interface Written {
  readonly stream: string;
  /** Its place among all that is written. */
  readonly place: number;
}

class StreamOrderMonitor implements Monitor {
  readonly sees = [
    RecordKind.message,
    RecordKind.copy,
    RecordKind.frame,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  #setting: Setting;
  #plain: ReadonlySet<number>;
  #counter = new ScopeCounter();
  #sender = new Map<number, number>();
  /** By copy that is under way: which message it is of. */
  #message = new Map<number, number>();
  /** By copy that is under way, once it is written to its recipient's line. */
  #written = new Map<number, Written>();
  /** By stream: the place of the latest that has arrived. */
  #latest = new Map<string, number>();
  #places = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#plain = new Set(setting.withoutConnection);
  }

  see(trace: Records, row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.message:
        this.#sender.set(trace[at.message.message][row], trace[at.message.sender][row]);
        return null;
      case RecordKind.copy:
        this.#message.set(trace[at.copy.copy][row], trace[at.copy.message][row]);
        return null;
      case RecordKind.frame:
        if (trace[at.frame.kind][row] === FrameKind.deliver)
          this.#write(trace[at.frame.subject][row], trace[at.frame.to][row]);
        return null;
      case RecordKind.lost:
        this.#forget(trace[at.lost.copy][row]);
        return null;
      default:
        return this.#deliver(trace[at.delivered.copy][row], trace[at.delivered.recipient][row]);
    }
  }

  #write(copy: number, to: number): void {
    const { clients } = this.#setting;
    if (to >= clients || this.#plain.has(to) || this.#written.has(copy)) return;
    const message = this.#message.get(copy);
    if (message === undefined) return;
    const stream = this.#streamOf(to, message);
    if (stream !== null) this.#written.set(copy, { stream, place: this.#places++ });
  }

  /** The stream by which a message comes to a client; null: no order is promised. */
  #streamOf(client: number, message: number): string | null {
    const { transport, messagesBy } = this.#setting.groupOf(client);
    if (transport !== "webtransport" || messagesBy === "one-stream") return `${client}`;
    return messagesBy === "stream-per-sender" ? `${client} ${this.#sender.get(message)}` : null;
  }

  #deliver(copy: number, recipient: number): Breach | null {
    const written = this.#written.get(copy);
    const message = this.#message.get(copy) ?? -1;
    this.#forget(copy);
    if (written === undefined) {
      this.#counter.exempt("it has a stream, or a connection, to itself");
      return null;
    }
    const { stream, place } = written;
    const before = this.#latest.get(stream) ?? -1;
    this.#latest.set(stream, Math.max(before, place));
    if (place > before) {
      this.#counter.spoke++;
      return null;
    }
    const who = this.#setting.nameOf(recipient);
    return {
      key: "overtaken",
      text: `${who} gets message ${messageNumber(message)} after one that was written to the same stream later.`,
      clients: [recipient],
      message,
    };
  }

  #forget(copy: number): void {
    this.#written.delete(copy);
    this.#message.delete(copy);
  }

  scope(): Scope {
    return this.#counter.scope();
  }

  digest(add: (value: number) => void): void {
    for (const [copy, { stream, place }] of [...this.#written].sort(([, a], [, b]) => a.place - b.place)) {
      add(copy);
      add(place < (this.#latest.get(stream) ?? -1) ? 1 : 0);
    }
  }
}
