import { flag, numbers, owner, packetsUp, row, time, untold, whole } from "../world/column.ts";
import { durationOr, oneOf } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A worker in a server's process, one of a consumer group. START: its process runs. CRASH: it died. TAKE: it has been given an entry. */
export const consumerPart = part({
  name: "consumer",
  number: 24,
  home: "server",
  events: ["START", "CRASH", "TAKE"],
  fields: {
    in: "servers",
    of: {
      tasks: oneOf(["at-once", "stream"], "at-once", {
        says: "How servers do what they are asked to do. at-once: the one that is asked, as it comes; stream: it appends it to a stream in a Redis that stays up, of which each entry is given to one worker of a consumer group, one in each server",
        source: "FACTS §7.1; ground-truth 34",
      }),
      acksEntries: oneOf(["after", "before"], "after", {
        says: "With tasks stream: whether an entry is acknowledged after its effect (XACK, ackDelayMs later), or as it is given out (NOACK)",
        source: "FACTS §7.1; ground-truth 34",
      }),
      claimIdleMs: durationOr(["none"], "none", {
        says: "With tasks stream: after how long an entry that was given to a worker, and is not acknowledged, is given to another (XAUTOCLAIM): workers look before they read, and as often while they wait. none: nobody looks, and it stays with who had it",
        source: "FACTS §7.1; ground-truth 34",
        tried: [50, 300],
      }),
    },
  },
  causes: ["serverCrashed"],
});
export const ConsumerEvent = consumerPart.on;

/** One row a worker, if there is a stream. */
export class Consumers extends tableOf({
  /** What it has been given, and has not done: a branch of its message. */
  holding: packetsUp(),
  /** Its entry, and the one that it acknowledges; −1 none. */
  entry: row(),
}) {}

/** The stream and its group: one row, if there is one. */
export class ConsumerGroups extends tableOf({
  /** Entries that nobody was given yet, the first first. */
  fresh: numbers(),
  /** Workers that wait for one, those that wait longest first. */
  waiting: numbers(),
}) {}

/** What was appended to the stream: one row each time. */
export class StreamEntries extends tableOf({
  // Whose it is never changes.
  message: untold(owner()),
  /** The delivery whose id it has; −1 none. */
  delivery: untold(row()),
  /** Its branch, until it is acknowledged. */
  kept: packetsUp(),
  /** 1: it was given to a worker, and is not acknowledged. */
  isPending: flag(),
  /** When it was given to one. µs. */
  sinceUs: time(),
  /** How often it was. Only the trace is told. */
  times: untold(whole()),
}) {}
