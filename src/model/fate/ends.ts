/**
 * How connections end, and what that is the root of. A connection is one attempt of a client's engine, whether it
 * ever gets a session or not, or one of a server's Redis client. It ends once: whoever ends it first says why and
 * where, the others only hear of it. What makes a way silent (silence.ts) stands among the ends too, as nobody's.
 *
 * Ends are history. No machine goes by their rows; what a machine goes by is told in future.ts.
 */

import { connectionPart } from "../client/connection.part.ts";
import { NONE } from "../network/packets.ts";
import { noteThere } from "../presence/truth.ts";
import { Cause } from "../trace/causes.ts";
import { END_REASONS, EndReason } from "../trace/end-reasons.ts";
import { RecordKind } from "../trace/records.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";

/** A connection is opened; `before` is its owner's latest, −1 if this is the first. */
export function openConnection(world: World, owner: number, before: number): number {
  const { connections } = world;
  const connection = connections.add();
  connections.owner[connection] = owner;
  connections.endBefore[connection] = latestEnd(world, before);
  return connection;
}

/** A connection ends at node `place`, unless it has ended already. `root`: the end that made it so, −1 none. */
export function endConnection(
  world: World,
  connection: number,
  reason: number,
  place: number,
  root: number,
): void {
  const { connections, clients, nodes } = world;
  if (connections.end[connection] !== NONE) return;
  const end = addEnd(world, reason, root);
  const owner = connections.owner[connection];
  connections.end[connection] = end;
  if (owner < nodes.count.client && clients.connection[owner] === connection) {
    clients.server[owner] = NONE;
    noteThere(world, owner);
  }
  if (root !== NONE) world.record(RecordKind.rooted, NONE, root, end, 0, 0);
  world.record(RecordKind.ended, end, owner, reason, place, connections.session[connection]);
}

/** A connection ends by what has ended another, and is told of with that one. */
export function endAlike({ connections }: World, connection: number, other: number): void {
  if (connections.end[connection] === NONE) connections.end[connection] = connections.end[other];
}

/** An end, of a connection or of what two ends had between them. */
export function addEnd({ ends }: World, reason: number, root: number): number {
  const end = ends.add();
  ends.reason[end] = reason;
  ends.root[end] = root;
  return end;
}

/** Whether a connection is no more, or there was none. */
export function hasEnded({ connections }: World, connection: number): boolean {
  return connection === NONE || connections.end[connection] !== NONE;
}

/** How a connection ended: an {@link EndReason}, −1 while it is open. */
function reasonOf({ connections, ends }: World, connection: number): number {
  const end = connections.end[connection];
  return end === NONE ? NONE : ends.reason[end];
}

/** The latest end of a connection's owner, so far as it goes back: its own, or the one before. −1 none. */
function latestEnd({ connections }: World, connection: number): number {
  if (connection === NONE) return NONE;
  const end = connections.end[connection];
  return end === NONE ? connections.endBefore[connection] : end;
}

// A cause and its root travel together, as one number: a cause by itself has none.

/** A cause with its root, a row of {@link Ends} (−1 none). */
function because(cause: number, root: number): number {
  return cause + 256 * (root + 1);
}

export function causeOf(why: number): number {
  return why % 256;
}

export function rootOf(why: number): number {
  return Math.floor(why / 256) - 1;
}

/**
 * Why something is lost that belonged to a connection, and met `cause`. If the connection had ended by then for
 * another reason, that is why: what came later (a heartbeat that fails, a session that nobody knows any more) is only
 * how it showed.
 */
export function whyOf(world: World, connection: number, cause: number): number {
  const { connections, ends } = world;
  const end = connections.end[connection];
  // Who has no connection yet may have had one before.
  if (end === NONE)
    return cause === Cause.recipientAway ? because(cause, connections.endBefore[connection]) : cause;
  if (END_REASONS[ends.reason[end]]!.cause === cause) return because(cause, ends.root[end]);
  return because(cause === Cause.sessionGivenUp ? cause : Cause.connectionClosed, end);
}

/** Why a copy is lost whose recipient had no connection when it was handed out. */
export function whyAway(world: World, client: number): number {
  if (isBetweenPolls(world, client)) return Cause.betweenPolls;
  const end = latestEnd(world, world.clients.connection[client]);
  return because(isRefused(world, client) ? Cause.handshakeRefused : Cause.recipientAway, end);
}

/** Whether a client polls, and nothing has gone wrong. */
function isBetweenPolls(world: World, client: number): boolean {
  if (ofClient(world, connectionPart, client).transport !== "long-polling") return false;
  const connection = world.clients.connection[client];
  return connection !== NONE && world.connections.end[connection] === NONE;
}

/** Why a copy is lost whose recipient's server is not subscribed. */
export function whyUnsubscribed(world: World, subscriber: number): number {
  return because(Cause.notSubscribed, latestEnd(world, world.redisClients.connection[subscriber]));
}

/** Why a copy is lost that went to a server which does not hold its recipient: since that server died, or the page was closed there. */
export function whyStale(world: World, client: number): number {
  const end = latestEnd(world, world.clients.connection[client]);
  const reason = end === NONE ? NONE : world.ends.reason[end];
  const isRoot = reason === EndReason.serverCrashed || reason === EndReason.pageClosed;
  return because(Cause.staleOwner, isRoot ? end : NONE);
}

/** Why a copy is lost that a Redis client refused to publish. */
export function whyRefused(world: World, redisClient: number): number {
  return because(Cause.publishRefused, latestEnd(world, world.redisClients.connection[redisClient]));
}

/** Whether a client is not connected and its latest attempt, or connection, was refused with «Session ID unknown». */
export function isRefused(world: World, client: number): boolean {
  const end = latestEnd(world, world.clients.connection[client]);
  if (end === NONE || world.clients.server[client] >= 0) return false;
  const reason = world.ends.reason[end];
  return reason === EndReason.sessionUnknown || reason === EndReason.cookieMissing;
}

/** Whether a client has left a session that its server still holds, and neither took it for dead nor closed it on purpose. */
export function isGivenUp(world: World, session: number): boolean {
  const reason = reasonOf(world, world.sessions.connection[session]);
  return reason !== NONE && !NOT_GIVEN_UP.includes(reason);
}

const NOT_GIVEN_UP: readonly number[] = [EndReason.pingTimeout, EndReason.pageClosed, EndReason.closedByPage];
