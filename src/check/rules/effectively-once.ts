import { Audience, at, Outcome, RecordKind } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Rule } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * What people mean by «exactly once»: at least once, and an id at the server that is stored together with the effect (FACTS §7; ground-truth
 * 26). Ids that die with a process, are forgotten too soon, or are written before the effect or after it do not promise it.
 */
export const effectivelyOnce: Rule = {
  name: "effectively-once",
  kind: "always",
  statement:
    "Nothing that a client sends to a server is done twice, and what the client is told is done is done.",
  subject: ["message that a server was to act on", "messages that servers were to act on"],
  whenNone: "no client sends a server something to do",
  watch: ({ nameOf }) => {
    const counter = new ScopeCounter();
    /** Those that are not done → whether their senders were told that they are. */
    const open = new Map<number, boolean>();
    return {
      sees: [
        RecordKind.message,
        RecordKind.settled,
        RecordKind.delivered,
        RecordKind.duplicated,
        RecordKind.lost,
      ],
      see: (trace, row) => {
        switch (trace.kind[row]) {
          case RecordKind.message:
            if (trace[at.message.audience][row] === Audience.task)
              open.set(trace[at.message.message][row], false);
            return null;
          case RecordKind.settled: {
            const message = trace[at.settled.message][row];
            const isTold = trace[at.settled.outcome][row] === Outcome.acknowledged;
            if (open.has(message)) open.set(message, isTold);
            return null;
          }
          case RecordKind.delivered:
            if (isDone(trace, row) && open.delete(trace[at.delivered.message][row])) counter.spoke++;
            return null;
          case RecordKind.duplicated: {
            if (!isDone(trace, row)) return null;
            const message = trace[at.duplicated.message][row];
            const sender = trace[at.duplicated.recipient][row];
            const text = `what ${nameOf(sender)}'s message ${messageNumber(message)} asks for is done a second time.`;
            return { key: "again", text, clients: [sender], message };
          }
        }
        const message = trace[at.lost.message][row];
        const wasTold = open.get(message);
        open.delete(message);
        if (wasTold === false) counter.exempt("it was never done, and its sender was not told that it is");
        if (wasTold !== true) return null;
        const sender = trace[at.lost.recipient][row];
        return {
          key: "never",
          text: `${nameOf(sender)} was told that message ${messageNumber(message)} is done, and it never will be.`,
          clients: [sender],
          message,
        };
      },
      scope: () => ({ ...counter.scope(), open: open.size }),
      digest: (add) => {
        for (const [message, isTold] of open) add(message * 2 + (isTold ? 1 : 0));
      },
    };
  },
};
