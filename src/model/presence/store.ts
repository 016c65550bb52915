/**
 * Who is online, as it is kept in the Redis that joins the servers, or would: each server has a connection to it, on which it says who
 * has come and gone, and observers read it. Ground-truth 27-presence; FACTS §6.
 *
 * Killed, Redis forgets all of it, since nothing is saved; frozen, it neither reads nor answers. What servers say meanwhile waits, as
 * node-redis' offline queue has it, and dies with its server; observers go on to believe what they have read last.
 *
 * Leaves out: the time that a read takes, connections to Redis that are refused and tried again, and persistence.
 */
import { backplanePart } from "../backplane/backplane.part.ts";
import { NONE } from "../network/packets.ts";
import { abandonStream, adoptStreams, transmit } from "../network/tcp.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import type { Handler } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { changed, drop, expire, read } from "./entries.ts";
import { storeOf } from "./index.ts";
import { keepsPresence } from "./kept.ts";
import { PresenceEvent, presencePart } from "./store.part.ts";

/** A run begins: nobody is online. */
export function addPresence(world: World): void {
  const { settings, users, presences, presenceStreams, nodes, links } = world;
  if (settings.presence.kind === "none") return;
  users.addMany(settings.users.length);
  presences.addMany(nodes.count.client);
  for (let server = 0; server < nodes.count.server; server++) {
    const row = presenceStreams.add();
    presenceStreams.stream[row] = adoptStreams(world, links.toBackplane(server));
  }
  storeOf(world).begin?.(world);
}

function command(world: World, session: number, frame: number, code: number): void {
  const server = world.sessions.server[session];
  transmit(world, world.presenceStreams.stream[server], frame, NONE, code, session, server, 0);
}

/** A server says that a session is connected. */
export function sendAdd(world: World, session: number): void {
  command(world, session, FrameKind.announce, PresenceEvent.ADD);
}

/** A server says that a session is over. */
export function sendRemove(world: World, session: number): void {
  if (storeOf(world).remove !== null) command(world, session, FrameKind.withdraw, PresenceEvent.REMOVE);
}

/** A server's process died, and with it what it had not said. */
export function presenceServerDied(world: World, server: number): void {
  if (!keepsPresence(world)) return;
  const { presenceStreams, presenceInbox } = world;
  const stream = presenceStreams.stream[server];
  abandonStream(world, stream, Cause.serverCrashed);
  abandonStream(world, stream + 1, Cause.serverCrashed);
  // What a frozen Redis has not read lies in its kernel.
  if (!world.isIn(backplanePart, 0, "down")) return;
  for (let row = 0; row < presenceInbox.rows; row++)
    if (presenceInbox.server[row] === server) presenceInbox.session[row] = NONE;
}

/** Redis was killed. */
export function presenceForgotten(world: World): void {
  const { presenceEntries: entries } = world;
  for (let entry = 0; entry < entries.rows; entry++) drop(world, entry);
  storeOf(world).forget?.(world);
}

/** Redis runs again: it does what has waited, and what is over by now is over. */
export function presenceResumed(world: World): void {
  const { presenceInbox: inbox, presenceEntries: entries, users } = world;
  for (let entry = 0; entry < entries.rows; entry++)
    if (entries.isTimed[entry] === 0) expireOverdue(world, entry);
  for (let row = 0; row < inbox.rows; row++)
    if (inbox.session[row] !== NONE) obey(world, inbox.code[row], inbox.session[row]);
  inbox.clear();
  for (let user = 0; user < users.rows; user++) changed(world, user);
}

/** An entry whose time came while Redis stood still. */
function expireOverdue(world: World, entry: number): void {
  const { untilUs } = world.presenceEntries;
  if (untilUs[entry] > 0 && untilUs[entry] <= world.queue.nowUs) drop(world, entry);
}

function obey(world: World, code: number, session: number): void {
  if (code === PresenceEvent.ADD) storeOf(world).add(world, session);
  else storeOf(world).remove?.(world, session);
}

function handle(world: World, code: number, entity: number, server: number): void {
  const isUp = world.isIn(backplanePart, 0, "up");
  switch (code) {
    case PresenceEvent.READ:
      world.users.isRead[entity] = 0;
      if (isUp) read(world, entity);
      return;
    case PresenceEvent.EXPIRE:
      if (isUp) expire(world, entity);
      else world.presenceEntries.isTimed[entity] = 0;
      return;
    default: {
      if (isUp) return obey(world, code, entity);
      const { presenceInbox: inbox } = world;
      const row = inbox.add();
      inbox.code[row] = code;
      inbox.session[row] = entity;
      inbox.server[row] = server;
    }
  }
}

export const presence = { part: presencePart, handle } satisfies Handler;
