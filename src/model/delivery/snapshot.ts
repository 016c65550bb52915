/**
 * A page that loads what there is before it listens. The snapshot is read from what all servers have stored; from then on until it
 * listens, the page hears nothing, however healthy the line. What comes in this gap is in no snapshot and in no stream. A page that takes its
 * position first, and asks for all that came after it when it begins to listen, misses nothing. FACTS §13.8.
 *
 * Stored is what servers hear from clients, and what they send themselves.
 *
 * Where there is a history (backplane/history.ts), what comes into it is what is stored, and a page that has a position keeps it (position.ts).
 *
 * Leaves out, without a history: how long the store keeps what came after a position, and what is not in it: what publishers send past the
 * servers; loading anew when a connection breaks later. What a page has loaded, a server that hears of it late sends it once more.
 */

import { clientPart } from "../client/client.part.ts";
import { subscribes } from "../client/subscriptions.ts";
import { whyAway } from "../fate/ends.ts";
import { Fate } from "../fate/oracle.part.ts";
import { carry, dropCopy } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { forgetAsker } from "../server/mailboxes.ts";
import { Cause } from "../trace/causes.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { continueFrom, hasPosition, noteKept } from "./position.ts";

/** A server hears a message, and stores it: for those who have opened their page, and do not listen yet. */
export function storeForLoaders(world: World, message: number): void {
  const { messages, settings, nodes, positions } = world;
  if (!settings.hasLoaders || positions.rows > 0) return;
  const { sender } = messages;
  if (nodes.count.publisher > 0 && sender[message] >= nodes.first.publisher) return;
  store(world, message);
}

/** A message is stored for those who will get it from there. */
export function store(world: World, message: number): void {
  const { messages, copies, clients, packets } = world;
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++) {
    const client = copies.recipient[copy];
    if (copies.fate[copy] === Fate.none) continue;
    if (hasPosition(world, client)) noteKept(world, client);
    else if (clients.isLoading[client] === 0) continue;
    carry(world, copy);
    clients.stored[client] = packets.append(clients.stored[client], packets.one(Packet.message, copy));
  }
}

/** All that is stored for a client, as the answer to its request. */
export function readSnapshot(world: World, client: number): number {
  const { clients, packets } = world;
  let answer: number = NONE;
  if (hasPosition(world, client)) world.positions.isSnapshotStale[client] = 0;
  for (let packet = clients.stored[client]; packet !== NONE; packet = packets.next[packet]) {
    carry(world, packets.subject[packet]);
    answer = packets.append(answer, packets.one(Packet.message, packets.subject[packet]));
  }
  return answer;
}

/** A client has its snapshot: what was in it, it will not ask for again. */
export function noteLoaded(world: World, client: number): void {
  const { clients, copies, packets, positions } = world;
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  packets.drain(list, (_, copy) => {
    if (copies.fate[copy] === Fate.delivered) return dropCopy(world, copy, Cause.afterSnapshot, client);
    clients.stored[client] = packets.append(clients.stored[client], packets.one(Packet.message, copy));
  });
  if (!hasPosition(world, client)) return;
  positions.isStale[client] = positions.isSnapshotStale[client];
  positions.isBehind[client] = 0;
}

/** A page is closed: nobody will ask for what was stored for it. */
export function forgetStored(world: World, client: number): void {
  const { clients, packets, positions } = world;
  if (clients.isLoading[client] === 1 && subscribes(world, client)) forgetAsker(world, client);
  clients.isLoading[client] = 0;
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  packets.drain(list, (_, copy) => dropCopy(world, copy, whyAway(world, client), client));
  if (positions.rows === 0) return;
  positions.isBehind[client] = 0;
  positions.hasListened[client] = 0;
}

/** A client begins to listen. What came after its snapshot is what it gets first, if it says where it was; else it will never ask. */
export function takeSinceSnapshot(world: World, session: number): number {
  const { clients, packets, sessions, nodes } = world;
  const client = sessions.client[session];
  const isLoading = clients.isLoading[client] === 1;
  clients.isLoading[client] = 0;
  if (hasPosition(world, client)) return continueFrom(world, session);
  if (!isLoading) return NONE;
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  if (ofClient(world, clientPart, client).loads === "position-first") return list;
  const place = nodes.first.server + sessions.server[session];
  packets.drain(list, (_, copy) => dropCopy(world, copy, Cause.afterSnapshot, place));
  return NONE;
}
