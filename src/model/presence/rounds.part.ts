import { flag, owner, small, until, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * A server's rounds of replicated presence: the entity is a server. HEARD: another server's word has come; x that server + the number of servers × the
 * clock up to which it had told before, y the clock up to which it has told now. ASKED: server x asks for all that it knows of its own connections.
 */
export const roundsPart = part({
  name: "rounds",
  number: 19,
  home: { column: "server", of: "presenceRounds" },
  events: ["START", "STOP", "HEARD", "ASKED"],
});
export const RoundsEvent = roundsPart.on;

/** One row a server, where presence is replicated. */
export class PresenceRounds extends tableOf({
  server: untold(owner()),
  /** How many changes it has made to who is online at it, over all its lives. */
  clock: whole(),
  /** Up to which of them it has told. */
  toldUpTo: whole(),
  /** Rounds in which it had nothing to tell, since it last told something. */
  silent: whole(),
  /** 1: in its next round it asks for what it lacks. */
  asks: flag(),
}) {}

/** What a server knows of another: row server × servers + other. */
export class PresenceReplicas extends tableOf({
  /** Up to which of the other's changes it knows. */
  heard: whole(),
  /** A {@link Replica}. */
  is: small(),
  /** When the other is down, and when for good, if nothing is heard of it. µs. */
  downAtUs: until(),
  goneAtUs: until(),
  /** 1: the other has told something that it has missed. */
  lacks: flag(),
}) {}

export const Replica = { unknown: 0, up: 1, down: 2 } as const;

/** By session, where presence is replicated: its server's clock when it began, and when it was over; 0 not yet. */
export class PresenceTracks extends tableOf({ joined: whole(), left: whole() }) {}
