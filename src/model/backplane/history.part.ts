import { flag, until } from "../world/column.ts";
import { count, durationMs } from "../world/field.ts";
import { tableOf } from "../world/table.ts";

/** How much a history holds. */
export const HISTORY_FIELDS = {
  historySize: count(100, 1_000_000, {
    says: "How many messages the history keeps for whoever comes back; older ones go (AnyCable: 100; Centrifugo keeps none until it is told how many)",
    source: "FACTS §13.8",
    tried: [1, 3],
  }),
  historyTtlMs: durationMs(300_000, {
    says: "How long the history lasts after the latest message into it; then it is empty (AnyCable: 300 s; Centrifugo has none until it is told how long)",
    source: "FACTS §13.8",
    tried: [300, 1000],
  }),
} as const;

/** What is known of it before it is needed. */
export const HISTORY = {
  says: "Redis with a history, as Centrifugo uses it: each message is numbered and kept before servers hand it out (FACTS §13.8)",
  fields: HISTORY_FIELDS,
} as const;

/** Where clients are in the history: one row a client, if there is a history. What comes after is `clients.stored`. */
export class Positions extends tableOf({
  /** Until when the history keeps what is in it for this client. µs. */
  keptUntilUs: until(),
  /** 1: its position is one in a history that is lost. */
  isStale: flag(),
  /** 1: the position that its latest snapshot came with is one in a history that is lost. */
  isSnapshotStale: flag(),
  /** 1: something is missing after its position, and it will load a snapshot again. */
  isBehind: flag(),
  /** 1: it has listened before. */
  hasListened: flag(),
}) {}
