import { RecordKind } from "../../model/records.ts";
import type { Rule } from "../rule.ts";

/** Where nothing ever arrives, most rules hold and say nothing. This one makes sure that there is something to speak of. */
export const somethingArrives: Rule = {
  name: "something-arrives",
  kind: "sometimes",
  statement: "At least one copy arrives in at least one run.",
  subject: ["run", "runs"],
  watch: ({ nameOf }) => ({
    sees: [RecordKind.delivered],
    see: (trace, row) => ({
      key: "delivered",
      text: `${nameOf(trace.c[row]!)} gets message ${trace.b[row]}.`,
      clients: [trace.c[row]!],
      message: trace.b[row]!,
    }),
    digest: () => {},
  }),
};
