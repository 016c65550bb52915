import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * A vendor bills no more messages than one wants to pay for (backplane.budgetMessages), each that is published and each that is delivered
 * (FACTS §9). Money is that times a price: fanout cost. Where there is no vendor or no budget, nothing is judged.
 */
export const billWithinBudget: Rule = {
  name: "bill-within-budget",
  kind: "always",
  statement: "The vendor bills no more messages than the budget is for.",
  subject: ["bill", "bills"],
  whenNone: "there is no budget",
  watch: (setting) => new BillMonitor(setting),
};

class BillMonitor implements Monitor {
  readonly sees = [RecordKind.billed];
  readonly #budget: number;
  readonly #counter = new ScopeCounter();

  constructor({ scenario: { backplane } }: Setting) {
    const written = backplane.kind === "vendor" ? backplane.budgetMessages : "none";
    this.#budget = written === "none" ? Number.POSITIVE_INFINITY : written;
  }

  see(trace: Records, row: number): Breach | null {
    const total = trace[at.billed.total][row];
    if (this.#budget === Number.POSITIVE_INFINITY) return null;
    if (total <= this.#budget) {
      this.#counter.spoke++;
      return null;
    }
    const message = trace[at.billed.message][row];
    return {
      key: "over",
      text: `The vendor has billed ${total} messages, and the budget is for ${this.#budget}.`,
      clients: [],
      message,
    };
  }

  scope() {
    return this.#counter.scope();
  }

  /** It remembers nothing: the vendor counts. */
  digest(): void {}
}
