import { owner, row, untold } from "../world/column.ts";
import { oneOf, waitMs } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A server's handler that writes into the database what a message says, and tells others of it. BEGIN: it is called. CRASH: its process died. */
export const writingPart = part({
  name: "writing",
  number: 20,
  home: { column: "server", of: "writings" },
  events: ["BEGIN", "CRASH"],
  fields: {
    in: "servers",
    of: {
      publishes: oneOf(["at-once", "before", "after", "outbox"], "at-once", {
        says: "When a server tells others what it has got from a sender, or says itself. at-once: as it comes, and nothing is written. Else it is written into a database too, after effectMs: before: told first, and written then; after: written first, and told then; outbox: the row and the event are written in one transaction, and a relay tells what it finds there",
        source: "FACTS §7",
      }),
      publishDelayMs: waitMs(0, {
        says: "With publishes after: how long after the row is written the server tells of it",
        tried: [20],
      }),
    },
  },
  causes: ["serverCrashed", "eventNeverPublished", "beyondReplay", "volatileDropped"],
});
export const WritingEvent = writingPart.on;

/** One row a message that a server writes and tells of. */
export class Writings extends tableOf({
  // Told in future.ts while it is at work: which comes first depends on the run.
  server: untold(row()),
  /** It has a branch here until the handler is over. */
  message: untold(owner()),
}) {}
