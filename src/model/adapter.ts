/**
 * The adapter: how a server hands a message out. To its own sockets at once, from memory; to other servers' sockets only
 * through the backplane, if there is one. FACTS §1.8; ground-truth 01-broadcast-no-backplane, 02-broadcast-with-redis.
 *
 * With Redis this is the classic adapter: the publish is not awaited, the publisher hears itself and ignores it (by its uid), and nothing
 * is kept for a server that is not subscribed.
 */
import { Cause } from "./causes.ts";
import { RedisClientEvent, SessionEvent } from "./codes.ts";
import { firstLocal } from "./local-rooms.ts";
import { carry, copyFor, doomCopies, endBranch } from "./oracle.ts";
import { Packet } from "./packets.ts";
import { Audience } from "./records.ts";
import { publisherOf } from "./redis-client.ts";
import type { World } from "./world.ts";

/** A server received a message from one of its sockets: the emit has arrived, and its branch ends here. */
export function fanOut(world: World, server: number, message: number): void {
  const place = world.firstServerNode + server;
  deliverLocally(world, server, message);
  if (world.settings.backplane) {
    // The branch goes on: the publisher carries it from here.
    world.send(RedisClientEvent.PUBLISH, publisherOf(server), message, 0);
    return;
  }
  doomCopies(world, message, Cause.noBackplane, place, (other) => other >= 0 && other !== server);
  endBranch(world, message, place);
}

/** A server hears a message from the backplane; `origin` published it. */
export function receivePush(world: World, server: number, message: number, origin: number): void {
  if (origin !== server) deliverLocally(world, server, message);
  endBranch(world, message, world.firstServerNode + server);
}

/** Writes a copy to every local socket that the message is for. */
function deliverLocally(world: World, server: number, message: number): void {
  const { messages, memberships, sessions, clients } = world;
  const audience = messages.audience[message];
  let room = world.settings.rooms;
  if (audience === Audience.room) room = messages.target[message];
  else if (audience === Audience.direct) room = clients.room[messages.target[message]];
  for (let member = firstLocal(world, server, room); member >= 0; ) {
    const session = member >> 1;
    // Read on before writing: a write may end the session and unlink it.
    member = memberships.after[member];
    const copy = copyFor(world, message, sessions.client[session]);
    if (copy < 0) continue;
    // The sender's own session is busy with this message and writes afterwards, so the copy is carried from here on.
    carry(world, copy);
    world.send(SessionEvent.WRITE, session, Packet.message, copy);
  }
}
