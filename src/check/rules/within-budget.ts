import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { budgetMicros, dollars } from "../../run/channels.ts";
import { channelWords } from "../../run/words.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * What the channels cost in the run, message by message, is no more than the budget (FACTS §9.1). A channel whose price is not known
 * counts nothing, and what it takes is exempt. Where no budget is set there is nothing to judge.
 */
export const withinBudget: Rule = {
  name: "within-budget",
  kind: "always",
  statement: "The channels never cost more than the budget.",
  subject: ["message that a channel took", "messages that channels took"],
  whenNone: "no budget is set, or no channel takes a message",
  watch: (setting) => new BudgetMonitor(setting),
};

class BudgetMonitor implements Monitor {
  readonly sees = [RecordKind.channelSent];
  readonly #setting: Setting;
  readonly #counter = new ScopeCounter();
  /** In millionths of a US dollar. */
  readonly #mostMicros: number;
  #spentMicros = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#mostMicros = budgetMicros(setting.scenario);
  }

  see(trace: Records, row: number): Breach | null {
    if (this.#mostMicros === Number.POSITIVE_INFINITY) return null;
    const micros = trace[at.channelSent.micros][row];
    if (micros < 0) {
      this.#counter.exempt("no price is known");
      return null;
    }
    this.#spentMicros += micros;
    if (this.#spentMicros <= this.#mostMicros) {
      this.#counter.spoke++;
      return null;
    }
    const { nameOf } = this.#setting;
    const recipient = trace[at.channelSent.recipient][row];
    const by = channelWords(nameOf(trace[at.channelSent.channel][row]));
    return {
      key: "over-budget",
      text: `The message to ${nameOf(recipient)} by ${by} brings the cost to ${dollars(this.#spentMicros)}, and the budget is ${dollars(this.#mostMicros)}.`,
      clients: [recipient],
      message: trace[at.channelSent.message][row],
    };
  }

  scope() {
    return this.#counter.scope();
  }

  digest(add: (value: number) => void): void {
    add(this.#spentMicros);
  }
}
