import { keyOfConnection } from "./connection-key.ts";
import type { PresenceStore } from "./family.ts";

/**
 * A sorted set of connections by the time of their last heartbeat: ZADD on connect and again and again, ZREM when one is over; who is read counts by its
 * score. Entries of processes that were killed stay in it, and count no longer, so that who reads sees what a key for each connection would show.
 * Ground-truth 27; FACTS §6.
 */
export const sortedSet = {
  ...keyOfConnection,
  says: "a sorted set of connections by their last heartbeat, of which the young ones count",
} satisfies PresenceStore;
