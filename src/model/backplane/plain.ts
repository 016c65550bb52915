/**
 * Redis Pub/Sub with plain WebSocket servers, as in Go, or with Rails' Action Cable: no adapter, but some lines of each server's own code. It publishes what
 * its clients say, and hands out what its subscription brings. FACTS §2.2; ground-truth 32-plain-websocket-server.
 *
 * - `ownMessages` says when a server's own clients get what one of them says. *heard*: when it comes back from Redis, as for everybody. So all
 *   servers have one order, and while Redis is away neighbours hear nothing of each other either. *at-once*: before Redis has it; the server
 *   knows its own again when it hears them, and skips them. *twice*: at once, and when it hears them, since nobody has thought of that.
 * - With `roomChannels` a room is a channel. The first member of a room joins before its server is subscribed: what is published in between
 *   does not reach it. Else there is one channel, and each server hears all.
 * - Whoever publishes into these channels is heard: a job needs no adapter's format.
 *
 * A plain server has no handshake by requests, no long polling and no fallback: those are settings of clients (transport websocket).
 *
 * Leaves out: Go's own client library (go-redis: connections from a pool, three more tries of a publish, no queue; its subscription is made again every
 * 100 ms); its channel in memory, from which it drops what is not taken for a minute; a join that is confirmed only when Redis has confirmed the
 * subscription (Action Cable), so that the client knows from when on it hears; channels for single clients (what is for one goes to all servers); and
 * heartbeats of other kinds than Socket.IO's.
 */
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import type { Backplane } from "./family.ts";
import { PLAIN, type PLAIN_FIELDS } from "./plain.part.ts";
import { redis } from "./redis.ts";
import { RedisClientEvent } from "./redis-client.part.ts";
import { subscriberOf } from "./redis-client.ts";
import { addRoomChannels, forgetRooms, hearsChannel } from "./room-channels.ts";

function plainSettings({ settings }: World): SettingsOf<typeof PLAIN_FIELDS> {
  return settings.backplaneOwn as SettingsOf<typeof PLAIN_FIELDS>;
}

export const plain = {
  ...redis,
  ...PLAIN,
  ownMessages: (world: World) => plainSettings(world).ownMessages,
  begin(world: World) {
    redis.begin(world);
    const { ownMessages, roomChannels } = plainSettings(world);
    if (ownMessages === "heard") world.redisClients.hearsOwn.fill(1, 0, world.nodes.count.server * 2);
    if (roomChannels) addRoomChannels(world);
  },
  // Its rooms are left while it dies, of which it tells nobody.
  serverDies(world: World, server: number, wasToldTo: 0 | 1) {
    world.send(RedisClientEvent.STOP, subscriberOf(server), wasToldTo, 0);
    forgetRooms(world, server);
  },
  hears: hearsChannel,
} satisfies Backplane;
