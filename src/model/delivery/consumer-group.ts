/**
 * A stream in Redis that the workers of all servers read as one consumer group (XREADGROUP): each entry is given to one of them, to whoever has waited
 * longest, and each has one at a time. What a worker was given is pending until it acknowledges it (XACK). Pending for too long, it is given to
 * another (XAUTOCLAIM, which each does before it reads), whatever became of the first: dead, standing still, or only slow. FACTS §7.1.
 *
 * - Acknowledged after the effect, an entry is done at least once: what comes between the two, it is done again.
 * - Acknowledged before it (NOACK), at most once: what a worker had when it died is in no list any more.
 * - `marksIds: together` has the id in the transaction of the effect, so that whoever does it a second time notices.
 *
 * Redis stays up, and the way there takes no time, as with ids in Redis (seen-ids.ts). The order of effects is nobody's promise: entries are given out in
 * order, and done side by side.
 *
 * Leaves out: a worker that is started again and asks for what it had before (XREADGROUP with an id); entries that are given up after so many
 * deliveries; several entries at a time (COUNT); trimming, which takes what is not done as well.
 */
import { addBranch, endBranch, loseEmit } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { RecordKind } from "../trace/records.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ConsumerEvent, consumerPart } from "./consumer.part.ts";
import { act } from "./effect.ts";
import { handlingPart } from "./handling.part.ts";
import { isSeen, remember } from "./seen-ids.ts";

/** There is one group, however many rows it gets. */
const GROUP = 0;

function placeOf({ nodes }: World, server: number): number {
  return nodes.first.server + server;
}

function listed({ packets }: World, list: number, number: number): number {
  return packets.append(list, packets.one(Packet.message, number));
}

/** XADD. The branch of the message that came with it stays in the stream. */
export function append(world: World, message: number, delivery: number): void {
  const { consumerGroups, packets, streamEntries } = world;
  const entry = streamEntries.add();
  streamEntries.message[entry] = message;
  streamEntries.delivery[entry] = delivery;
  streamEntries.kept[entry] = packets.one(Packet.message, message);
  const first = consumerGroups.waiting[GROUP];
  if (first === NONE) {
    consumerGroups.fresh[GROUP] = listed(world, consumerGroups.fresh[GROUP], entry);
    return;
  }
  const server = packets.subject[first];
  consumerGroups.waiting[GROUP] = packets.withoutFirst(first);
  give(world, server, entry);
}

/** A worker with nothing to do gets what was another's for too long (XAUTOCLAIM), or the oldest that nobody had (XREADGROUP), or waits. */
export function ask(world: World, server: number): void {
  const { consumerGroups, packets } = world;
  if (claim(world, server)) return;
  const first = consumerGroups.fresh[GROUP];
  if (first === NONE) {
    consumerGroups.waiting[GROUP] = listed(world, consumerGroups.waiting[GROUP], server);
    return;
  }
  const entry = packets.subject[first];
  consumerGroups.fresh[GROUP] = packets.withoutFirst(first);
  give(world, server, entry);
}

/** A worker that has waited looks again for what was another's. */
export function look(world: World, server: number): void {
  if (world.consumers.holding[server] === NONE && claim(world, server)) leave(world, server);
}

function claim(world: World, server: number): boolean {
  const entry = oldestIdle(world);
  if (entry !== NONE) give(world, server, entry);
  return entry !== NONE;
}

/** An entry is a worker's from here on. One that stands still reads it when it runs again. */
function give(world: World, server: number, entry: number): void {
  const { consumers, packets, queue, streamEntries } = world;
  const message = streamEntries.message[entry];
  addBranch(world, message);
  consumers.holding[server] = packets.one(Packet.message, message);
  consumers.entry[server] = entry;
  streamEntries.sinceUs[entry] = queue.nowUs;
  const times = ++streamEntries.times[entry];
  world.record(RecordKind.taken, message, placeOf(world, server), times, 0, 0);
  if (ofServers(world, consumerPart).acksEntries === "before") acknowledge(world, server);
  else streamEntries.isPending[entry] = 1;
  queue.schedule(queue.nowUs, ConsumerEvent.TAKE, server, 0, 0);
}

/** The oldest entry that has been pending for too long; −1 none. */
function oldestIdle(world: World): number {
  const { queue, streamEntries } = world;
  const { claimIdleUs } = ofServers(world, consumerPart);
  for (let entry = 0; entry < streamEntries.rows; entry++)
    if (streamEntries.isPending[entry] === 1 && queue.nowUs - streamEntries.sinceUs[entry] >= claimIdleUs)
      return entry;
  return NONE;
}

/** A worker waits for an entry no longer. */
function leave(world: World, server: number): void {
  const { consumerGroups, packets } = world;
  const list = consumerGroups.waiting[GROUP];
  consumerGroups.waiting[GROUP] = NONE;
  packets.drain(list, (_, other) => {
    if (other !== server) consumerGroups.waiting[GROUP] = listed(world, consumerGroups.waiting[GROUP], other);
  });
}

function takeHeld(world: World, server: number): number {
  const { consumers, packets } = world;
  const list = consumers.holding[server];
  consumers.holding[server] = NONE;
  const message = packets.subject[list];
  packets.withoutFirst(list);
  return message;
}

/** The effect, unless somebody has had it whose transaction has left the id. */
export function work(world: World, server: number): void {
  const { consumers, streamEntries } = world;
  const delivery = streamEntries.delivery[consumers.entry[server]];
  const message = takeHeld(world, server);
  const place = placeOf(world, server);
  const isTogether = ofServers(world, handlingPart).marksIds === "together";
  if (isTogether && isSeen(world, server, delivery)) {
    world.record(RecordKind.recognised, message, place, 0, 0, 0);
    return endBranch(world, message, place);
  }
  if (isTogether) remember(world, server, delivery);
  act(world, message, place);
}

/** XACK: whoever does it, the entry is pending no longer. */
export function acknowledge(world: World, server: number): void {
  const { consumers, packets, streamEntries } = world;
  const entry = consumers.entry[server];
  const list = streamEntries.kept[entry];
  streamEntries.kept[entry] = NONE;
  streamEntries.isPending[entry] = 0;
  packets.drain(list, (_, message) => endBranch(world, message, placeOf(world, server)));
}

/** A worker's process dies. What is pending stays in the list, and what is not, nobody has any more. */
export function die(world: World, server: number): void {
  leave(world, server);
  if (world.consumers.holding[server] === NONE) return;
  loseEmit(world, takeHeld(world, server), Cause.serverCrashed, placeOf(world, server));
}
