import { flag, numbers, packetsUp, row, whole } from "../world/column.ts";
import { count } from "../world/field.ts";
import { tableOf } from "../world/table.ts";
import { CLIENT_FIELDS } from "./client-library.part.ts";

export const STREAM_FIELDS = {
  client: CLIENT_FIELDS.client,
  reconnectMs: CLIENT_FIELDS.reconnectMs,
  maxRetriesPerRequest: CLIENT_FIELDS.maxRetriesPerRequest,
  streamLength: count(10_000, 1_000_000, {
    says: "How many entries the stream keeps at least (MAXLEN ~); of what is more, whole nodes of 33 go",
    source: "FACTS §1.8; ground-truth 24",
    tried: [0, 40],
  }),
} as const;

/** What is known of it before it is needed. */
export const STREAMS = {
  says: "Redis Streams with their Socket.IO adapter: servers read on from the last entry that they have (FACTS §1.8)",
  fields: STREAM_FIELDS,
} as const;

/** The stream: one row, if there is one. Entries are numbered from the beginning of the run, also across Redis' deaths, as their ids go on. */
export class StreamLogs extends tableOf({
  /** How many entries there ever were. */
  added: whole(),
  /** Of the first entry of this Redis. */
  first: whole(),
}) {}

/** Who reads the stream: a row for each server, if there is a stream. */
export class Readers extends tableOf({
  /** What it has not read, up to the latest entry: messages, the first first. Each is a branch. */
  unread: packetsUp(),
  /** Who published each of them, as its node less the first server's. */
  origins: numbers(),
  unreadCount: whole(),
  /** 1: what comes is for it: it has begun to read, and its process lives. */
  hasBegun: flag(),
  /** On the backplane's side, 1: it waits for the next entry. */
  isWaiting: flag(),
  /** On its own side: how many entries there were when it had read the latest that it has; −1: it has read none. */
  lastRead: row(),
}) {}
