import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import { channelWords } from "../../run/words.ts";
import { NumberSet } from "../number-set.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * What is said to a person, or by one, goes on with the conversation in which it is said, whatever channel it comes by and however often the
 * person's socket has changed (FACTS §9.1). The first message of a conversation goes on with nothing, and is not judged.
 */
export const contextSurvives: Rule = {
  name: "context-survives",
  kind: "always",
  statement: "A conversation goes on where it was, by whatever channel.",
  subject: ["message in a conversation", "messages in conversations"],
  whenNone: "there is no notification service, or it says nothing twice to anybody",
  watch: (setting) => new ContextMonitor(setting),
};

class ContextMonitor implements Monitor {
  readonly sees = [RecordKind.context];
  readonly #setting: Setting;
  readonly #counter = new ScopeCounter();
  /** Those with whom a conversation has begun. */
  readonly #known = new NumberSet();

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  see(trace: Records, row: number): Breach | null {
    const client = trace[at.context.client][row];
    if (!this.#known.has(client)) {
      this.#known.add(client);
      return null;
    }
    if (trace[at.context.sequence][row] > 1) {
      this.#counter.spoke++;
      return null;
    }
    const { nameOf } = this.#setting;
    const channel = trace[at.context.channel][row];
    const by = channel < 0 ? "on the page" : `by ${channelWords(nameOf(channel))}`;
    const message = trace[at.context.message][row];
    return {
      key: "begins-anew",
      text: `With message ${messageNumber(message)}, ${by}, the conversation with ${nameOf(client)} begins anew: what was said before is not found.`,
      clients: [client],
      message,
    };
  }

  scope() {
    return this.#counter.scope();
  }

  digest(add: (value: number) => void): void {
    this.#known.digest(add);
  }
}
