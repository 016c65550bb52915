/**
 * Redis with a registry of connections: each server writes there which clients it holds, and what is for one client is looked up and published to
 * the channel of the one server that is named, instead of to all. FACTS §2.1.
 *
 * - An entry is SET when a client's socket joins its rooms, again every so often, each time with an expiry, and deleted when the socket is gone.
 *   A process that dies deletes nothing: until it expires, its entries name a server that holds nobody.
 * - A server that holds the recipient itself asks nobody. Else the message waits for the answer, which says a server or none, and is published.
 * - All of this crosses the network, so what comes late wins: a server that deletes the entry of a client that has moved deletes the new one, and
 *   one that has not noticed that it went writes its own name over it. `writes: owner-only` compares first (a script).
 * - A server that gets what is for a client that it does not hold drops it, and nobody knows; Redis says how many heard a publish, and nobody
 *   looks. With `lookAgain` whoever notices waits a little and looks up again.
 *
 * What is for a room, or for all, goes to all servers, as with the classic adapter. A publisher, which is no server, looks up as servers do; it holds
 * nobody, and writes nothing.
 *
 * Leaves out: that a message which waits for its answer lies in its server's memory (here it goes with the question, and dies of the same); that
 * ioredis sends a directed publish again that was not answered; several connections of one client with an entry each; that servers write again
 * at instants of their own (here: counted from the start of each process); the order of writes and publishes in the library's offline queue
 * (writes come first); and a store that is not the Redis that carries the messages.
 */
import { whyStale } from "../fate/ends.ts";
import { connected, endBranch, noteReasons } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { transmit } from "../network/tcp.ts";
import { firstLocal } from "../server/local-rooms.ts";
import { mailboxOf } from "../server/mailboxes.ts";
import { ServerEvent } from "../server/server.part.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import type { World } from "../world/world.ts";
import { BackplaneEvent } from "./backplane.part.ts";
import { clientSettings } from "./client-library.ts";
import type { Backplane } from "./family.ts";
import { redis } from "./redis.ts";
import { RedisClientEvent, redisClientPart } from "./redis-client.part.ts";
import { isLookedUp, publisherOf } from "./redis-client.ts";
import { REGISTRY, Told, Write } from "./registry.part.ts";
import {
  clientOf,
  directs,
  forget,
  hearingOf,
  lose,
  obey,
  placeOf,
  registrySettings,
  toChannel,
  written,
} from "./registry-store.ts";

/** Whether a server has a socket of a client's. */
function holds(world: World, server: number, client: number): boolean {
  const { clients, memberships, sessions } = world;
  let member = firstLocal(world, server, clients.room[client]);
  while (member !== NONE && sessions.client[member >> 1] !== client) member = memberships.after[member];
  return member !== NONE;
}

function isConnected(world: World, asker: number): boolean {
  return world.isIn(redisClientPart, clientOf(world, asker), "running.connected");
}

function send(
  world: World,
  asker: number,
  frame: number,
  subject: number,
  code: number,
  x: number,
  y: number,
) {
  transmit(world, world.redisClients.stream[clientOf(world, asker)], frame, subject, code, 0, x, y);
}

/** A server writes into the registry, or will when it has a connection. */
function write(world: World, server: number, client: number, what: Write): void {
  const { registrars, packets } = world;
  if (isConnected(world, server)) return sendWrite(world, server, written(client, what));
  if (
    !clientSettings(world).offlineQueue ||
    world.isIn(redisClientPart, publisherOf(server), "running.givenUp")
  )
    return;
  const list = registrars.unwritten[server];
  registrars.unwritten[server] = packets.append(list, packets.one(Packet.message, written(client, what)));
}

function sendWrite(world: World, server: number, what: number): void {
  send(world, server, FrameKind.register, NONE, BackplaneEvent.COMMAND, what, server);
}

function writeAll(world: World, server: number): void {
  const { registrars, packets } = world;
  const list = registrars.unwritten[server];
  registrars.unwritten[server] = NONE;
  packets.drain(list, (_, what) => sendWrite(world, server, what));
}

function scheduleRefresh(world: World, server: number): void {
  const { queue, registrars } = world;
  const atUs = queue.nowUs + registrySettings(world).refreshUs;
  queue.schedule(atUs, ServerEvent.TOLD, server, registrars.boots[server], Told.refresh);
}

/** Writes the entries of all that the server holds again; what a process before it had begun ends here. */
function refresh(world: World, server: number, boot: number): void {
  const { memberships, registrars, sessions, settings } = world;
  if (registrars.isUp[server] === 0 || registrars.boots[server] !== boot) return;
  scheduleRefresh(world, server);
  let member = firstLocal(world, server, settings.rooms);
  for (; member !== NONE; member = memberships.after[member])
    write(world, server, sessions.client[member >> 1], Write.still);
}

