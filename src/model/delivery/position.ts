/**
 * A page that knows its position in a history (backplane/history.ts) comes back and names it. If the history is still the same, and has all
 * that came after, the page is given it; else it is told that it can't be, and has to load a snapshot again. Never is it given a part.
 * A page that gets a message and not the one before it sees that something is missing, and loads again too. FACTS §13.8.
 *
 * What a page has not got, in order, is `clients.stored`: so its offset is the number of the latest message less how many these are.
 *
 * Leaves out: event streams and polls, which have replay of their own (server/mailboxes.ts); that servers notice the gap of a page that is
 * connected, and close its connection so that it comes back (Centrifugo: 3010).
 */
import type { HISTORY_FIELDS } from "../backplane/history.part.ts";
import { clientPart } from "../client/client.part.ts";
import { subscribes } from "../client/subscriptions.ts";
import { Fate } from "../fate/oracle.part.ts";
import { carry, dropCopy } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { RecordKind, RecoveryOutcome } from "../trace/records.ts";
import type { SettingsOf } from "../world/field.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";

function limitsOf({ settings }: World): SettingsOf<typeof HISTORY_FIELDS> {
  return settings.backplaneOwn as SettingsOf<typeof HISTORY_FIELDS>;
}

/** Whether a client names its position when it comes back. */
export function hasPosition(world: World, client: number): boolean {
  if (world.positions.rows === 0 || subscribes(world, client)) return false;
  return ofClient(world, clientPart, client).loads === "position-first";
}

/** The history keeps a message for a client. */
export function noteKept(world: World, client: number): void {
  world.positions.keptUntilUs[client] = world.queue.nowUs + limitsOf(world).historyTtlUs;
}

/** How many messages a client has not got. */
function missing({ clients, packets }: World, client: number): number {
  let count = 0;
  for (let packet = clients.stored[client]; packet !== NONE; packet = packets.next[packet]) count++;
  return count;
}

/** Whether all that a client has not got can be given to it, and if not, why. */
function judge(world: World, client: number): RecoveryOutcome {
  const { positions, queue } = world;
  if (positions.isStale[client] === 1) return RecoveryOutcome.epochChanged;
  const count = missing(world, client);
  if (count > limitsOf(world).historySize) return RecoveryOutcome.beyondHistory;
  if (count > 0 && queue.nowUs >= positions.keptUntilUs[client]) return RecoveryOutcome.beyondHistory;
  return RecoveryOutcome.recovered;
}

/** A client listens, and names its position. Returns what it is given, as a list of packets. */
export function continueFrom(world: World, session: number): number {
  const { sessions, positions, nodes } = world;
  const client = sessions.client[session];
  const outcome = judge(world, client);
  const isRecovered = outcome === RecoveryOutcome.recovered;
  const server = nodes.first.server + sessions.server[session];
  if (positions.hasListened[client] === 1 || !isRecovered) {
    const count = isRecovered ? missing(world, client) : 0;
    world.record(RecordKind.recovery, client, server, outcome, count, session);
  }
  positions.hasListened[client] = 1;
  if (isRecovered) return latestFor(world, client);
  fallBehind(world, client, NONE);
  return NONE;
}

/** What the history has of what a client has not got. */
function latestFor(world: World, client: number): number {
  const { clients, packets } = world;
  let beyond = missing(world, client) - limitsOf(world).historySize;
  let list: number = NONE;
  for (let packet = clients.stored[client]; packet !== NONE; packet = packets.next[packet]) {
    if (beyond-- > 0) continue;
    carry(world, packets.subject[packet]);
    list = packets.append(list, packets.one(Packet.message, packets.subject[packet]));
  }
  return list;
}

/** Something is missing before this copy (−1 all that there is), and a client knows it: it will load again, or goes on without. */
function fallBehind(world: World, client: number, before: number): void {
  const { clients, packets, positions } = world;
  if (ofClient(world, clientPart, client).afterGap === "reload") {
    positions.isBehind[client] = 1;
    return;
  }
  positions.isStale[client] = 0;
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  let isMissing = true;
  packets.drain(list, (_, copy) => {
    if (copy === before) isMissing = false;
    if (isMissing) dropCopy(world, copy, Cause.gapIgnored, client);
    else clients.stored[client] = packets.append(clients.stored[client], packets.one(Packet.message, copy));
  });
}

/** A client gets a copy over its connection. Returns whether its position says that it has it: then it is nothing new. */
export function isOld(world: World, client: number, copy: number): boolean {
  // What came by another channel is in no position.
  if (world.copies.fate[copy] !== Fate.delivered || !hasPosition(world, client)) return false;
  return !isKept(world, client, copy);
}

/** A client has got a copy, which is its position from now on. Returns whether it has to load again. */
export function advance(world: World, client: number, copy: number): boolean {
  const { clients, packets, positions, copies } = world;
  if (!isKept(world, client, copy)) return false;
  if (
    positions.isBehind[client] === 0 &&
    copies.fate[packets.subject[clients.stored[client]]] !== Fate.delivered
  )
    fallBehind(world, client, copy);
  const list = clients.stored[client];
  clients.stored[client] = NONE;
  packets.drain(list, (_, other) => {
    if (copies.fate[other] === Fate.delivered) return dropCopy(world, other, Cause.gapIgnored, client);
    clients.stored[client] = packets.append(clients.stored[client], packets.one(Packet.message, other));
  });
  return positions.isBehind[client] === 1;
}

function isKept({ clients, packets }: World, client: number, copy: number): boolean {
  for (let packet = clients.stored[client]; packet !== NONE; packet = packets.next[packet])
    if (packets.subject[packet] === copy) return true;
  return false;
}
