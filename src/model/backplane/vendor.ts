/**
 * A vendor of messages (Ably, Pusher) that carries what applications publish. The balancer and the servers of a scenario are the vendor's own
 * then, where clients are connected; what is bought stands in the place of a backplane, and takes each message before any server hands it out:
 * counts it, bills it, or refuses it. FACTS §9.
 *
 * - Larger than a message may be: refused.
 * - More than so many in a second: refused, until the next second begins.
 * - Its plan's messages are used up: refused, until somebody buys more. Each that is published counts, and each that is delivered to somebody who
 *   is connected at that instant.
 *
 * Whoever sent it is told with an error, which nobody here hears: the copies are lost. Published availability is faults: crash and restart.
 *
 * What it keeps for clients that are away for a moment, its servers keep (delivery/recovery.ts, servers.maxDisconnectionDurationMs: two minutes
 * at Ably, nothing at Pusher): only the one that had the client, where a real one has it everywhere.
 *
 * While it is away, publishes wait at whoever publishes, as vendors' libraries have it too.
 *
 * Leaves out: that some limits give way a little, or refuse only a share of what is above; limits for each connection, and of connections; history,
 * which is asked for; several channels; that its own network has servers which fail.
 */

import { Fate } from "../fate/oracle.part.ts";
import { connected, endBranch, noteReasons } from "../fate/oracle.ts";
import { Cause } from "../trace/causes.ts";
import { RecordKind } from "../trace/records.ts";
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import type { Backplane } from "./family.ts";
import { redis } from "./redis.ts";
import { VENDOR, type VENDOR_FIELDS } from "./vendor.part.ts";

const SECOND_US = 1_000_000;

export const vendor = {
  ...redis,
  ...VENDOR,
  ownMessages: () => "heard",
  keepsSessions: true,
  begin(world: World) {
    redis.begin(world);
    world.vendors.addMany(1);
  },
  takes,
} satisfies Backplane;

const everybody = () => true;

/** Whether a message that has arrived is taken, and billed. Else its copies are lost here. */
function takes(world: World, message: number): boolean {
  const cause = whyRefused(world, message);
  if (cause === null) {
    bill(world, message);
    return true;
  }
  const place = world.nodes.first.backplane;
  noteReasons(world, message, cause, place, everybody);
  endBranch(world, message, place);
  return false;
}

function whyRefused(world: World, message: number): number | null {
  const { vendors, queue, messages } = world;
  const limits = world.settings.backplaneOwn as SettingsOf<typeof VENDOR_FIELDS>;
  if (messages.bytes[message] > limits.maxMessageBytes) return Cause.tooLarge;
  if (vendors.billed[0] >= limits.quotaMessages) return Cause.overQuota;
  if (queue.nowUs >= vendors.secondUntilUs[0]) {
    vendors.secondUntilUs[0] = (Math.floor(queue.nowUs / SECOND_US) + 1) * SECOND_US;
    vendors.inSecond[0] = 0;
  }
  if (vendors.inSecond[0] >= limits.messagesPerSecond) return Cause.overRate;
  vendors.inSecond[0]++;
  return null;
}

/** One that is published, and one for each who is connected and shall have it. */
function bill(world: World, message: number): void {
  const { messages, copies, clients, vendors } = world;
  let count = 1;
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++)
    if (copies.fate[copy] !== Fate.none && connected(clients.server[copies.recipient[copy]])) count++;
  vendors.billed[0] += count;
  world.record(RecordKind.billed, message, world.nodes.first.backplane, count, vendors.billed[0], 0);
}
