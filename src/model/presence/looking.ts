/**
 * Where servers believe something of their own, only those count at which somebody asks: a server that holds no connection, is dead or stands
 * still shows nothing to anybody.
 */
import { isFrozen } from "../process/frozen.ts";
import { RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";

/** A connection has begun at a server (1), or is over (−1). */
export function countPage(world: World, server: number, by: 1 | -1): void {
  const { presenceLooks: looks } = world;
  if (server >= looks.rows) return;
  looks.pages[server] += by;
  noteLooking(world, server);
}

/** A server's process was killed: nobody asks there any more, and what it believed is gone. */
export function forgetBeliefs(world: World, server: number): void {
  const { presenceLooks: looks, users, settings } = world;
  if (server >= looks.rows) return;
  looks.pages[server] = 0;
  noteLooking(world, server);
  for (let user = 0; user < settings.users.length; user++) believe(world, server, user, false);
  for (let user = 0; user < settings.users.length; user++) users.entries[beliefRow(world, server, user)] = 0;
}

/** Something has changed that decides whether anybody can ask a server. */
export function noteLooking(world: World, server: number): void {
  const { presenceLooks: looks, nodes } = world;
  if (server < 0 || server >= looks.rows) return;
  const place = nodes.first.server + server;
  const isLooking = looks.pages[server] > 0 && !isFrozen(world, place) ? 1 : 0;
  if (looks.isLooking[server] === isLooking) return;
  looks.isLooking[server] = isLooking;
  world.record(RecordKind.looking, place, isLooking, 0, 0, 0);
}

/** The row of Users for what a server believes of a user. */
export function beliefRow({ settings }: World, server: number, user: number): number {
  return (server + 1) * settings.users.length + user;
}

/** From now on a server takes a user for online, or no longer does. */
export function believe(world: World, server: number, user: number, is: boolean): void {
  const { users, settings } = world;
  const row = beliefRow(world, server, user);
  const isListed = is ? 1 : 0;
  if (users.isListed[row] === isListed) return;
  users.isListed[row] = isListed;
  world.record(RecordKind.listed, settings.users[user]!, isListed, users.place[row], 0, 0);
}
