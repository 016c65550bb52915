import { packetsUp, row, untold, whole } from "../world/column.ts";
import { durationMs, oneOf, waitMs } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A server's relay, which looks into the outbox. START: its process runs. CRASH: it died. */
export const relayPart = part({
  name: "relay",
  number: 21,
  home: "server",
  events: ["START", "CRASH"],
  fields: {
    in: "servers",
    of: {
      relayIntervalMs: durationMs(500, {
        says: "With publishes outbox: how often each server's relay looks into the outbox",
        source: "FACTS §7",
        tried: [50, 200],
      }),
      relayMarks: oneOf(["before", "after"], "after", {
        says: "With publishes outbox: whether a relay marks an event as done before it publishes it, or after",
        source: "FACTS §7",
      }),
      relayMarkMs: waitMs(0, {
        says: "With publishes outbox: how long a relay takes between publishing an event and marking it as done, in whichever order",
        tried: [20],
      }),
    },
  },
  causes: ["eventNeverPublished", "beyondReplay", "volatileDropped"],
});
export const RelayEvent = relayPart.on;

/** The outbox: one row, if there is one. */
export class Outboxes extends tableOf({
  /** Events that are not marked as done, in the order in which they were written: each is a branch of its message. */
  due: packetsUp(),
  /** Of relays that mark first: what is marked, and not published. */
  taken: packetsUp(),
  /** How often the oldest of those due has been published. Only the trace is told. */
  published: untold(whole()),
  /** The server whose relay is at work, and has locked the outbox; −1 none. */
  lockedBy: row(),
}) {}
