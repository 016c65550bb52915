import { flag, owner, row, small, until, untold } from "../world/column.ts";
import { durationOr, oneOf, share, waitMs } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A server's handler at work on a message that has arrived. BEGIN: it is called. CRASH: its process died. */
export const handlingPart = part({
  name: "handling",
  number: 17,
  home: { column: "server", of: "handlings" },
  events: ["BEGIN", "CRASH"],
  fields: {
    in: "servers",
    of: {
      effectMs: waitMs(0, {
        says: "How long a server's handler works on a message, until its effect is there",
        tried: [20],
      }),
      ackDelayMs: waitMs(0, {
        says: "How long after the effect the acknowledgement leaves",
        tried: [20, 120],
      }),
      seenIds: oneOf(["none", "memory", "redis"], "none", {
        says: "Where servers remember the ids of messages, to recognise one that comes again: nowhere, in each process's memory, or in a Redis that all share and that stays up",
        source: "FACTS §7; ground-truth 26",
      }),
      marksIds: oneOf(["before", "after", "together"], "before", {
        says: "When a message's id is remembered: before its effect, after it, or together with it, in one transaction of a database that has both",
        source: "FACTS §7",
      }),
      idsKeptMs: durationOr(["none"], "none", {
        says: "How long an id is remembered; none: for ever",
        source: "FACTS §7",
        tried: [200],
      }),
      idStoreMs: waitMs(0, {
        says: "With ids in Redis: how long it takes to look one up, and to write one down",
        tried: [10],
      }),
      failsBeforeEffect: share(0, {
        says: "Share of messages whose handler throws before the effect: nothing is done, and nothing comes back",
        tried: [0.2],
      }),
      failsAfterEffect: share(0, {
        says: "Share of messages whose handler throws after the effect: it is done, and no acknowledgement is sent",
        tried: [0.2],
      }),
    },
  },
  causes: ["serverCrashed", "handlerFailed", "seenNotDone", "beyondReplay", "volatileDropped"],
});
export const HandlingEvent = handlingPart.on;

/** What becomes of a handler by itself. */
export const Throws = { never: 0, beforeEffect: 1, afterEffect: 2 } as const;

/** One row a message that has arrived, each time that it does. */
export class Handlings extends tableOf({
  // What it is about never changes, and is told in future.ts while it is at work: which comes first depends on the run.
  server: untold(row()),
  /** The session that brought it, to which the acknowledgement goes. */
  session: untold(row()),
  message: untold(owner()),
  /** Which emit brought it; −1: none is to be acknowledged. */
  emit: untold(row()),
  /** One of {@link Throws}. */
  throws: small(),
  /** 1 while nothing is decided: until then the message has a branch here. */
  isOpen: flag(1),
}) {}

/**
 * The ids that are remembered: one row for each delivery in each store, of which there is one in all, or one for each
 * server's process. None where nobody remembers any.
 */
export class SeenIds extends tableOf({
  isSeen: flag(),
  /** Until when, if ids are forgotten after a while. µs. */
  untilUs: until(),
}) {}
