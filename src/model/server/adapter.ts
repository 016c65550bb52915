/**
 * The adapter: how a server hands a message out. To its own sockets from memory, at once or when the backplane has answered; to
 * other servers' sockets only through the backplane; to its own also by way of that, if it is to be so (backplane/plain.ts). FACTS §1.8; ground-truth 01-broadcast-no-backplane, 02-broadcast-with-redis,
 * 24-sharded-and-streams.
 */

import type { Backplane, OwnMessages } from "../backplane/family.ts";
import { backplaneOf } from "../backplane/index.ts";
import { isRebroadcast } from "../backplane/redis-client.ts";
import { keepForSessions } from "../delivery/recovery.ts";
import { storeForLoaders } from "../delivery/snapshot.ts";
import { dropsDown } from "../delivery/volatile.ts";
import { carry, copyFor, endBranch } from "../fate/oracle.ts";
import { watch } from "../gateway/watched.ts";
import { Packet } from "../network/packets.ts";
import { Audience, RecordKind } from "../trace/records.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { firstLocal } from "./local-rooms.ts";
import { keep, keepPushed } from "./mailboxes.ts";
import { SessionEvent } from "./session.part.ts";
import { beginToWrite, takesTime, writeLater } from "./work.ts";
import { workerPart } from "./worker.part.ts";

/** A server hands out what it has got, or says, and stores it. */
export function fanOut(world: World, server: number, message: number): void {
  watch(world, message);
  storeForLoaders(world, message);
  handOut(world, server, message);
}

/** A server hands out what it has stored, or will, for the how many-th time. */
export function announce(world: World, server: number, message: number, times: number): void {
  world.record(RecordKind.published, message, world.nodes.first.server + server, times, 0, 0);
  watch(world, message);
  handOut(world, server, message);
}

function handOut(world: World, server: number, message: number): void {
  const backplane = backplaneOf(world);
  if (whenOwn(world, backplane) !== "heard" && backplane.isAwaited !== true)
    handOutHere(world, server, message);
  backplane.publish(world, server, message);
}

function whenOwn(world: World, { ownMessages }: Backplane): OwnMessages {
  return ownMessages === undefined ? "at-once" : ownMessages(world);
}

function handOutHere(world: World, server: number, message: number): void {
  keep(world, server, message);
  keepForSessions(world, server, message);
  deliverLocally(world, server, message);
}

/** A message of this server's that waited for its publish. The branch that waited ends. */
export function handOutPublished(world: World, server: number, message: number): void {
  handOutHere(world, server, message);
  endBranch(world, message, world.nodes.first.server + server);
}

/** A server hears a message from the backplane; `origin` published it, as its node less the first server's. */
export function receivePush(world: World, server: number, message: number, origin: number): void {
  // With a backplane, all others hear it once more.
  if (isRebroadcast(world, origin)) return handOut(world, server, message);
  const backplane = backplaneOf(world);
  if (backplane.misses?.(world, server, message, origin) === true) return;
  const own = whenOwn(world, backplane);
  if (origin !== server || own !== "at-once") {
    // To this server alone, it came with −1 less who sent it; publishers are counted after the servers there as well.
    const isFromServer = Math.max(origin, -1 - origin) < world.nodes.count.server;
    keepPushed(world, server, message, isFromServer && own !== "heard");
    if (own === "heard") keepForSessions(world, server, message);
    deliverLocally(world, server, message);
  }
  endBranch(world, message, world.nodes.first.server + server);
}

/** Writes a copy to every local socket that the message is for. */
function deliverLocally(world: World, server: number, message: number): void {
  const { messages, memberships, clients } = world;
  const takesLong = takesTime(world) && ofServers(world, workerPart).writeUs > 0;
  const audience = messages.audience[message];
  let room = world.settings.rooms;
  if (audience === Audience.room) room = messages.target[message];
  else if (audience === Audience.direct) room = clients.room[messages.target[message]];
  for (let member = firstLocal(world, server, room); member >= 0; ) {
    const session = member >> 1;
    // Read on before writing: a write may end the session and unlink it.
    member = memberships.after[member];
    const copy = copyFor(world, message, session);
    if (copy < 0) continue;
    // The sender's own session is busy with this message and writes afterwards, so the copy is carried from here on.
    carry(world, copy);
    if (dropsDown(world, message, copy, session)) continue;
    if (takesLong) writeLater(world, server, session, copy);
    else world.send(SessionEvent.WRITE, session, Packet.message, copy);
  }
  if (takesLong) beginToWrite(world, server);
}
