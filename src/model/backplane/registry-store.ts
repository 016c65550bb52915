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
import { isLookedUp, publisherOf, subscriberOf } from "./redis-client.ts";
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

/** A message has come that is for one client: with the question where that is, or for the channel of one server (see {@link toChannel}). */
export function directs(world: World, message: number, origin: number): boolean {
  const servers = world.nodes.count.server;
  if (origin < 0) {
    const both = -1 - origin;
    publishTo(world, message, both % servers, Math.floor(both / servers));
    return true;
  }
  if (!isLookedUp(world, message, origin)) return false;
  const named = namedFor(world, world.messages.target[message]);
  answer(world, message, origin, named === NONE ? Told.nobodyNamed : named);
  return true;
}

/** The y of a PUBLISH by server `origin` to the channel of server `owner`. */
export function toChannel({ nodes }: World, origin: number, owner: number): number {
  return -1 - (origin + nodes.count.server * owner);
}

function answer(world: World, message: number, server: number, says: number): void {
  toServer(world, publisherOf(server), FrameKind.lookedUp, message, ServerEvent.TOLD, server, message, says);
}

/** PUBLISH to the channel of one server. Redis answers how many have heard it; whoever does not look again does not look at that either. */
function publishTo(world: World, message: number, origin: number, owner: number): void {
  const { accepted, subscribed } = world.redisClients;
  const subscriber = subscriberOf(owner);
  if (subscribed[subscriber] === 1)
    toServer(world, subscriber, FrameKind.push, message, pushCode(world), owner, message, -1 - origin);
  else if (registrySettings(world).lookAgain > 0 && accepted[publisherOf(origin)] === 1)
    answer(world, message, origin, Told.nobodyHears);
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
