/**
 * A page that loads what there is before it listens. The snapshot is read from what all servers have stored; from then on until it
 * listens, the page hears nothing, however healthy the line. What comes in this gap is in no snapshot and in no stream. A page that takes its
 * position first, and asks for all that came after it when it begins to listen, misses nothing. FACTS §13.8.
 *
 * Stored is what servers hear from clients, and what they send themselves.
 *
 * Leaves out: how long the store keeps what came after a position, and what is not in it: what publishers send past the servers; loading anew
 * when a connection breaks later; that a server which hears of a message late sends it to a page that has loaded it.
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

/** A server hears a message, and stores it: for those who have opened their page, and do not listen yet. */
export function storeForLoaders(world: World, message: number): void {
  const { messages, copies, clients, packets, settings, nodes } = world;
  if (!settings.hasLoaders) return;
  const { sender } = messages;
  if (nodes.count.publisher > 0 && sender[message] >= nodes.first.publisher) return;
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++) {
    const client = copies.recipient[copy];
    if (copies.fate[copy] === Fate.none || clients.isLoading[client] === 0) continue;
    carry(world, copy);
    clients.stored[client] = packets.append(clients.stored[client], packets.one(Packet.message, copy));
  }
}

/** All that is stored for a client, as the answer to its request. */
export function readSnapshot(world: World, client: number): number {
  const { clients, packets } = world;
  let answer: number = NONE;
  for (let packet = clients.stored[client]; packet !== NONE; packet = packets.next[packet]) {
    carry(world, packets.subject[packet]);
    answer = packets.append(answer, packets.one(Packet.message, packets.subject[packet]));
  }
  return answer;
}

/** A client has its snapshot: what was in it, it will not ask for again. */
export function noteLoaded(world: World, client: number): void {
  const { clients, copies, packets } = world;
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  packets.drain(list, (_, copy) => {
    if (copies.fate[copy] === Fate.delivered) return dropCopy(world, copy, Cause.afterSnapshot, client);
    clients.stored[client] = packets.append(clients.stored[client], packets.one(Packet.message, copy));
  });
}

/** A page is closed before it listens: nobody will ask for what was stored for it. */
export function stopLoading(world: World, client: number): void {
  const { clients, packets } = world;
  clients.isLoading[client] = 0;
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  packets.drain(list, (_, copy) => dropCopy(world, copy, whyAway(world, client), client));
  if (subscribes(world, client)) forgetAsker(world, client);
}

/** A client begins to listen. What came after its snapshot is what it gets first, if it says where it was; else it will never ask. */
export function takeSinceSnapshot(world: World, session: number): number {
  const { clients, packets, sessions, nodes } = world;
  const client = sessions.client[session];
  if (clients.isLoading[client] === 0) return NONE;
  clients.isLoading[client] = 0;
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  if (ofClient(world, clientPart, client).loads === "position-first") return list;
  const place = nodes.first.server + sessions.server[session];
  packets.drain(list, (_, copy) => dropCopy(world, copy, Cause.afterSnapshot, place));
  return NONE;
}
