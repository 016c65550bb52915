import { at, RecordKind } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Rule } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * With one message outstanding at a time, nothing can overtake it, however often it is sent (FACTS §7; ground-truth 26). With several, one that
 * fails alone is done after those behind it. What is never done has no place in the order.
 */
export const orderUnderRetry: Rule = {
  name: "order-under-retry",
  kind: "always",
  statement: "What one client sends to servers is first done in the order in which it was sent.",
  subject: ["message that was done", "messages that were done"],
  whenNone: "no client sends a server something to do, or nothing is done",
  watch: ({ nameOf }) => {
    const counter = new ScopeCounter();
    /** By sender: the latest message that was done. */
    const latest = new Map<number, number>();
    return {
      sees: [RecordKind.delivered],
      see: (trace, row) => {
        if (!isDone(trace, row)) return null;
        const message = trace[at.delivered.message][row];
        const sender = trace[at.delivered.recipient][row];
        const before = latest.get(sender) ?? -1;
        latest.set(sender, Math.max(before, message));
        if (message > before) {
          if (before >= 0) counter.spoke++;
          else counter.exempt("the first from its sender");
          return null;
        }
        return {
          key: "overtaken",
          text: `${nameOf(sender)}'s message ${messageNumber(message)} is done after message ${messageNumber(before)}, which was sent later.`,
          clients: [sender],
          message,
        };
      },
      scope: () => counter.scope(),
      digest: (add) => {
        for (const [sender, message] of [...latest].sort(([a], [b]) => a - b)) {
          add(sender);
          add(message);
        }
      },
    };
  },
};
