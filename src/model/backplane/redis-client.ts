/**
 * A connection to Redis: a server has one to publish and one to subscribe, a publisher one. When it breaks, the library
 * (client-library.ts) tries again and again; publishes wait in its offline queue meanwhile and are sent on reconnect,
 * where they reach nobody who has not subscribed again by then. What the library refuses is lost for all but those at
 * its own server. FACTS §1.8, ground-truth 08-backplane-outage, 23-redis-clients.
 *
 * Leaves out: that frames still under way when a process is killed and restarted within a link's delay belong to the
 * old connection.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { dropCargo } from "../fate/cargo.ts";
import { endConnection, hasEnded, openConnection, whyOf, whyRefused } from "../fate/ends.ts";
import { addBranch, endBranch, noteReasons } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { abandonStream, beginHandshake, transmit } from "../network/tcp.ts";
import { ServerEvent } from "../server/server.part.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import { Audience } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { BackplaneEvent } from "./backplane.part.ts";
import { clientSettings, isTooLong, libraryOf, waitUs } from "./client-library.ts";
import { redisClientPart } from "./redis-client.part.ts";
import { Told } from "./registry.part.ts";

/** The number of a server's Redis client that publishes. */
export function publisherOf(server: number): number {
  return server * 2;
}

/** The number of the Redis client of a publisher, which is no server. */
export function clientOfPublisher({ nodes }: World, publisher: number): number {
  return nodes.count.server * 2 + publisher;
}

/** The number of the Redis client of whoever published: its node less the first server's. */
export function clientOfOrigin(world: World, origin: number): number {
  const { count, first } = world.nodes;
  if (origin < count.server) return publisherOf(origin);
  return clientOfPublisher(world, first.server + origin - first.publisher);
}

/** Row of a server's channel for a room. */
export function channelOf({ settings }: World, server: number, room: number): number {
  return server * settings.rooms + room;
}

/** Whether a message is for one client, and whoever sends it asks the registry first where that is: all but publishers whose messages servers hand out as their own. */
export function isLookedUp(world: World, message: number, origin: number): boolean {
  const { registrars, messages } = world;
  return (
    registrars.rows > 0 && messages.audience[message] === Audience.direct && !isRebroadcast(world, origin)
  );
}

/** Whether servers hand out what they hear from here as if it were their own. */
export function isRebroadcast({ nodes, settings }: World, origin: number): boolean {
  const publisher = nodes.first.server + origin - nodes.first.publisher;
  return publisher >= 0 && settings.publishers[publisher]!.rebroadcast;
}

/** The number of a server's Redis client that subscribes. */
export function subscriberOf(server: number): number {
  return server * 2 + 1;
}

function toBackplane(
  world: World,
  redisClient: number,
  frame: number,
  subject: number,
  code: number,
  x: number,
  y: number,
): void {
  transmit(world, world.redisClients.stream[redisClient], frame, subject, code, 0, x, y);
}

function sendPublish(world: World, redisClient: number, message: number): void {
  const origin = world.redisClients.node[redisClient] - world.nodes.first.server;
  const frame = isLookedUp(world, message, origin) ? FrameKind.lookUp : FrameKind.publish;
  toBackplane(world, redisClient, frame, message, BackplaneEvent.PUBLISH, message, origin);
}

/** Sends a message that waits for Redis' answer from now on. */
function sendAnswered(world: World, redisClient: number, message: number): void {
  const { redisClients, packets } = world;
  const list = redisClients.unanswered[redisClient];
  redisClients.unanswered[redisClient] = packets.append(list, packets.one(Packet.message, message));
  addBranch(world, message);
  sendPublish(world, redisClient, message);
}

/** Sends again what was not answered: the branch that went to Redis is gone, the one that waits goes on as when it was sent first. */
function resendUnanswered(world: World, redisClient: number): void {
  const { redisClients, packets } = world;
  const list = redisClients.unanswered[redisClient];
  redisClients.unanswered[redisClient] = NONE;
  packets.drain(list, (_, message) => sendAnswered(world, redisClient, message));
}

/** Nothing more is heard of a publish: whoever waited for it goes on. A branch of the message ends. */
function settle(world: World, redisClient: number, message: number): void {
  const { node, isAwaited } = world.redisClients;
  const place = node[redisClient];
  if (isAwaited[redisClient] === 0) endBranch(world, message, place);
  else world.send(ServerEvent.PUBLISHED, place - world.nodes.first.server, message, 0);
}

/** The library refuses to publish: those at other servers never get it, nor those at its own, if they would have heard it from there. */
function refuse(world: World, redisClient: number, message: number): void {
  const place = world.redisClients.node[redisClient];
  const own = place - world.nodes.first.server;
  const hearsOwn = world.redisClients.hearsOwn[redisClient] === 1;
  const misses = (server: number) => server >= 0 && (hearsOwn || server !== own);
  noteReasons(world, message, whyRefused(world, redisClient), place, misses);
  settle(world, redisClient, message);
}

