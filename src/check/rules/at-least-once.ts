import { CAUSES } from "../../model/trace/causes.ts";
import { Audience, at, Outcome, RecordKind } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Rule } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * What acknowledgement and retry promise (FACTS §1.5, §7): a message is done, once or more often, or its sender knows that it may not be. Fire
 * and forget promises nothing of the kind. Of a message that its sender still keeps, nothing is decided yet.
 */
export const atLeastOnce: Rule = {
  name: "at-least-once",
  kind: "always",
  statement: "What a client sends to a server is done, or the client is told that it failed.",
  subject: ["message that a server was to act on", "messages that servers were to act on"],
  whenNone: "no client sends a server something to do",
  watch: ({ nameOf }) => {
    const counter = new ScopeCounter();
    /** Those of which nothing is decided → what their senders were told; null: nothing. */
    const open = new Map<number, Outcome | null>();
    return {
      sees: [RecordKind.message, RecordKind.settled, RecordKind.delivered, RecordKind.lost],
      see: (trace, row) => {
        switch (trace.kind[row]) {
          case RecordKind.message:
            if (trace[at.message.audience][row] === Audience.task)
              open.set(trace[at.message.message][row], null);
            return null;
          case RecordKind.settled: {
            const message = trace[at.settled.message][row];
            if (open.has(message)) open.set(message, trace[at.settled.outcome][row] as Outcome);
            return null;
          }
          case RecordKind.delivered:
            if (isDone(trace, row) && open.delete(trace[at.delivered.message][row])) counter.spoke++;
            return null;
        }
        const message = trace[at.lost.message][row];
        const told = open.get(message);
        if (told === undefined) return null;
        open.delete(message);
        if (told === Outcome.timedOut || told === Outcome.disconnected) {
          counter.spoke++;
          return null;
        }
        const sender = trace[at.lost.recipient][row];
        const { name, label } = CAUSES[trace[at.lost.cause][row]];
        const but = told === Outcome.acknowledged ? "was told that it is done" : "is not told";
        return {
          key: name,
          text: `${nameOf(sender)}'s message ${messageNumber(message)} is never done (${label}), and ${nameOf(sender)} ${but}.`,
          clients: [sender],
          message,
        };
      },
      scope: () => ({ ...counter.scope(), open: open.size }),
      digest: (add) => {
        for (const [message, told] of open) {
          add(message);
          add(told ?? -1);
        }
      },
    };
  },
};
