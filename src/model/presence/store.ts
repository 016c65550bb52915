/**
 * Who is online, as it is kept in the Redis that joins the servers, or would: each server has a connection to it, on which it says who
 * has come and gone, and observers read it. Ground-truth 27-presence; FACTS §6.
 *
 * Killed, Redis forgets all of it, since nothing is saved; frozen, it neither reads nor answers. What servers say meanwhile waits, as
 * node-redis' offline queue has it, and dies with its server; observers go on to believe what they have read last.
 *
 * Servers that keep it themselves speak with each other through it, by Pub/Sub: what comes while it is down is gone (replicated.ts).
 *
 * Leaves out: the time that a read takes, connections to Redis that are refused and tried again, and persistence.
 */
import { backplanePart } from "../backplane/backplane.part.ts";
import { NONE } from "../network/packets.ts";
import { abandonStream, adoptStreams, transmit } from "../network/tcp.ts";
import { isFrozen } from "../process/frozen.ts";
import { serverPart } from "../server/server.part.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import type { Handler } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { changed, drop, expire, read } from "./entries.ts";
import { storeOf } from "./index.ts";
import { keepsPresence } from "./kept.ts";
import { countPage, forgetBeliefs } from "./looking.ts";
import { RoundsEvent } from "./rounds.part.ts";
import { PresenceEvent, presencePart } from "./store.part.ts";

/** A run begins: nobody is online. */
export function addPresence(world: World): void {
  const { settings, users, presences, presenceStreams, nodes, links } = world;
  if (settings.presence.kind === "none") return;
  const count = settings.users.length;
  users.addMany(count);
  users.place.fill(nodes.first.backplane, 0, count);
  presences.addMany(nodes.count.client);
  if (storeOf(world).isBelievedByServers) addBelieving(world);
  for (let server = 0; server < nodes.count.server; server++) {
    const row = presenceStreams.add();
    presenceStreams.stream[row] = adoptStreams(world, links.toBackplane(server));
  }
  storeOf(world).begin?.(world);
}

/** Each server believes something of its own. */
function addBelieving({ settings, users, presenceLooks, nodes }: World): void {
  const count = settings.users.length;
  presenceLooks.addMany(nodes.count.server);
  for (let server = 0; server < nodes.count.server; server++) {
    const first = users.addMany(count);
    users.place.fill(nodes.first.server + server, first, first + count);
  }
}

function command(world: World, session: number, frame: number, code: number): void {
  const server = world.sessions.server[session];
  transmit(world, world.presenceStreams.stream[server], frame, NONE, code, session, server, 0);
}

/** A session begins, of whose people somebody may ask who is online. */
export function beginLooking(world: World, session: number): void {
  countPage(world, world.sessions.server[session], 1);
}

/** A session is over. */
export function endLooking(world: World, session: number): void {
  countPage(world, world.sessions.server[session], -1);
}

/** A server says that a session is connected. */
export function sendAdd(world: World, session: number): void {
  const { isKeptByServers, add } = storeOf(world);
  if (isKeptByServers) add(world, session);
  else command(world, session, FrameKind.announce, PresenceEvent.ADD);
}

/** A server says that a session is over. */
export function sendRemove(world: World, session: number): void {
  const { isKeptByServers, remove } = storeOf(world);
  if (remove === null) return;
  if (isKeptByServers) remove(world, session);
  else command(world, session, FrameKind.withdraw, PresenceEvent.REMOVE);
}

/** A server's process died, and with it what it had not said. */
export function presenceServerDied(world: World, server: number): void {
  if (!keepsPresence(world)) return;
  const { presenceStreams, presenceInbox } = world;
  storeOf(world).serverDied?.(world, server);
  forgetBeliefs(world, server);
  const stream = presenceStreams.stream[server];
  abandonStream(world, stream, Cause.serverCrashed);
  abandonStream(world, stream + 1, Cause.serverCrashed);
  // What a frozen Redis has not read lies in its kernel.
  if (!world.isIn(backplanePart, 0, "down")) return;
  for (let row = 0; row < presenceInbox.rows; row++)
    if (presenceInbox.x[row] === server) presenceInbox.entity[row] = NONE;
}