function open(world: World, redisClient: number): void {
  const { connection, node } = world.redisClients;
  connection[redisClient] = openConnection(world, node[redisClient], connection[redisClient]);
}

function takeList(world: World, redisClient: number, name: "offlineQueue" | "unanswered"): number {
  const list = world.redisClients[name][redisClient];
  world.redisClients[name][redisClient] = NONE;
  return list;
}

/** What was sent and not answered is taken for failed. What became of it on the other side is told there. */
function failUnanswered(world: World, redisClient: number): void {
  world.packets.drain(takeList(world, redisClient, "unanswered"), (_, message) =>
    settle(world, redisClient, message),
  );
}

function refuseAll(world: World, redisClient: number): void {
  failUnanswered(world, redisClient);
  world.packets.drain(takeList(world, redisClient, "offlineQueue"), (_, message) =>
    refuse(world, redisClient, message),
  );
}

function subscribeTo(world: World, redisClient: number, code: number, channel: number): void {
  toBackplane(world, redisClient, FrameKind.subscribe, NONE, code, redisClient, channel);
}

/** Asks for what comes after the latest entry that it has read. */
function askStream(world: World, redisClient: number): void {
  const lastRead = world.readers.lastRead[redisClient >> 1];
  toBackplane(world, redisClient, FrameKind.read, NONE, BackplaneEvent.READ, redisClient, lastRead);
}

/** Subscribes to the channels of all rooms that its server has. */
function subscribeToRooms(world: World, redisClient: number): void {
  const { roomChannels, settings } = world;
  const server = redisClient >> 1;
  if (roomChannels.rows === 0) return;
  for (let room = 0; room < settings.rooms; room++)
    if (roomChannels.isWanted[channelOf(world, server, room)] === 1)
      subscribeTo(world, redisClient, BackplaneEvent.SUBSCRIBE, room + 1);
}

