/**
 * The stream in Redis: entries in the order in which they came, kept until they are trimmed, and read by each server from the last that it
 * has, at most 100 at a time. FACTS §1.8, §2; ground-truth 24-sharded-and-streams.
 *
 * An entry stays for a server until that asks for what comes after it. So what is lost with a connection is read again; what was answered in
 * part is read again from the beginning of the answer.
 */

import { whyUnsubscribed } from "../fate/ends.ts";
import { addBranch, endBranch, noteReasons } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { transmit } from "../network/tcp.ts";
import { pushCode } from "../server/reader.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import { RedisClientEvent } from "./redis-client.part.ts";
import { subscriberOf } from "./redis-client.ts";
import type { STREAM_FIELDS } from "./streams.part.ts";

/** COUNT of XREAD, as the adapter asks. */
const READ_COUNT = 100;
/** Entries in a node of the stream: 4096 bytes of them, as they were in the experiment. MAXLEN ~ takes whole nodes. */
const NODE_ENTRIES = 33;

/** XADD: an entry comes, old ones go, and whoever waits is answered. */
export function addEntry(world: World, message: number, origin: number): void {
  const { nodes, packets, readers, streamLogs } = world;
  streamLogs.added[0]++;
  for (let server = 0; server < nodes.count.server; server++) {
    if (readers.hasBegun[server] === 0) {
      const why = whyUnsubscribed(world, subscriberOf(server));
      noteReasons(world, message, why, nodes.first.backplane, (other) => other === server);
      continue;
    }
    addBranch(world, message);
    readers.unread[server] = packets.append(readers.unread[server], packets.one(Packet.message, message));
    readers.origins[server] = packets.append(readers.origins[server], packets.one(Packet.message, origin));
    readers.unreadCount[server]++;
    if (readers.isWaiting[server] === 1) answerRead(world, server);
  }
  trim(world);
}

/** XREAD: what a server has read goes, and it gets what comes after it, or waits. −1: it has read nothing, and wants only what is new. */
export function read(world: World, server: number, lastRead: number): void {
  const { readers } = world;
  if (lastRead === NONE) {
    const why = whyUnsubscribed(world, subscriberOf(server));
    dropUnread(world, server, readers.unreadCount[server], why);
    readers.hasBegun[server] = 1;
  } else dropUnread(world, server, lastRead - firstUnread(world, server), NONE);
  readers.isWaiting[server] = 1;
  if (readers.unreadCount[server] > 0) answerRead(world, server);
}

/** Redis died, and the stream with it. The ids of the next one are later. */
export function loseStream(world: World): void {
  const { readers, streamLogs } = world;
  for (let server = 0; server < readers.rows; server++) {
    dropUnread(world, server, readers.unreadCount[server], Cause.backplaneDown);
    readers.isWaiting[server] = 0;
  }
  streamLogs.first[0] = streamLogs.added[0];
}

/** A server's process has died: nothing of the stream is for it any more. Its clients' connections have ended with it, and say why. */
export function forgetReader(world: World, server: number): void {
  const { readers } = world;
  dropUnread(world, server, readers.unreadCount[server], NONE);
  readers.hasBegun[server] = 0;
  readers.lastRead[server] = NONE;
}

function firstUnread({ readers, streamLogs }: World, server: number): number {
  return streamLogs.added[0] - readers.unreadCount[server];
}

function answerRead(world: World, server: number): void {
  const { packets, readers } = world;
  const redisClient = subscriberOf(server);
  const down = world.redisClients.stream[redisClient] + 1;
  const entries = Math.min(readers.unreadCount[server], READ_COUNT);
  let packet = readers.unread[server];
  let origin = readers.origins[server];
  let message = NONE;
  for (let i = 0; i < entries; i++) {
    message = packets.subject[packet];
    addBranch(world, message);
    const from = packets.subject[origin];
    transmit(world, down, FrameKind.push, message, pushCode(world), server, message, from);
    packet = packets.next[packet];
    origin = packets.next[origin];
  }
  readers.isWaiting[server] = 0;
  const upTo = firstUnread(world, server) + entries;
  transmit(world, down, FrameKind.answered, message, RedisClientEvent.READ, redisClient, upTo, 0);
}

/** MAXLEN ~: the oldest nodes go that are not needed for the length. */
function trim(world: World): void {
  const { readers, settings, streamLogs } = world;
  const { streamLength } = settings.backplaneOwn as SettingsOf<typeof STREAM_FIELDS>;
  const first = streamLogs.first[0];
  const nodes = Math.floor((streamLogs.added[0] - first - streamLength) / NODE_ENTRIES);
  if (nodes <= 0) return;
  for (let server = 0; server < readers.rows; server++)
    dropUnread(world, server, first + nodes * NODE_ENTRIES - firstUnread(world, server), Cause.trimmed);
}

/** So many of the first entries go that a server has not read; `why` −1: it has them. */
function dropUnread(world: World, server: number, count: number, why: number): void {
  const { nodes, packets, readers } = world;
  for (; count > 0 && readers.unreadCount[server] > 0; count--) {
    const message = packets.subject[readers.unread[server]];
    readers.unread[server] = packets.withoutFirst(readers.unread[server]);
    readers.origins[server] = packets.withoutFirst(readers.origins[server]);
    readers.unreadCount[server]--;
    if (why !== NONE) noteReasons(world, message, why, nodes.first.backplane, (other) => other === server);
    endBranch(world, message, nodes.first.backplane);
  }
}
