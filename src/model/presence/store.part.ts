import { flag, row, until, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * Who is online, as it is kept in Redis. ADD, REMOVE: the entity is a session, x its server. EXPIRE: the entity is an entry. READ: the
 * entity is a user, whose observers look.
 */
export const presencePart = part({
  name: "presence",
  number: 55,
  events: ["ADD", "REMOVE", "EXPIRE", "READ"],
});
export const PresenceEvent = presencePart.on;

/** One row a user, if anybody keeps who is online. */
export class Users extends tableOf({
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

/** Commands that wait until the store can have them, in order. */
export class PresenceInbox extends tableOf({ code: whole(), session: row(), server: row() }) {}
