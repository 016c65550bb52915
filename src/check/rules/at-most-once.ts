import { RecordKind } from "../../model/records.ts";
import type { Rule } from "../rule.ts";

/**
 * Socket.IO without retries delivers at most once (FACTS §1.5), which is a promise about one connection. A client that moves to another
 * server while a publish is under way can get it from both: the search finds that where idle cuts, freezes or crashes move clients.
 */
export const atMostOnce: Rule = {
  name: "at-most-once",
  kind: "always",
  statement: "No copy reaches its recipient twice.",
  watch: ({ nameOf }) => ({
    sees: [RecordKind.duplicated],
    see: (trace, row) => ({
      key: "duplicated",
      text: `${nameOf(trace.c[row]!)} gets its copy of message ${trace.b[row]} a second time.`,
      clients: [trace.c[row]!],
      message: trace.b[row]!,
    }),
    digest: () => {},
  }),
};
