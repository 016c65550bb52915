/**
 * What servers keep for clients that come and ask: the latest few messages for each, numbered, so that a client can say
 * with a cursor what it has. It gets the rest at once, and what it has is let go. FACTS §4; ground-truth 16.
 *
 * Shared memory has one mailbox for each client, of which all servers know. In the memory of processes each has its
 * own, which dies with it, and a cursor of another process says nothing to it.
 *
 * Leaves out: one log for a whole room, in which messages for others take up room too; ages; the time that a look into
 * a store takes, and stores that fail.
 */

import { connectionPart } from "../client/connection.part.ts";
import { subscribes } from "../client/subscriptions.ts";
import { whyAway } from "../fate/ends.ts";
import { Fate } from "../fate/oracle.part.ts";
import { carry, dropCopy } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { ofClient, ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { serverPart } from "./server.part.ts";

/** Everybody who may come and ask gets a mailbox, if servers keep anything. */
export function addMailboxes(world: World): void {
  const { mailboxes, nodes, clients } = world;
  const { memory } = ofServers(world, serverPart);
  // Where sessions are kept, there are enough.
  if (!keepsForAskers(world) || mailboxes.rows > 0) return;
  for (let client = 0; client < clients.rows; client++) {
    if (!subscribes(world, client)) continue;
    mailboxes.addMany(nodes.count.client * (memory === "shared" ? 1 : nodes.count.server));
    return;
  }
}

function keepsForAskers(world: World): boolean {
  return ofServers(world, serverPart).replayEvents > 0;
}

/** The mailbox of a client that asks, as a server sees it; −1 if nothing is kept. */
export function mailboxOf(world: World, client: number, server: number): number {
  if (world.mailboxes.rows === 0 || !keepsForAskers(world)) return NONE;
  const isShared = ofServers(world, serverPart).memory === "shared";
  return isShared ? client : server * world.nodes.count.client + client;
}

/** A server hears a message from its sender, and keeps it for those whom it is for. */
export function keep(world: World, server: number, message: number): void {
  const { messages, copies, mailboxes } = world;
  if (mailboxes.rows === 0 || !keepsForAskers(world)) return;
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++) {
    if (copies.fate[copy] === Fate.none || !mayAsk(world, copies.recipient[copy])) continue;
    const mailbox = mailboxOf(world, copies.recipient[copy], server);
    put(world, mailbox, copy, world.nodes.first.server + server);
  }
}

/** A server hears a message over the backplane. Where all share what they keep, the first that hears of it has kept it. */
export function keepPushed(world: World, server: number, message: number, isFromServer: boolean): void {
  const { messages, copies, mailboxes } = world;
  if (mailboxes.rows === 0 || !keepsForAskers(world)) return;
  if (ofServers(world, serverPart).memory === "shared") {
    if (isFromServer) return;
    const first = messages.firstCopy[message];
    for (let copy = first; copy < first + messages.places[message]; copy++) {
      if (copies.fate[copy] === Fate.none) continue;
      const wasKept = copies.fate[copy] !== Fate.inFlight || holds(world, copies.recipient[copy], copy);
      if (wasKept) return;
    }
  }
  keep(world, server, message);
}

/** Said of a client's cursor: it won't ask any more. */
const NEVER = -2;

function mayAsk(world: World, client: number): boolean {
  return subscribes(world, client) && world.clients.cursorOf[client] !== NEVER;
}

function holds({ mailboxes, packets }: World, mailbox: number, copy: number): boolean {
  for (let packet = mailboxes.kept[mailbox]; packet !== NONE; packet = packets.next[packet])
    if (packets.subject[packet] === copy) return true;
  return false;
}

function put(world: World, mailbox: number, copy: number, place: number): void {
  appendKept(world, mailbox, copy, NONE);
  if (world.mailboxes.count[mailbox] > ofServers(world, serverPart).replayEvents)
    letGo(world, mailbox, Cause.beyondReplay, place);
}

/** A message comes into a mailbox, at this time if that matters. ms; −1 it does not. */
export function appendKept(world: World, mailbox: number, copy: number, timeMs: number): void {
  const { mailboxes, packets } = world;
  const { kept, times } = mailboxes;
  carry(world, copy);
  kept[mailbox] = packets.append(kept[mailbox], packets.one(Packet.message, copy));
  if (timeMs !== NONE) times[mailbox] = packets.append(times[mailbox], packets.one(Packet.noop, timeMs));
  mailboxes.total[mailbox]++;
  mailboxes.count[mailbox]++;
}

/** The oldest message leaves the mailbox. */
export function letGo(world: World, mailbox: number, why: number, place: number): void {
  const { mailboxes, packets } = world;
  const oldest = mailboxes.kept[mailbox];
  const copy = packets.subject[oldest];
  mailboxes.kept[mailbox] = packets.withoutFirst(oldest);
  if (mailboxes.times[mailbox] !== NONE)
    mailboxes.times[mailbox] = packets.withoutFirst(mailboxes.times[mailbox]);
  mailboxes.count[mailbox]--;
  dropCopy(world, copy, why, place);
}

