import type { World } from "../world/world.ts";
import { drop, keep, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { EXPIRING } from "./fields.ts";

/** A sorted set of connections by the time of their last heartbeat: ZADD on connect and again and again, ZREM when one is over; who is read counts by its score. Entries of processes that were killed stay in it, and count no longer. Ground-truth 27; FACTS §6. */
export const sortedSet = {
  says: "a sorted set of connections by their last heartbeat, of which the young ones count",
  fields: EXPIRING,
  isRefreshed: true,
  add: (world: World, session: number) =>
    keep(world, session, userOf(world, session), world.settings.presence.own.ttlUs as number),
  remove: (world: World, session: number) => drop(world, session),
} satisfies PresenceStore;
