import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import { channelWords } from "../../run/words.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * Who is told by a channel is told once, be it there or on the page (FACTS §9.1). A service that gates on receipts keeps this
 * as long as each receipt comes before its patience ends: a receipt that is lost or late looks like a message that never
 * arrived. What the application knows and does not show again tells nobody. Where no copy comes by a channel there is nothing to judge.
 */
export const toldOnce: Rule = {
  name: "told-once",
  kind: "always",
  statement: "Nobody is told the same thing twice, by whatever channels.",
  subject: ["copy that came by a channel", "copies that came by channels"],
  whenNone: "nothing comes by a channel",
  watch: (setting) => new TwiceMonitor(setting),
};

class TwiceMonitor implements Monitor {
  readonly sees = [RecordKind.channelArrived, RecordKind.duplicated];
  readonly #setting: Setting;
  readonly #counter = new ScopeCounter();
  /** By copy that came by channels: the latest of them. */
  readonly #by = new Map<number, number>();
  /** The record of the latest such arrival. */
  #row = -1;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  see(trace: Records, row: number): Breach | null {
    if (trace.kind[row] === RecordKind.channelArrived) {
      if (trace[at.channelArrived.known][row] === 1) return null;
      this.#counter.spoke++;
      this.#row = row;
      this.#by.set(trace[at.channelArrived.copy][row], trace[at.channelArrived.channel][row]);
      return null;
    }
    const channel = this.#by.get(trace[at.duplicated.copy][row]);
    if (channel === undefined) return null;
    const { nameOf } = this.#setting;
    const recipient = trace[at.duplicated.recipient][row];
    const message = trace[at.duplicated.message][row];
    const by = channelWords(nameOf(channel));
    const how =
      this.#row === row - 1 ? `by ${by}, when it had come already` : `on the page, when it had come by ${by}`;
    return {
      key: "told-twice",
      text: `${nameOf(recipient)} is told twice of message ${messageNumber(message)}: it comes ${how}.`,
      clients: [recipient],
      message,
    };
  }

  scope() {
    return this.#counter.scope();
  }

  digest(add: (value: number) => void): void {
    for (const copy of [...this.#by.keys()].sort((a, b) => a - b)) add(copy);
  }
}
