import type { World } from "../world/world.ts";
import { drop, keep, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { EXPIRING } from "./fields.ts";

/** A key for each connection, which expires: SET with PX on connect and again and again, DEL when it is over. Ground-truth 27; FACTS §6. */
export const keyOfConnection = {
  says: "a key with an expiry for each connection",
  fields: EXPIRING,
  isRefreshed: true,
  add: (world: World, session: number) =>
    keep(world, session, userOf(world, session), world.settings.presence.own.ttlUs as number),
  remove: (world: World, session: number) => drop(world, session),
} satisfies PresenceStore;