/** A server's process runs again. */
export function presenceServerBooted(world: World, server: number): void {
  if (keepsPresence(world)) storeOf(world).serverBooted?.(world, server);
}

/** Redis was killed. */
export function presenceForgotten(world: World): void {
  const { presenceEntries: entries, presenceInbox: inbox } = world;
  for (let row = 0; row < inbox.rows; row++) if (isBetweenServers(inbox.code[row])) inbox.entity[row] = NONE;
  const { isSaved, forget } = storeOf(world);
  if (isSaved) return;
  for (let entry = 0; entry < entries.rows; entry++) drop(world, entry);
  forget?.(world);
}

/** Redis runs again: it does what has waited, and what is over by now is over. */
export function presenceResumed(world: World): void {
  const { presenceInbox: inbox, presenceEntries: entries, users } = world;
  for (let entry = 0; entry < entries.rows; entry++)
    if (entries.isTimed[entry] === 0) expireOverdue(world, entry);
  for (let row = 0; row < inbox.rows; row++)
    if (inbox.entity[row] !== NONE)
      obey(world, inbox.code[row], inbox.entity[row], inbox.x[row], inbox.y[row]);
  inbox.clear();
  for (let user = 0; user < users.rows; user++) changed(world, user);
}

/** An entry whose time came while Redis stood still. */
function expireOverdue(world: World, entry: number): void {
  const { untilUs } = world.presenceEntries;
  if (untilUs[entry] > 0 && untilUs[entry] <= world.queue.nowUs) drop(world, entry);
}

/** Whether an event is something that servers say to each other: that is passed on, and kept nowhere. */
function isBetweenServers(code: number): boolean {
  return code === PresenceEvent.SPREAD || code === PresenceEvent.ASK || code === PresenceEvent.STATE;
}

function obey(world: World, code: number, entity: number, x: number, y: number): void {
  switch (code) {
    case PresenceEvent.ADD:
      return storeOf(world).add(world, entity);
    case PresenceEvent.REMOVE:
      return storeOf(world).remove?.(world, entity);
    case PresenceEvent.SPREAD:
      return spread(world, entity, x, y);
    case PresenceEvent.ASK:
      return pass(world, entity, RoundsEvent.ASKED, x, 0);
    case PresenceEvent.STATE:
      // All that there is, from the first change on.
      return pass(world, entity, RoundsEvent.HEARD, x, y);
  }
}

function spread(world: World, server: number, from: number, to: number): void {
  const servers = world.nodes.count.server;
  for (let other = 0; other < servers; other++)
    if (other !== server) pass(world, other, RoundsEvent.HEARD, server + servers * from, to);
}

function pass(world: World, server: number, code: number, x: number, y: number): void {
  const down = world.presenceStreams.stream[server] + 1;
  transmit(world, down, FrameKind.gossip, NONE, code, server, x, y);
}

/** Whether observers can read a row now: of the store, if that runs; of a server, if it does. */
function canRead(world: World, row: number): boolean {
  const { users, nodes } = world;
  const server = users.place[row] - nodes.first.server;
  if (server >= nodes.count.server) return world.isIn(backplanePart, 0, "up");
  return !world.isIn(serverPart, server, "down") && !isFrozen(world, users.place[row]);
}

function handle(world: World, code: number, entity: number, x: number, y: number): void {
  const isUp = world.isIn(backplanePart, 0, "up");
  switch (code) {
    case PresenceEvent.READ:
      world.users.isRead[entity] = 0;
      if (canRead(world, entity)) read(world, entity);
      return;
    case PresenceEvent.ANSWERED:
      return storeOf(world).hear?.(world, entity);
    case PresenceEvent.EXPIRE:
      if (isUp) expire(world, entity);
      else world.presenceEntries.isTimed[entity] = 0;
      return;
    default: {
      if (isUp) return obey(world, code, entity, x, y);
      // Pub/Sub keeps nothing for who was not there.
      if (isBetweenServers(code) && world.isIn(backplanePart, 0, "down")) return;
      const { presenceInbox: inbox } = world;
      const row = inbox.add();
      inbox.code[row] = code;
      inbox.entity[row] = entity;
      inbox.x[row] = x;
      inbox.y[row] = y;
    }
  }
}

export const presence = { part: presencePart, handle } satisfies Handler;
