/**
 * Who is online in truth, as an outside observer sees it: a client is there while its connection stands, its process runs, and its link
 * is not cut; a user, while any of its clients is.
 *
 * Leaves out: connections that went mute. They count until one end gives them up.
 */
import { isFrozen } from "../process/frozen.ts";
import { RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";

/** Something has changed that decides whether a client is there. */
export function noteThere(world: World, client: number): void {
  const { presences, users, clients, links, settings } = world;
  if (client >= presences.rows) return;
  const isCut = links.cutUntilUs[client] === Number.POSITIVE_INFINITY;
  const isThere = clients.server[client] >= 0 && !isCut && !isFrozen(world, client) ? 1 : 0;
  if (presences.isThere[client] === isThere) return;
  presences.isThere[client] = isThere;
  const { user } = settings.clients[client]!;
  users.there[user] += isThere === 1 ? 1 : -1;
  const isFirstOrLast = users.there[user] === isThere;
  if (isFirstOrLast) world.record(RecordKind.online, settings.users[user]!, isThere, 0, 0, 0);
}