/**
 * The number of the latest message that a client has, as far as this mailbox's server knows. Who polls and says nothing
 * gets all that is kept for it; an event stream begins with what comes next.
 */
function cursorFor(world: World, client: number, mailbox: number): number {
  const { clients, mailboxes } = world;
  if (clients.cursorOf[client] === mailbox) return clients.cursor[client];
  const { transport } = ofClient(world, connectionPart, client);
  return transport === "sse" ? mailboxes.total[mailbox] : 0;
}

/** A client hears a message, and will say so when it asks again. What is kept no longer it could not ask for. */
export function noteHeard(world: World, client: number, server: number, copy: number): void {
  const { clients, mailboxes } = world;
  const mailbox = mailboxOf(world, client, server);
  if (mailbox === NONE) return;
  const number = numberOf(world, client, mailbox, copy);
  const oldest = mailboxes.total[mailbox] - mailboxes.count[mailbox];
  clients.cursorOf[client] = mailbox;
  clients.cursor[client] = number === NONE ? oldest : number;
}

/** The number of a copy in a mailbox; −1 it is not in there. If it is more than once, the next that its client has not heard. */
export function numberOf(world: World, client: number, mailbox: number, copy: number): number {
  const { clients, mailboxes, packets } = world;
  const heard = clients.cursorOf[client] === mailbox ? clients.cursor[client] : 0;
  let number = mailboxes.total[mailbox] - mailboxes.count[mailbox];
  let first: number = NONE;
  for (let packet = mailboxes.kept[mailbox]; packet !== NONE; packet = packets.next[packet]) {
    number++;
    if (packets.subject[packet] !== copy) continue;
    if (number > heard) return number;
    if (first === NONE) first = number;
  }
  return first;
}

/** A client does not know any more what it has, and will ask as at first. */
export function forgetCursor({ clients }: World, client: number): void {
  clients.cursorOf[client] = NONE;
  clients.cursor[client] = NONE;
}

/** A client won't ask any more: nothing is kept for it. */
export function forgetAsker(world: World, client: number): void {
  const { clients, mailboxes, nodes } = world;
  clients.cursorOf[client] = NEVER;
  for (let mailbox = client; mailbox < mailboxes.rows; mailbox += nodes.count.client) {
    const server = Math.floor(mailbox / nodes.count.client);
    while (mailboxes.count[mailbox] > 0)
      letGo(world, mailbox, whyAway(world, client), nodes.first.server + server);
  }
}

/** Whether something is kept for a session's client that it does not have. */
export function hasNews(world: World, session: number): boolean {
  const { sessions, mailboxes } = world;
  const client = sessions.client[session];
  const mailbox = mailboxOf(world, client, sessions.server[session]);
  if (mailbox === NONE || mailboxes.count[mailbox] === 0) return false;
  return mailboxes.total[mailbox] > cursorFor(world, client, mailbox);
}

/** A client asks, and says what it has: that is let go. From here on its session is told. */
export function hearCursor(world: World, session: number): void {
  const { sessions, mailboxes, nodes } = world;
  const client = sessions.client[session];
  const mailbox = mailboxOf(world, client, sessions.server[session]);
  if (mailbox === NONE) return;
  const cursor = cursorFor(world, client, mailbox);
  const place = nodes.first.server + sessions.server[session];
  while (mailboxes.count[mailbox] > 0 && mailboxes.total[mailbox] - mailboxes.count[mailbox] < cursor)
    letGo(world, mailbox, whyAway(world, client), place);
  sessions.upTo[session] = cursor;
}

/** What is kept in its mailbox for a session's client and was not sent to it yet: as a list of packets, which carries it from here on. */
export function takeNews(world: World, session: number, mailbox: number): number {
  const { sessions, mailboxes, packets } = world;
  let number = mailboxes.total[mailbox] - mailboxes.count[mailbox];
  let news = NONE;
  for (let packet = mailboxes.kept[mailbox]; packet !== NONE; packet = packets.next[packet]) {
    if (++number <= sessions.upTo[session]) continue;
    const copy = packets.subject[packet];
    carry(world, copy);
    news = packets.append(news, packets.one(Packet.message, copy));
  }
  sessions.upTo[session] = number;
  return news;
}

/** Whether a copy is all that is kept for a session's client and was not sent to it. */
export function isNext(
  { sessions, mailboxes, packets }: World,
  session: number,
  mailbox: number,
  copy: number,
): boolean {
  const kept = mailboxes.kept[mailbox];
  if (kept === NONE || packets.subject[packets.last[kept]] !== copy) return false;
  return sessions.upTo[session] === mailboxes.total[mailbox] - 1;
}

/** A process died, and with it what only it kept. */
export function loseMailboxes(world: World, server: number): void {
  const { mailboxes, nodes } = world;
  if (mailboxes.rows === 0 || !keepsForAskers(world) || ofServers(world, serverPart).memory === "shared")
    return;
  for (let client = 0; client < nodes.count.client; client++) {
    if (!subscribes(world, client)) continue;
    const mailbox = mailboxOf(world, client, server);
    while (mailboxes.count[mailbox] > 0)
      letGo(world, mailbox, Cause.serverCrashed, nodes.first.server + server);
  }
}
