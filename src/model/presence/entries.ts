/** Entries that say that somebody is online, and what observers who read them come to believe. */
import { RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { PresenceEvent } from "./store.part.ts";

/** The user whose a session's client is. */
export function userOf({ sessions, settings }: World, session: number): number {
  return settings.clients[sessions.client[session]]!.user;
}

/** An entry counts from now on, for `ttlUs`. */
export function keep(world: World, entry: number, user: number, ttlUs: number): void {
  const { presenceEntries: entries, users, queue } = world;
  while (entries.rows <= entry) entries.add();
  entries.user[entry] = user;
  if (ttlUs !== Number.POSITIVE_INFINITY) {
    entries.untilUs[entry] = queue.nowUs + ttlUs;
    if (entries.isTimed[entry] === 0) lookAgain(world, entry);
  }
  if (entries.isKept[entry] === 1) return;
  entries.isKept[entry] = 1;
  users.entries[user]++;
  changed(world, user);
}

/** An entry is taken away, if it is there. */
export function drop(world: World, entry: number): void {
  const { presenceEntries: entries, users } = world;
  if (entry >= entries.rows || entries.isKept[entry] === 0) return;
  entries.isKept[entry] = 0;
  users.entries[entries.user[entry]]--;
  changed(world, entries.user[entry]);
}

function lookAgain({ presenceEntries: entries, queue }: World, entry: number): void {
  entries.isTimed[entry] = 1;
  queue.schedule(entries.untilUs[entry], PresenceEvent.EXPIRE, entry, 0, 0);
}

/** An entry's time may be over, unless it was written again. */
export function expire(world: World, entry: number): void {
  const { presenceEntries: entries, queue } = world;
  entries.isTimed[entry] = 0;
  if (entries.isKept[entry] === 0) return;
  if (entries.untilUs[entry] > queue.nowUs) lookAgain(world, entry);
  else drop(world, entry);
}

/** What is kept of a user (`row`: of Users) has changed: observers see it when they read next. Where there is no such time, they read when they ask. */
export function changed(world: World, row: number): void {
  const { users, queue, settings } = world;
  if (users.isRead[row] === 1 || users.entries[row] > 0 === (users.isListed[row] === 1)) return;
  const everyUs = settings.presence.own.observeUs as number | undefined;
  if (everyUs === undefined) return;
  users.isRead[row] = 1;
  queue.schedule(Math.ceil(queue.nowUs / everyUs) * everyUs, PresenceEvent.READ, row, 0, 0);
}

/** Observers read what is kept of a user. */
export function read(world: World, row: number): void {
  const { users, settings } = world;
  const isListed = users.entries[row] > 0 ? 1 : 0;
  if (users.isListed[row] === isListed) return;
  users.isListed[row] = isListed;
  const user = settings.users[row % settings.users.length]!;
  world.record(RecordKind.listed, user, isListed, users.place[row], 0, 0);
}
