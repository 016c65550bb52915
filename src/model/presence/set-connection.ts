import type { World } from "../world/world.ts";
import { drop, keep, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { STORED } from "./fields.ts";

/** A Redis set of connections: a user is online while any of its connections is in it. Nothing in it expires. Ground-truth 27; FACTS §6. */
export const setOfConnections = {
  says: "a Redis set of connections, each of its user",
  fields: STORED,
  isRefreshed: false,
  add: (world: World, session: number) =>
    keep(world, session, userOf(world, session), Number.POSITIVE_INFINITY),
  remove: (world: World, session: number) => drop(world, session),
} satisfies PresenceStore;
