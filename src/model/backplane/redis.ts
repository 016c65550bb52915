import { adoptStreams } from "../network/tcp.ts";
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import { CLIENT_FIELDS, SUBSCRIBER_FIELDS } from "./client-library.part.ts";
import { libraryOf } from "./client-library.ts";
import type { Backplane } from "./family.ts";
import { OUTPUT_FIELDS } from "./output-buffer.part.ts";
import { RedisClientEvent, redisClientPart } from "./redis-client.part.ts";
import { clientOfPublisher, publisherOf, subscriberOf } from "./redis-client.ts";

/**
 * Redis Pub/Sub with the classic Socket.IO adapter: each server publishes over one connection and hears over another.
 * The publish is not awaited, the publisher hears itself and ignores it (by its uid), and nothing is kept for a
 * server that is not subscribed. FACTS §1.8; ground-truth 02-broadcast-with-redis.
 */
export const redis = {
  says: "Pub/Sub with the classic Socket.IO adapter (FACTS §1.8)",
  fields: { ...CLIENT_FIELDS, ...SUBSCRIBER_FIELDS, ...OUTPUT_FIELDS },
  keepsSessions: false,
  begin(world: World) {
    const { redisClients, nodes, links, outputs, settings } = world;
    const servers = nodes.count.server;
    redisClients.addMany(servers * 2 + nodes.count.publisher);
    for (let server = 0; server < servers; server++) {
      for (const redisClient of [publisherOf(server), subscriberOf(server)]) {
        redisClients.node[redisClient] = nodes.first.server + server;
        redisClients.stream[redisClient] = adoptStreams(world, links.toBackplane(server));
      }
      redisClients.subscribes[subscriberOf(server)] = 1;
    }
    for (let publisher = 0; publisher < nodes.count.publisher; publisher++) {
      const redisClient = clientOfPublisher(world, publisher);
      redisClients.node[redisClient] = nodes.first.publisher + publisher;
      redisClients.stream[redisClient] = adoptStreams(world, links.fromPublisher(publisher));
    }
    const { kernelBuffersKiB } = settings.backplaneOwn as Partial<SettingsOf<typeof OUTPUT_FIELDS>>;
    if (Number.isFinite(kernelBuffersKiB)) outputs.addMany(servers);
    world.startMany(redisClientPart, redisClients.rows);
    const isAnswered = libraryOf(world).resends ? 1 : 0;
    for (let redisClient = 0; redisClient < redisClients.rows; redisClient++) {
      redisClients.isAnswered[redisClient] = isAnswered;
      redisClients.hasSubscribed[redisClient] = redisClients.subscribes[redisClient]!;
      world.send(RedisClientEvent.READY, redisClient, 0, 0);
      redisClients.subscribed[redisClient] = redisClients.subscribes[redisClient]!;
    }
  },
  // The publisher carries the branch on.
  publish: (world: World, server: number, message: number) =>
    world.send(RedisClientEvent.PUBLISH, publisherOf(server), message, 0),
  publishFrom: (world: World, publisher: number, message: number) =>
    world.send(RedisClientEvent.PUBLISH, clientOfPublisher(world, publisher), message, 0),
  serverDied(world: World, server: number, wasToldTo: 0 | 1) {
    world.send(RedisClientEvent.STOP, publisherOf(server), wasToldTo, 0);
    world.send(RedisClientEvent.STOP, subscriberOf(server), wasToldTo, 0);
  },
  serverBooted(world: World, server: number) {
    world.send(RedisClientEvent.START, publisherOf(server), 0, 0);
    world.send(RedisClientEvent.START, subscriberOf(server), 0, 0);
  },
} satisfies Backplane;

/** Servers wait for Redis' answer before they hand out to their own sockets. */
export function awaitAnswers({ redisClients, nodes }: World): void {
  redisClients.isAnswered.fill(1, 0, nodes.count.server * 2);
  redisClients.isAwaited.fill(1, 0, nodes.count.server * 2);
}
