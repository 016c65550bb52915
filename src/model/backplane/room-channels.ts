/** Channels that rooms have of their own: a server subscribes when its first member joins, and unsubscribes when its last has left. */
import { Audience } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { channelOf, subscriberOf } from "./redis-client.ts";

export function addRoomChannels({ roomChannels, nodes, settings }: World): void {
  roomChannels.addMany(nodes.count.server * settings.rooms);
}

/** Whether a server is subscribed to the channel in which a message is published: its room's, or that of all. */
export function hearsChannel(world: World, server: number, message: number): boolean {
  const { messages, redisClients, roomChannels } = world;
  if (messages.audience[message] !== Audience.room || roomChannels.rows === 0)
    return redisClients.subscribed[subscriberOf(server)] === 1;
  return roomChannels.isSubscribed[channelOf(world, server, messages.target[message])] === 1;
}

/** A process dies, and wants no channel any more. */
export function forgetRooms(world: World, server: number): void {
  const { roomChannels, settings } = world;
  if (roomChannels.rows === 0) return;
  const first = channelOf(world, server, 0);
  roomChannels.isWanted.fill(0, first, first + settings.rooms);
}
