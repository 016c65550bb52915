/**
 * A connection to Redis (node-redis with its defaults): a server has one to publish and one to subscribe, a publisher
 * one. When the
 * connection breaks it tries again at once and then after min(retries × 50, 500) ms; publishes wait in the offline
 * queue meanwhile and are sent on reconnect, where they reach nobody who has not subscribed again by then. FACTS
 * §1.8, ground-truth 08-backplane-outage.
 *
 * Leaves out: commands rejected because they were already written when the socket broke, node-redis' connect timeout
 * (5 s), and that frames still under way when a process is killed and restarted within a link's delay belong to the
 * old connection.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { dropCargo } from "../fate/cargo.ts";
import { endConnection, openConnection } from "../fate/ends.ts";
import { NONE, Packet } from "../network/packets.ts";
import { abandonStream, reopenStreams, transmit } from "../network/tcp.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { BackplaneEvent } from "./backplane.part.ts";
import { RETRY_MAX_US, RETRY_STEP_US, redisClientPart } from "./redis-client.part.ts";

/** The number of a server's Redis client that publishes. */
export function publisherOf(server: number): number {
  return server * 2;
}

/** The number of the Redis client of a publisher, which is no server. */
export function clientOfPublisher({ nodes }: World, publisher: number): number {
  return nodes.count.server * 2 + publisher;
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
  toBackplane(world, redisClient, FrameKind.publish, message, BackplaneEvent.PUBLISH, message, origin);
}

const behaviour = {
  actions: {
    openConnection: (world: World, redisClient: number) => {
      const { connection, node } = world.redisClients;
      connection[redisClient] = openConnection(world, node[redisClient], connection[redisClient]);
    },
    connect: (world: World, redisClient: number) => {
      reopenStreams(world, world.redisClients.stream[redisClient]);
      toBackplane(world, redisClient, FrameKind.subscribe, NONE, BackplaneEvent.CONNECT, redisClient, 0);
    },
    countRetry: (world: World, redisClient: number) => {
      world.redisClients.retries[redisClient]++;
    },
    resetRetries: (world: World, redisClient: number) => {
      world.redisClients.retries[redisClient] = 0;
    },
    subscribe: (world: World, redisClient: number) => {
      if (world.redisClients.subscribes[redisClient] === 1)
        toBackplane(world, redisClient, FrameKind.subscribe, NONE, BackplaneEvent.SUBSCRIBE, redisClient, 0);
    },
    publish: (world: World, redisClient: number, message: number) => sendPublish(world, redisClient, message),
    enqueue: (world: World, redisClient: number, message: number) => {
      const { redisClients, packets } = world;
      const queue = redisClients.offlineQueue[redisClient];
      redisClients.offlineQueue[redisClient] = packets.append(queue, packets.one(Packet.message, message));
    },
    flush: (world: World, redisClient: number) => {
      const { redisClients, packets } = world;
      const list = redisClients.offlineQueue[redisClient];
      redisClients.offlineQueue[redisClient] = NONE;
      packets.drain(list, (_, message) => sendPublish(world, redisClient, message));
    },
    /** The server died: what waited to be published dies with it, and its kernel closes the connection. */
    die: (world: World, redisClient: number) => {
      const { redisClients, packets } = world;
      const place = redisClients.node[redisClient];
      endConnection(world, redisClients.connection[redisClient], EndReason.serverCrashed, place, NONE);
      const list = redisClients.offlineQueue[redisClient];
      redisClients.offlineQueue[redisClient] = NONE;
      packets.drain(list, (_, message) =>
        dropCargo(world, FrameKind.publish, message, Cause.serverCrashed, place),
      );
      abandonStream(world, redisClients.stream[redisClient], Cause.serverCrashed);
      abandonStream(world, redisClients.stream[redisClient] + 1, Cause.serverCrashed);
      toBackplane(world, redisClient, FrameKind.close, NONE, BackplaneEvent.DISCONNECT, redisClient, 0);
    },
  },
  guards: {},
  delays: {
    retryDelay: (world: World, redisClient: number) =>
      Math.min(Math.max(world.redisClients.retries[redisClient] - 1, 0) * RETRY_STEP_US, RETRY_MAX_US),
  },
} satisfies Behaviour<World>;

export const redisClientMachine = machineOf(redisClientPart, behaviour, {
  initial: "off",
  states: {
    off: {
      on: {
        READY: { target: "running.connected", actions: "openConnection" },
        START: { target: "running", actions: ["resetRetries", "countRetry"] },
      },
    },
    running: {
      initial: "connecting",
      on: { STOP: { target: "off", actions: "die" }, PUBLISH: { actions: "enqueue" } },
      states: {
        connected: {
          entry: "flush",
          on: {
            PUBLISH: { actions: "publish" },
            SOCKET_CLOSED: { target: "retrying" },
          },
        },
        retrying: { exit: "countRetry", after: { retryDelay: "connecting" } },
        connecting: {
          entry: ["openConnection", "connect"],
          on: {
            ACCEPTED: { target: "connected", actions: ["resetRetries", "subscribe"] },
            REFUSED: { target: "retrying" },
            SOCKET_CLOSED: { target: "retrying" },
          },
        },
      },
    },
  },
});