const behaviour = {
  actions: {
    openConnection: open,
    connect: (world: World, redisClient: number) => {
      beginHandshake(world, world.redisClients.stream[redisClient]);
      toBackplane(world, redisClient, FrameKind.subscribe, NONE, BackplaneEvent.CONNECT, redisClient, 0);
    },
    countAttempt: (world: World, redisClient: number) => {
      world.redisClients.attempts[redisClient]++;
    },
    /** What a process makes when it starts is no attempt to ioredis, and the first to node-redis. */
    beginAttempts: (world: World, redisClient: number) => {
      world.redisClients.attempts[redisClient] = libraryOf(world).triesAtOnce ? 1 : 0;
    },
    resetAttempts: (world: World, redisClient: number) => {
      world.redisClients.attempts[redisClient] = 0;
    },
    subscribe: (world: World, redisClient: number) => {
      const { subscribes, hasSubscribed } = world.redisClients;
      if (subscribes[redisClient] === 0) return;
      if (world.readers.rows > 0) return askStream(world, redisClient);
      if (hasSubscribed[redisClient] === 1 && !clientSettings(world).resubscribes) return;
      hasSubscribed[redisClient] = 1;
      subscribeTo(world, redisClient, BackplaneEvent.SUBSCRIBE, 0);
      subscribeToRooms(world, redisClient);
    },
    readOn: (world: World, redisClient: number, lastRead: number) => {
      world.readers.lastRead[redisClient >> 1] = lastRead;
      askStream(world, redisClient);
    },
    want: (world: World, redisClient: number, room: number) => {
      world.roomChannels.isWanted[channelOf(world, redisClient >> 1, room)] = 1;
    },
    unwant: (world: World, redisClient: number, room: number) => {
      world.roomChannels.isWanted[channelOf(world, redisClient >> 1, room)] = 0;
    },
    subscribeToRoom: (world: World, redisClient: number, room: number) =>
      subscribeTo(world, redisClient, BackplaneEvent.SUBSCRIBE, room + 1),
    unsubscribeFromRoom: (world: World, redisClient: number, room: number) =>
      subscribeTo(world, redisClient, BackplaneEvent.UNSUBSCRIBE, room + 1),
    publish: (world: World, redisClient: number, message: number) => {
      if (world.redisClients.isAnswered[redisClient] === 1) sendAnswered(world, redisClient, message);
      else sendPublish(world, redisClient, message);
    },
    enqueue: (world: World, redisClient: number, message: number) => {
      const { redisClients, packets } = world;
      const queue = redisClients.offlineQueue[redisClient];
      redisClients.offlineQueue[redisClient] = packets.append(queue, packets.one(Packet.message, message));
    },
    refuse: (world: World, redisClient: number, message: number) => refuse(world, redisClient, message),
    refuseAll,
    failUnanswered: (world: World, redisClient: number) => {
      if (!libraryOf(world).resends) failUnanswered(world, redisClient);
    },
    refuseTooLong: (world: World, redisClient: number) => {
      if (isTooLong(world, world.redisClients.attempts[redisClient])) refuseAll(world, redisClient);
    },
    flush: (world: World, redisClient: number) => {
      const { nodes, redisClients, packets, registrars } = world;
      const server = redisClients.node[redisClient] - nodes.first.server;
      if (registrars.rows > 0 && server < nodes.count.server && redisClients.subscribes[redisClient] === 0)
        world.send(ServerEvent.TOLD, server, 0, Told.connected);
      resendUnanswered(world, redisClient);
      const send = redisClients.isAnswered[redisClient] === 1 ? sendAnswered : sendPublish;
      packets.drain(takeList(world, redisClient, "offlineQueue"), (_, message) =>
        send(world, redisClient, message),
      );
    },
    noteAnswer: (world: World, redisClient: number) => {
      const { redisClients, packets } = world;
      const first = redisClients.unanswered[redisClient];
      if (first === NONE) return;
      const message = packets.subject[first];
      redisClients.unanswered[redisClient] = packets.withoutFirst(first);
      settle(world, redisClient, message);
    },
    /** The process has ended, killed or told to stop: what waited to be published is gone with it, and its kernel closes the connection. */
    die: (world: World, redisClient: number, wasToldTo: number) => {
      const { redisClients, packets } = world;
      const place = redisClients.node[redisClient];
      // Between two attempts, it is the next one that ends so.
      if (hasEnded(world, redisClients.connection[redisClient])) open(world, redisClient);
      const connection = redisClients.connection[redisClient];
      const reason = wasToldTo === 1 ? EndReason.serverExited : EndReason.serverCrashed;
      endConnection(world, connection, reason, place, NONE);
      const why = whyOf(world, connection, Cause.serverCrashed);
      redisClients.hasSubscribed[redisClient] = 0;
      const drop = (_: number, message: number) => dropCargo(world, FrameKind.publish, message, why, place);
      packets.drain(takeList(world, redisClient, "unanswered"), drop);
      packets.drain(takeList(world, redisClient, "offlineQueue"), drop);
      abandonStream(world, redisClients.stream[redisClient], why);
      abandonStream(world, redisClients.stream[redisClient] + 1, why);
      toBackplane(world, redisClient, FrameKind.close, NONE, BackplaneEvent.DISCONNECT, redisClient, 0);
    },
  },
  guards: {
    hasQueue: (world: World) => clientSettings(world).offlineQueue,
    givesUp: (world: World, redisClient: number) =>
      world.redisClients.attempts[redisClient] >= clientSettings(world).reconnectAttempts,
  },
  delays: {
    retryDelay: (world: World, redisClient: number) =>
      waitUs(world, world.redisClients.attempts[redisClient]),
  },
} satisfies Behaviour<World>;

/** The connection is no more, or none came to be. */
const BROKEN = [
  { target: "givenUp", guard: "givesUp", actions: "failUnanswered" },
  { target: "retrying", actions: "failUnanswered" },
] as const;

export const redisClientMachine = machineOf(redisClientPart, behaviour, {
  initial: "off",
  states: {
    off: {
      on: {
        READY: { target: "running.connected", actions: "openConnection" },
        START: { target: "running", actions: "beginAttempts" },
      },
    },
    running: {
      initial: "connecting",
      on: {
        STOP: { target: "off", actions: "die" },
        PUBLISH: [{ guard: "hasQueue", actions: "enqueue" }, { actions: "refuse" }],
        JOIN: { actions: "want" },
        LEAVE: { actions: "unwant" },
      },
      states: {
        connected: {
          entry: "flush",
          on: {
            PUBLISH: { actions: "publish" },
            ANSWERED: { actions: "noteAnswer" },
            READ: { actions: "readOn" },
            JOIN: { actions: ["want", "subscribeToRoom"] },
            LEAVE: { actions: ["unwant", "unsubscribeFromRoom"] },
            SOCKET_CLOSED: BROKEN,
          },
        },
        retrying: { entry: "refuseTooLong", exit: "countAttempt", after: { retryDelay: "connecting" } },
        connecting: {
          entry: ["openConnection", "connect"],
          on: {
            ACCEPTED: { target: "connected", actions: ["resetAttempts", "subscribe"] },
            REFUSED: BROKEN,
            SOCKET_CLOSED: BROKEN,
          },
        },
        givenUp: { entry: "refuseAll", on: { PUBLISH: { actions: "refuse" } } },
      },
    },
  },
});
