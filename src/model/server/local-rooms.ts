/**
 * Which sockets of a server are in which room: lists in the order in which they joined, as a server's in-memory
 * adapter keeps them. The namespace is a room that everybody is in, the one after the last.
 */

import { RedisClientEvent } from "../backplane/redis-client.part.ts";
import { subscriberOf } from "../backplane/redis-client.ts";
import { Told } from "../backplane/registry.part.ts";
import { NONE } from "../network/packets.ts";
import { noteThere } from "../presence/truth.ts";
import type { World } from "../world/world.ts";
import { ServerEvent } from "./server.part.ts";

/** Row of a server's list for a room (all servers' next to each other: a message asks for each), or for the namespace (`room` = settings.rooms). */
function listOf(world: World, server: number, room: number): number {
  return room * world.settings.servers + server;
}

/** First membership in a server's list, −1 if nobody is there; the session is the membership >> 1. */
export function firstLocal(world: World, server: number, room: number): number {
  return world.localRooms.first[listOf(world, server, room)];
}

/**
 * The socket joins its client's room and the namespace; from now on its server delivers to it, whether its client is
 * still there or not.
 */
export function joinRooms(world: World, session: number): void {
  const { sessions, clients, connections } = world;
  if (sessions.joined[session] === 1) return;
  sessions.joined[session] = 1;
  const client = sessions.client[session];
  const server = sessions.server[session];
  if (connections.end[sessions.connection[session]] === NONE) {
    clients.server[client] = server;
    noteThere(world, client);
  }
  link(world, listOf(world, server, clients.room[client]), session * 2);
  link(world, listOf(world, server, world.settings.rooms), session * 2 + 1);
  if (world.registrars.rows > 0) world.send(ServerEvent.TOLD, server, client, Told.joined);
}

export function leaveRooms(world: World, session: number): void {
  const { sessions, clients } = world;
  if (sessions.joined[session] === 0) return;
  sessions.joined[session] = 0;
  const server = sessions.server[session];
  unlink(world, listOf(world, server, clients.room[sessions.client[session]]), session * 2);
  unlink(world, listOf(world, server, world.settings.rooms), session * 2 + 1);
  if (world.registrars.rows > 0) world.send(ServerEvent.TOLD, server, sessions.client[session], Told.left);
}

function link(world: World, list: number, membership: number): void {
  const { localRooms, memberships } = world;
  const last = localRooms.last[list];
  if (last === NONE) tellBackplane(world, list, RedisClientEvent.JOIN);
  memberships.before[membership] = last;
  memberships.after[membership] = NONE;
  if (last === NONE) localRooms.first[list] = membership;
  else memberships.after[last] = membership;
  localRooms.last[list] = membership;
}

function unlink(world: World, list: number, membership: number): void {
  const { localRooms, memberships } = world;
  const before = memberships.before[membership];
  const after = memberships.after[membership];
  if (before === NONE) localRooms.first[list] = after;
  else memberships.after[before] = after;
  if (after === NONE) localRooms.last[list] = before;
  else memberships.before[after] = before;
  if (before === NONE && after === NONE) tellBackplane(world, list, RedisClientEvent.LEAVE);
}

/** A room has its first member at a server, or has none any more: where rooms have channels of their own, the server subscribes to one. */
function tellBackplane(world: World, list: number, code: number): void {
  const { roomChannels, settings } = world;
  if (roomChannels.rows === 0) return;
  const room = Math.floor(list / settings.servers);
  if (room < settings.rooms) world.send(code, subscriberOf(list % settings.servers), room, 0);
}