/** The registry's answer: a server, or none. */
function publishDirected(world: World, asker: number, message: number, owner: number): void {
  const place = placeOf(world, asker);
  const redisClient = clientOf(world, asker);
  if (world.redisClients.isAnswered[redisClient] === 1)
    world.send(RedisClientEvent.ANSWERED, redisClient, 0, 0);
  if (owner === Told.nobodyNamed) {
    noteReasons(world, message, Cause.notRegistered, place, connected);
    return endBranch(world, message, place);
  }
  if (owner === asker) return world.send(ServerEvent.PUSH, asker, message, -1 - asker);
  // The connection has broken since it brought the answer, which the process has read only now.
  if (!isConnected(world, asker)) return ask(world, asker, message);
  const channel = toChannel(world, asker, owner);
  send(world, asker, FrameKind.publish, message, BackplaneEvent.PUBLISH, message, channel);
}

function ask(world: World, asker: number, message: number): void {
  world.send(RedisClientEvent.PUBLISH, clientOf(world, asker), message, 0);
}

/** A message has reached nobody who holds its recipient, and somebody knows it: it is looked up again after a while, or has been so often enough. */
function waitAndLookAgain(world: World, asker: number, message: number): void {
  const { lookUps, messages, packets, queue, registrars } = world;
  const { lookAgain, lookAgainUs } = registrySettings(world);
  while (lookUps.rows <= message) lookUps.add();
  if (lookUps.again[message] >= lookAgain)
    return lose(world, message, whyStale(world, messages.target[message]), placeOf(world, asker));
  lookUps.again[message]++;
  const list = registrars.waiting[asker];
  registrars.waiting[asker] = packets.append(list, packets.one(Packet.message, message));
  const [code, entity] = hearingOf(world, asker);
  queue.schedule(queue.nowUs + lookAgainUs, code, entity, message, Told.again);
}

/** The first that waits has waited long enough. It is another one if that died with a process before this. */
function lookAgain(world: World, asker: number, message: number): void {
  const { messages, nodes, packets, registrars } = world;
  const first = registrars.waiting[asker];
  if (first === NONE || packets.subject[first] !== message) return;
  registrars.waiting[asker] = packets.withoutFirst(first);
  if (asker < nodes.count.server && holds(world, asker, messages.target[message]))
    world.send(ServerEvent.PUSH, asker, message, -1 - asker);
  else ask(world, asker, message);
}

function dropWaiting(world: World, server: number): void {
  const { packets, registrars } = world;
  const list = registrars.waiting[server];
  registrars.waiting[server] = NONE;
  packets.drain(list, (_, message) => lose(world, message, Cause.serverCrashed, placeOf(world, server)));
  packets.drain(registrars.unwritten[server], () => {});
  registrars.unwritten[server] = NONE;
}

function hear(world: World, asker: number, x: number, y: number): void {
  // An answer that Redis sent before it heard that the process has died.
  if (y >= Told.nobodyHears && world.registrars.isUp[asker] === 0)
    return lose(world, x, Cause.serverCrashed, placeOf(world, asker));
  switch (y) {
    case Told.nobodyHears:
      return waitAndLookAgain(world, asker, x);
    case Told.again:
      return lookAgain(world, asker, x);
    case Told.refresh:
      return refresh(world, asker, x);
    case Told.connected:
      return writeAll(world, asker);
    case Told.joined:
      return write(world, asker, x, Write.come);
    case Told.left:
      if (world.registrars.isUp[asker] === 1 && !holds(world, asker, x)) write(world, asker, x, Write.gone);
      return;
    default:
      return publishDirected(world, asker, x, y);
  }
}

export const registry = {
  ...redis,
  ...REGISTRY,
  begin(world: World) {
    redis.begin(world);
    const { nodes, registrars, registryEntries } = world;
    registrars.addMany(nodes.count.server + nodes.count.publisher);
    registryEntries.addMany(nodes.count.client);
    for (let server = 0; server < nodes.count.server; server++) scheduleRefresh(world, server);
  },
  publish(world: World, server: number, message: number) {
    const client = world.messages.target[message];
    if (isLookedUp(world, message, server) && holds(world, server, client))
      endBranch(world, message, placeOf(world, server));
    else ask(world, server, message);
  },
  directs,
  obey,
  forget,
  hear,
  misses(world: World, server: number, message: number, origin: number): boolean {
    const client = world.messages.target[message];
    if (origin >= 0 || holds(world, server, client) || mailboxOf(world, client, server) !== NONE)
      return false;
    waitAndLookAgain(world, server, message);
    return true;
  },
  serverDies(world: World, server: number) {
    world.registrars.isUp[server] = 0;
    dropWaiting(world, server);
  },
  serverBooted(world: World, server: number) {
    redis.serverBooted(world, server);
    world.registrars.isUp[server] = 1;
    world.registrars.boots[server]++;
    scheduleRefresh(world, server);
  },
} satisfies Backplane;
