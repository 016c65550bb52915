import type { World } from "../world/world.ts";
import { drop, keep, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { STORED } from "./fields.ts";

/** A Redis set of users: SADD when a connection is there, SREM when one is over. Nothing in it expires. Ground-truth 27; FACTS §6. */
export const setOfUsers = {
  says: "a Redis set of users, added to when a connection of theirs is there and taken from when one is over",
  fields: STORED,
  isRefreshed: false,
  add: (world: World, session: number) =>
    keep(world, userOf(world, session), userOf(world, session), Number.POSITIVE_INFINITY),
  remove: (world: World, session: number) => drop(world, userOf(world, session)),
} satisfies PresenceStore;
