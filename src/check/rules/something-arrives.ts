import { at, RecordKind } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Rule } from "../rule.ts";

/** Where nothing ever arrives, most rules hold without having judged anything. This one makes sure that something arrives. */
export const somethingArrives: Rule = {
  name: "something-arrives",
  kind: "sometimes",
  statement: "At least one copy arrives in at least one run.",
  subject: ["run", "runs"],
  watch: ({ nameOf }) => ({
    sees: [RecordKind.delivered],
    see: (trace, row) => {
      const recipient = trace[at.delivered.recipient][row];
      const message = trace[at.delivered.message][row];
      return {
        key: "delivered",
        text: `${nameOf(recipient)} gets message ${messageNumber(message)}.`,
        clients: [recipient],
        message,
      };
    },
    digest: () => {},
  }),
};
