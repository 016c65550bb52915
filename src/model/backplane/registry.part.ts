import { flag, numbers, packetsUp, row, small, until, whole } from "../world/column.ts";
import { count, durationMs, oneOf } from "../world/field.ts";
import { tableOf } from "../world/table.ts";
import { CLIENT_FIELDS, SUBSCRIBER_FIELDS } from "./client-library.part.ts";

export const REGISTRY_FIELDS = {
  ...CLIENT_FIELDS,
  ...SUBSCRIBER_FIELDS,
  ttlMs: durationMs(3000, {
    says: "How long an entry of the registry counts after it was written last (SET with PX)",
    source: "ground-truth 27; FACTS §2.1",
    tried: [400, 900],
  }),
  refreshMs: durationMs(1000, {
    says: "How often a server writes the entries of all connections that it holds again",
    source: "ground-truth 27; FACTS §2.1",
    tried: [150, 500],
  }),
  writes: oneOf(["last-wins", "owner-only"], "last-wins", {
    says: "Whose write counts: the last one's; or, owner-only, a server writes an entry again, or deletes it, only while it names that server or nobody (by a script that compares first)",
    source: "FACTS §2.1",
  }),
  lookAgain: count(0, 100, {
    says: "How often a message is looked up again that reached a server which does not hold its recipient, or no server; 0: nobody asks what became of it",
    source: "FACTS §2.1",
    tried: [2],
  }),
  lookAgainMs: durationMs(200, {
    says: "How long whoever asked waits before it looks such a message up again",
    source: "FACTS §2.1",
    tried: [50, 300],
  }),
} as const;

/** What is known of it before it is needed. */
export const REGISTRY = {
  says: "Pub/Sub with a registry of who is connected to which server: what is for one client goes to that server alone (FACTS §2.1)",
  fields: REGISTRY_FIELDS,
} as const;

/** What servers do in the registry, if there is one: a row for each server. After them, a row for each publisher, which only looks up. */
export class Registrars extends tableOf({
  /** 1: its process lives. */
  isUp: flag(1),
  /** How many processes of it there were before this one. */
  boots: whole(),
  /** Messages that it will look up again, the first first. Each is a branch. */
  waiting: packetsUp(),
  /** What it has to write, and has no connection for: client and {@link Write}, put together. */
  unwritten: numbers(),
}) {}

/** The registry in Redis: a row for each client, if there is one. */
export class RegistryEntries extends tableOf({
  /** The server that it names. */
  server: row(),
  /** Until when it counts. µs. */
  untilUs: until(),
}) {}

/** By message, if there is a registry: how often it was looked up again. */
export class LookUps extends tableOf({ again: small() }) {}

/** What a server writes: a client has come, is still there, or has gone. */
export const Write = { come: 0, still: 1, gone: 2 } as const;
export type Write = (typeof Write)[keyof typeof Write];

/**
 * Of TOLD, y: what a server, or a publisher, is told of, x. From 0: the server that the registry names for message x. Down to `nobodyHears`, it brings a message.
 */
export const Told = {
  /** The registry has no entry for the recipient of message x. */
  nobodyNamed: -1,
  /** Nobody is subscribed to the channel to which message x was published. */
  nobodyHears: -2,
  /** Message x has waited, and is to be looked up again. */
  again: -3,
  /** Entries are to be written again, by the x-th process. */
  refresh: -4,
  /** Its connection that publishes is there. */
  connected: -5,
  /** A socket of client x has joined its rooms, or left them. */
  joined: -6,
  left: -7,
} as const;
