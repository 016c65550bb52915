/** All ways to keep who is online, by their names in scenarios. A new one is a file and a line here. */
import type { World } from "../world/world.ts";
import { bloom } from "./bloom.ts";
import { keyOfConnection } from "./connection-key.ts";
import { database } from "./database.ts";
import type { PresenceStore } from "./family.ts";
import { none } from "./none.ts";
import { replicated } from "./replicated.ts";
import { setOfConnections } from "./set-connection.ts";
import { setOfUsers } from "./set-user.ts";
import { sortedSet } from "./sorted-set.ts";
import { keyOfUser } from "./user-key.ts";

export const PRESENCE = {
  none,
  "set-user": setOfUsers,
  "set-connection": setOfConnections,
  "user-key": keyOfUser,
  "connection-key": keyOfConnection,
  "sorted-set": sortedSet,
  bloom,
  replicated,
  database,
} as const satisfies Readonly<Record<string, PresenceStore>>;

export type PresenceName = keyof typeof PRESENCE;

export function storeOf({ settings }: World): PresenceStore {
  return PRESENCE[settings.presence.kind as PresenceName];
}
