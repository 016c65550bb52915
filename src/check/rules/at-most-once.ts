import { at, RecordKind } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Rule } from "../rule.ts";
import { ScopeCounter, TASK } from "../scope.ts";

/**
 * Socket.IO without retries delivers at most once (FACTS §1.5), which is a promise about one connection. A
 * client that moves to another server while a publish is under way can get it from both: the search finds
 * that where idle cuts, freezes or crashes move clients.
 */
export const atMostOnce: Rule = {
  name: "at-most-once",
  kind: "always",
  statement: "No copy reaches its recipient twice.",
  subject: ["copy that arrived", "copies that arrived"],
  whenNone: "no copy arrives",
  watch: ({ nameOf }) => {
    const counter = new ScopeCounter();
    return {
      sees: [RecordKind.delivered, RecordKind.duplicated],
      see: (trace, row) => {
        if (isDone(trace, row)) {
          counter.exempt(TASK);
          return null;
        }
        if (trace.kind[row] === RecordKind.delivered) {
          counter.spoke++;
          return null;
        }
        const recipient = trace[at.duplicated.recipient][row];
        const message = trace[at.duplicated.message][row];
        return {
          key: "duplicated",
          text: `${nameOf(recipient)} gets its copy of message ${messageNumber(message)} a second time.`,
          clients: [recipient],
          message,
        };
      },
      scope: () => counter.scope(),
      digest: () => {},
    };
  },
};
