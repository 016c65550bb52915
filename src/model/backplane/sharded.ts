/**
 * Redis with Socket.IO's sharded adapter: SPUBLISH, and SSUBSCRIBE to one channel for all, or, in dynamic mode, to one more for each room
 * that has a member at the server. FACTS §1.8; ground-truth 24-sharded-and-streams, 25-external-publisher.
 *
 * - The publish is awaited: a server's own sockets get a message when Redis has answered. What waits in the offline queue holds local
 *   delivery back as well; what is refused, or fails, is handed out here at once and goes nowhere else.
 * - The first member of a room joins before its server is subscribed: what is published in between does not reach it.
 * - An emitter publishes to the classic adapter's channels, which nobody is subscribed to.
 *
 * Clients that are connected when a run begins join at that instant, and their servers subscribe then.
 *
 * Leaves out: that shards are several Redis, each with some of the channels; a library that forgets these subscriptions; the channel that each
 * server has for answers; and «dynamic-private», where direct messages have a channel each.
 */
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import type { Backplane } from "./family.ts";
import { awaitAnswers, redis } from "./redis.ts";
import { RedisClientEvent } from "./redis-client.part.ts";
import { subscriberOf } from "./redis-client.ts";
import { addRoomChannels, forgetRooms, hearsChannel } from "./room-channels.ts";
import { SHARDED } from "./sharded.part.ts";

function hasChannels({ settings }: World): boolean {
  return (settings.backplaneOwn as SettingsOf<typeof SHARDED.fields>).subscriptionMode === "dynamic";
}

export const sharded = {
  ...redis,
  ...SHARDED,
  isAwaited: true,
  begin(world: World) {
    redis.begin(world);
    awaitAnswers(world);
    if (hasChannels(world)) addRoomChannels(world);
  },
  // Its rooms are left while it dies, of which it tells nobody.
  serverDies(world: World, server: number, wasToldTo: 0 | 1) {
    world.send(RedisClientEvent.STOP, subscriberOf(server), wasToldTo, 0);
    forgetRooms(world, server);
  },
  hears: (world: World, server: number, message: number, origin: number) =>
    origin < world.nodes.count.server && hearsChannel(world, server, message),
} satisfies Backplane;
