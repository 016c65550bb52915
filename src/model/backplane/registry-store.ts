/**
 * The registry in Redis: by client, the name of the server that holds it, which expires; and a channel for each server, on which nobody but that
 * one listens. FACTS §2.1.
 */
import { whyStale, whyUnsubscribed } from "../fate/ends.ts";
import { endBranch, noteReasons } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { pushCode } from "../server/reader.ts";
import { ServerEvent } from "../server/server.part.ts";
import { FrameKind } from "../trace/frames.ts";
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import { toServer } from "./connections.ts";
import { PublisherEvent } from "./publisher.part.ts";
import { clientOfPublisher, isLookedUp, publisherOf, subscriberOf } from "./redis-client.ts";
import { type REGISTRY_FIELDS, Told, Write } from "./registry.part.ts";

export function registrySettings({ settings }: World): SettingsOf<typeof REGISTRY_FIELDS> {
  return settings.backplaneOwn as SettingsOf<typeof REGISTRY_FIELDS>;
}

/** A client, and what a server has to say of it, as one number. */
export function written(client: number, write: Write): number {
  return client * 3 + write;
}

/** The server that the registry names for a client now, −1 none. */
function namedFor({ registryEntries, queue }: World, client: number): number {
  return registryEntries.untilUs[client] > queue.nowUs ? registryEntries.server[client] : NONE;
}

/** A server's write has come; `what`: see {@link written}. */
export function obey(world: World, what: number, server: number): void {
  const { registryEntries: entries, queue } = world;
  const { ttlUs, writes } = registrySettings(world);
  const client = Math.floor(what / 3);
  const write = what % 3;
  const named = namedFor(world, client);
  if (writes === "owner-only" && write !== Write.come && named !== NONE && named !== server) return;
  entries.server[client] = write === Write.gone ? NONE : server;
  entries.untilUs[client] = queue.nowUs + ttlUs;
}

/** Redis died, and what it knew with it. */
export function forget({ registryEntries }: World): void {
  registryEntries.server.fill(NONE);
}

/** Whoever asks the registry, by its row: a server, or after them a publisher. Its node. */
export function placeOf({ nodes }: World, asker: number): number {
  const publisher = asker - nodes.count.server;
  return publisher < 0 ? nodes.first.server + asker : nodes.first.publisher + publisher;
}

/** The number of the Redis client over which it asks and publishes. */
export function clientOf(world: World, asker: number): number {
  const publisher = asker - world.nodes.count.server;
  return publisher < 0 ? publisherOf(asker) : clientOfPublisher(world, publisher);
}

/** How it is told something: the event, and whose it is. */
export function hearingOf({ nodes }: World, asker: number): readonly [code: number, entity: number] {
  const publisher = asker - nodes.count.server;
  return publisher < 0 ? [ServerEvent.TOLD, asker] : [PublisherEvent.TOLD, publisher];
}

/** A message has come that is for one client: with the question where that is, or for the channel of one server (see {@link toChannel}). */
export function directs(world: World, message: number, origin: number): boolean {
  const { count, first } = world.nodes;
  if (origin < 0) {
    const both = -1 - origin;
    const askers = world.registrars.rows;
    publishTo(world, message, both % askers, Math.floor(both / askers));
    return true;
  }
  if (!isLookedUp(world, message, origin)) return false;
  const named = namedFor(world, world.messages.target[message]);
  // The backplane knows publishers by their nodes.
  const asker = origin < count.server ? origin : count.server + first.server + origin - first.publisher;
  answer(world, message, asker, named === NONE ? Told.nobodyNamed : named);
  return true;
}

/** The y of a PUBLISH by `asker` to the channel of server `owner`. */
export function toChannel({ registrars }: World, asker: number, owner: number): number {
  return -1 - (asker + registrars.rows * owner);
}

function answer(world: World, message: number, asker: number, says: number): void {
  const [code, entity] = hearingOf(world, asker);
  toServer(world, clientOf(world, asker), FrameKind.lookedUp, message, code, entity, message, says);
}

/** PUBLISH to the channel of one server. Redis answers how many have heard it; whoever does not look again does not look at that either. */
function publishTo(world: World, message: number, asker: number, owner: number): void {
  const { accepted, subscribed } = world.redisClients;
  const subscriber = subscriberOf(owner);
  if (subscribed[subscriber] === 1)
    toServer(world, subscriber, FrameKind.push, message, pushCode(world), owner, message, -1 - asker);
  else if (registrySettings(world).lookAgain > 0 && accepted[clientOf(world, asker)] === 1)
    answer(world, message, asker, Told.nobodyHears);
  else {
    const client = world.messages.target[message];
    const isThere = world.clients.server[client] === owner;
    const why = isThere ? whyUnsubscribed(world, subscriber) : whyStale(world, client);
    lose(world, message, why, world.nodes.first.backplane);
  }
}

/** A message for one client is lost at `place`. */
export function lose(world: World, message: number, why: number, place: number): void {
  noteReasons(world, message, why, place, () => true);
  endBranch(world, message, place);
}
