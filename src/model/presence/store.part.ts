import { flag, owner, row, until, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * Who is online, as it is kept in Redis. ADD, REMOVE: the entity is a session, x its server. EXPIRE: the entity is an entry. READ: the
 * entity is a row of Users, whose observers look. ANSWERED: the entity is a server, which the store has answered.
 *
 * Of what servers say to each other through it: SPREAD: to all others, by a server; x the clock up to which it told before, y that up to which it
 * tells now. ASK: to a server, by server x. STATE: to a server, by server x, whose clock is y.
 */
export const presencePart = part({
  name: "presence",
  number: 55,
  events: ["ADD", "REMOVE", "EXPIRE", "READ", "ANSWERED", "SPREAD", "ASK", "STATE"],
});
export const PresenceEvent = presencePart.on;

/**
 * One row a user, if anybody keeps who is online. Where servers believe something of their own, these rows are the store's, and after them come
 * as many for each server: {@link beliefRow}.
 */
export class Users extends tableOf({
  /** The node from which observers have it. */
  place: untold(owner()),
  /** How many of its clients are there, in truth. */
  there: whole(),
  /** Of a Bloom filter: how many of its bits are not set. */
  bitsLeft: whole(),
  /** How many entries say that it is online. */
  entries: whole(),
  /** 1: observers believe that it is. */
  isListed: flag(),
  /** 1: observers are about to look. */
  isRead: flag(),
}) {}

/** One row a client, if anybody keeps who is online. */
export class Presences extends tableOf({ isThere: flag() }) {}

/** What stands for a user or for a session in the store: by the number of that. */
export class PresenceEntries extends tableOf({
  user: untold(row()),
  isKept: flag(),
  /** Until when it counts, if entries expire. µs. */
  untilUs: until(),
  /** 1: it will be looked at when that may be over. */
  isTimed: flag(),
}) {}

/** The bits of a Bloom filter. */
export class FilterBits extends tableOf({ isSet: flag() }) {
  /** By bit: the users that it stands for, which never changes in a run. */
  readonly #users = new Map<number, number[]>();

  note(bit: number, user: number): void {
    const users = this.#users.get(bit);
    if (users === undefined) this.#users.set(bit, [user]);
    else if (!users.includes(user)) users.push(user);
  }

  usersOf(bit: number): readonly number[] {
    return this.#users.get(bit) ?? [];
  }
}

/** By server: the upward stream of its connection to the store. */
export class PresenceStreams extends tableOf({ stream: untold(row()) }) {}

/** What waits until the store can have it, in order: an event of the store, with its entity, x and y. */
export class PresenceInbox extends tableOf({ code: whole(), entity: row(), x: row(), y: whole() }) {}

/** By server, where servers believe something of their own: who asks there. */
export class PresenceLooks extends tableOf({
  /** Connections that have begun there. */
  pages: whole(),
  /** 1: somebody asks, and can be answered. */
  isLooking: flag(),
}) {}
