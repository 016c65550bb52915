/**
 * Socket.IO's volatile messages: what can't be written to the transport at once is dropped. FACTS §1.5; ground-truth
 * 26-delivery.
 *
 * A WebSocket that something was written to can't be written to again in the same turn of the event loop; here a turn is
 * an instant. Long polling can be written to by the server while a GET waits, by the client while no POST is under way.
 * A transport that is being opened can't; but a client that is disconnected and only waits keeps what is volatile like all else, since
 * the transport that has closed still says that it could be written to (measured so).
 * Nor can a WebSocket whose peer reads too slowly be written to at once, while something waits for it in the process (send-buffer.ts).
 */

import { connectionPart } from "../client/connection.part.ts";
import { dropCopy, loseEmit } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { sessionPart } from "../server/session.part.ts";
import { Cause } from "../trace/causes.ts";
import type { World } from "../world/world.ts";

/** Something is written to a session's WebSocket. */
export function noteWritten({ settings, sessions, queue }: World, session: number): void {
  if (settings.notesWrites) sessions.writtenUs[session] = queue.nowUs;
}

/** Something is written to a client's WebSocket. */
export function noteWrittenUp({ settings, clients, queue }: World, client: number): void {
  if (settings.notesWrites) clients.writtenUs[client] = queue.nowUs;
}

/** A server can't write a volatile copy to a session at once, and drops it. Whether it did. */
export function dropsDown(world: World, message: number, copy: number, session: number): boolean {
  const { messages, sessions, nodes } = world;
  if (messages.isVolatile[message] === 0 || isWritable(world, session)) return false;
  dropCopy(world, copy, Cause.volatileDropped, nodes.first.server + sessions.server[session]);
  return true;
}

function isWritable(world: World, session: number): boolean {
  const { sessions, queue } = world;
  // An event stream, or a long poll: nothing of Socket.IO's.
  if (!world.isIn(sessionPart, session, "open")) return true;
  if (world.isIn(sessionPart, session, "open.polling")) return sessions.poll[session] !== NONE;
  if (world.sendBuffers.rows > 0 && world.sendBuffers.waiting[session] !== NONE) return false;
  return sessions.writtenUs[session] !== queue.nowUs;
}

/** A client's transport can't be written to at once, and it drops a volatile message. Whether it did. */
export function dropsUp(world: World, message: number, client: number): boolean {
  if (world.messages.isVolatile[message] === 0 || isWritableUp(world, client)) return false;
  loseEmit(world, message, Cause.volatileDropped, client);
  return true;
}

function isWritableUp(world: World, client: number): boolean {
  const { clients, queue } = world;
  if (world.isIn(connectionPart, client, "opening")) return false;
  if (world.isIn(connectionPart, client, "open.polling")) return clients.post[client] === NONE;
  return clients.writtenUs[client] !== queue.nowUs;
}
