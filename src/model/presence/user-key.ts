import type { World } from "../world/world.ts";
import { drop, keep, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { EXPIRING } from "./fields.ts";

/** A key for each user, which expires: SET with PX on connect and again and again, DEL when a connection is over. Ground-truth 27. */
export const keyOfUser = {
  says: "a key with an expiry for each user",
  fields: EXPIRING,
  isRefreshed: true,
  add: (world: World, session: number) =>
    keep(world, userOf(world, session), userOf(world, session), world.settings.presence.own.ttlUs as number),
  remove: (world: World, session: number) => drop(world, userOf(world, session)),
} satisfies PresenceStore;
