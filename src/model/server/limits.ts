/**
 * What a server's process can run out of. FACTS §5; ground-truth 13-fd-limit.
 *
 * - No open file left: Node accepts the connection with one that it keeps in reserve, and closes it at once, so that
 *   whoever asked is reset and not left waiting. Open connections go on, and what becomes free is used again.
 * - No memory left: the kernel kills the process, and with it every connection that it had.
 *
 * Leaves out: its connections to Redis, what the application keeps for each client, memory in the kernel (some 4 KB), that the process
 * slows down before; a supervisor that starts it again (a fault does). Without limits nothing is counted.
 */
import { NONE } from "../network/packets.ts";
import { LimitKind, RecordKind } from "../trace/records.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ServerEvent, serverPart } from "./server.part.ts";

/** Open files that Node itself has. Ground-truth 13: 45 connections of 64, 109 of 128, 236 or 237 of 256. */
export const OWN_DESCRIPTORS = 19;
/** A connection without compression. FACTS §5. */
const PLAIN_KIB = 14;

/**
 * What a connection takes. With compression: zlib's 2^(w+2) + 2^(m+9) bytes to compress and 2^w to expand, and 28 KiB,
 * with the level of memory that goes with a window in FACTS §5 (15/8 … 9/2). KiB.
 */
export function connectionKiB(windowBits: number | "none"): number {
  if (windowBits === "none" || windowBits === Infinity) return PLAIN_KIB;
  const level = windowBits - 7;
  return 28 + (2 ** (windowBits + 2) + 2 ** (level + 9) + 2 ** windowBits) / 1024;
}

/** How many connections fit. */
export function connectionsIn(memoryMiB: number, windowBits: number | "none"): number {
  return Math.floor((memoryMiB * 1024) / connectionKiB(windowBits));
}

/** The servers take their places. */
export function addServers(world: World): void {
  const { servers, nodes } = world;
  const { descriptors, memoryMiB, compressionWindowBits } = ofServers(world, serverPart);
  servers.addMany(nodes.count.server);
  for (let server = 0; server < nodes.count.server; server++) {
    servers.mostByDescriptors[server] = descriptors - OWN_DESCRIPTORS;
    servers.mostByMemory[server] = connectionsIn(memoryMiB, compressionWindowBits);
  }
}

function isBounded({ servers }: World, server: number): boolean {
  return Math.min(servers.mostByDescriptors[server], servers.mostByMemory[server]) < Infinity;
}

/** Whether one more connection can be open when the run begins. */
export function hasRoom({ servers }: World, server: number): boolean {
  return servers.open[server] < Math.min(servers.mostByDescriptors[server], servers.mostByMemory[server]);
}

/** A connection is open, by this try. */
export function count(world: World, server: number, tried: number): void {
  if (!isBounded(world, server)) return;
  world.tries.isCounted[tried] = 1;
  world.servers.open[server]++;
  recordOpen(world, server);
}

/** A connection is over. */
export function uncount(world: World, tried: number): void {
  const { tries, servers } = world;
  const server = tries.server[tried];
  if (servers.isStopping[server] === 1) mayBeDone(world, server);
  if (tries.isCounted[tried] === 0) return;
  tries.isCounted[tried] = 0;
  servers.open[server]--;
  recordOpen(world, server);
}

/** A process that stops looks whether that was its last connection, once all of this instant is done. */
export function mayBeDone({ queue }: World, server: number): void {
  queue.schedule(queue.nowUs, ServerEvent.LEAVE, server, 0, 0);
}

function recordOpen(world: World, server: number): void {
  const { nodes, servers } = world;
  world.record(RecordKind.open, nodes.first.server + server, servers.open[server], NONE, 0, 0);
}

/** Whether the server lets a connection in that has arrived. */
export function admits(world: World, server: number, tried: number): boolean {
  const { servers, tries, exchanges, nodes } = world;
  if (hasRoom(world, server)) {
    count(world, server, tried);
    return true;
  }
  const isFull = servers.open[server] >= servers.mostByDescriptors[server];
  const exchange = tries.exchange[tried];
  const limit = isFull ? LimitKind.descriptors : LimitKind.memory;
  world.record(
    RecordKind.turnedAway,
    nodes.first.server + server,
    limit,
    exchange,
    exchanges.client[exchange],
    0,
  );
  if (!isFull) world.send(ServerEvent.CRASH, server, 0, 0);
  return false;
}
