/** Redis's side of its connections: what it sends down one, who is subscribed, and to what. */
import { transmit } from "../network/tcp.ts";
import type { World } from "../world/world.ts";
import { channelOf, subscriberOf } from "./redis-client.ts";

/** Sends one frame down a connection: see transmit. */
export function toServer(
  world: World,
  redisClient: number,
  frame: number,
  subject: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): void {
  transmit(world, world.redisClients.stream[redisClient] + 1, frame, subject, code, entity, x, y);
}

/** A server is subscribed to a channel, or is no longer: of all, or, from 1, of a room. */
export function subscribe(world: World, redisClient: number, channel: number, is: 0 | 1): void {
  const { redisClients, roomChannels } = world;
  if (channel === 0) redisClients.subscribed[redisClient] = is;
  else roomChannels.isSubscribed[channelOf(world, redisClient >> 1, channel - 1)] = is;
}

/** A connection is over. */
export function unsubscribe(world: World, redisClient: number): void {
  const { redisClients, roomChannels, settings } = world;
  redisClients.accepted[redisClient] = 0;
  if (redisClients.subscribes[redisClient] === 0) return;
  redisClients.subscribed[redisClient] = 0;
  if (world.readers.rows > 0) world.readers.isWaiting[redisClient >> 1] = 0;
  if (roomChannels.rows === 0) return;
  const first = channelOf(world, redisClient >> 1, 0);
  roomChannels.isSubscribed.fill(0, first, first + settings.rooms);
}

export function isSubscribed({ redisClients }: World, server: number): boolean {
  return redisClients.subscribed[subscriberOf(server)] === 1;
}
