/**
 * The backplane: Redis Pub/Sub. It passes a publish to every subscriber of that instant and remembers nothing.
 * Killed, it closes all connections and forgets who was subscribed; frozen (SIGSTOP), it breaks none and answers
 * late. FACTS §1.8, §2; ground-truth 02, 08.
 *
 * Leaves out: that Redis is several (a cluster), persistence. For a subscriber that does not read: output-buffer.ts.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { dropCargo } from "../fate/cargo.ts";
import { endConnection, whyUnsubscribed } from "../fate/ends.ts";
import { addBranch, endBranch, noteReasons } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { abandonStream } from "../network/tcp.ts";
import { presenceForgotten, presenceResumed } from "../presence/store.ts";
import { pushCode } from "../server/reader.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { BackplaneEvent, backplanePart } from "./backplane.part.ts";
import { isSubscribed, subscribe, toServer, unsubscribe } from "./connections.ts";
import { keepInHistory } from "./history.ts";
import { backplaneOf } from "./index.ts";
import { RedisClientEvent, redisClientPart } from "./redis-client.part.ts";
import { clientOfOrigin, subscriberOf } from "./redis-client.ts";

function accept(world: World, redisClient: number): void {
  world.redisClients.accepted[redisClient] = 1;
  toServer(world, redisClient, FrameKind.subscribe, NONE, RedisClientEvent.ACCEPTED, redisClient, 0, 0);
}

/** A server asks for what comes after what it has read. */
function serveReader(world: World, redisClient: number, lastRead: number): void {
  // What was asked over a connection that is gone, or by a process that has died since, is answered to nobody.
  if (world.redisClients.accepted[redisClient] === 0 || world.isIn(redisClientPart, redisClient, "off"))
    return;
  APART.streamLog.read(world, redisClient >> 1, lastRead);
}

/** A connection is closed from its other side. */
function disconnect(world: World, redisClient: number): void {
  dropOutput(world, redisClient, whyUnsubscribed(world, redisClient));
  unsubscribe(world, redisClient);
}

/** What waits in a server's output buffer is lost, if it has one. */
function dropOutput(world: World, redisClient: number, why: number): void {
  if (world.outputs.rows > 0 && world.redisClients.subscribes[redisClient] === 1)
    APART.outputBuffer.dropOutput(world, redisClient >> 1, why);
}

function fan(world: World, message: number, origin: number): void {
  const backplane = backplaneOf(world);
  if (backplane.directs?.(world, message, origin) === true) return;
  if (backplane.takes?.(world, message) === false) return;
  keepInHistory(world, message);
  if (world.readers.rows > 0) APART.streamLog.addEntry(world, message, origin);
  else push(world, message, origin);
  answer(world, message, clientOfOrigin(world, origin));
  endBranch(world, message, world.nodes.first.backplane);
}

/** Pub/Sub: to every subscriber of this instant. */
function push(world: World, message: number, origin: number): void {
  const { nodes } = world;
  const hears = backplaneOf(world).hears ?? isSubscribed;
  for (let server = 0; server < nodes.count.server; server++) {
    const subscriber = subscriberOf(server);
    if (hears(world, server, message, origin)) {
      addBranch(world, message);
      if (world.outputs.rows > 0) APART.outputBuffer.pushThrough(world, server, message, origin);
      else toServer(world, subscriber, FrameKind.push, message, pushCode(world), server, message, origin);
    } else {
      const why = whyUnsubscribed(world, subscriber);
      noteReasons(world, message, why, world.nodes.first.backplane, (other) => other === server);
    }
  }
}

/** Whoever waits for it is told that the message is published. */
function answer(world: World, message: number, redisClient: number): void {
  const { isAnswered, accepted } = world.redisClients;
  if (isAnswered[redisClient] === 0 || accepted[redisClient] === 0) return;
  toServer(world, redisClient, FrameKind.answered, message, RedisClientEvent.ANSWERED, redisClient, 0, 0);
}

function losePublish(world: World, message: number): void {
  dropCargo(world, FrameKind.publish, message, Cause.backplaneDown, world.nodes.first.backplane);
}

function hold(world: World, code: number, x: number, y: number): void {
  const { inbox } = world;
  const row = inbox.add();
  inbox.code[row] = code;
  inbox.x[row] = x;
  inbox.y[row] = y;
}

const behaviour = {
  actions: {
    accept: (world: World, _: number, redisClient: number) => accept(world, redisClient),
    refuse: (world: World, _: number, redisClient: number) => {
      const connection = world.redisClients.connection[redisClient];
      endConnection(world, connection, EndReason.backplaneDown, world.nodes.first.backplane, NONE);
      toServer(world, redisClient, FrameKind.close, NONE, RedisClientEvent.REFUSED, redisClient, 0, 0);
    },
    subscribe: (world: World, _: number, redisClient: number, channel: number) =>
      subscribe(world, redisClient, channel, 1),
    unsubscribe: (world: World, _: number, redisClient: number, channel: number) =>
      subscribe(world, redisClient, channel, 0),
    disconnect: (world: World, _: number, redisClient: number) => disconnect(world, redisClient),
    fan: (world: World, _: number, message: number, origin: number) => fan(world, message, origin),
    serveReader: (world: World, _: number, redisClient: number, lastRead: number) =>
      serveReader(world, redisClient, lastRead),
    obey: (world: World, _: number, x: number, y: number) => backplaneOf(world).obey?.(world, x, y),
    forget: (world: World) => backplaneOf(world).forget?.(world),
    losePublish: (world: World, _: number, message: number) => losePublish(world, message),
    /** The kernel completes the connection, whatever the process does. */
    holdConnect: (world: World, _: number, redisClient: number) => {
      world.redisClients.accepted[redisClient] = 1;
      hold(world, BackplaneEvent.CONNECT, redisClient, 0);
    },
    holdSubscribe: (world: World, _: number, x: number, y: number) =>
      hold(world, BackplaneEvent.SUBSCRIBE, x, y),
    holdRead: (world: World, _: number, x: number, y: number) => hold(world, BackplaneEvent.READ, x, y),
    holdCommand: (world: World, _: number, x: number, y: number) => hold(world, BackplaneEvent.COMMAND, x, y),
    holdUnsubscribe: (world: World, _: number, x: number, y: number) =>
      hold(world, BackplaneEvent.UNSUBSCRIBE, x, y),
    holdDisconnect: (world: World, _: number, x: number, y: number) =>
      hold(world, BackplaneEvent.DISCONNECT, x, y),
    holdPublish: (world: World, _: number, x: number, y: number) => hold(world, BackplaneEvent.PUBLISH, x, y),
    /** All that waited in the kernel's buffers is read at once, in order. */
    readInbox: (world: World) => {
      const { inbox } = world;
      for (let row = 0; row < inbox.rows; row++) {
        const x = inbox.x[row];
        const y = inbox.y[row];
        if (inbox.code[row] === BackplaneEvent.PUBLISH) fan(world, x, y);
        else if (inbox.code[row] === BackplaneEvent.SUBSCRIBE) subscribe(world, x, y, 1);
        else if (inbox.code[row] === BackplaneEvent.UNSUBSCRIBE) subscribe(world, x, y, 0);
        else if (inbox.code[row] === BackplaneEvent.READ) serveReader(world, x, y);
        else if (inbox.code[row] === BackplaneEvent.COMMAND) backplaneOf(world).obey?.(world, x, y);
        else if (inbox.code[row] === BackplaneEvent.DISCONNECT) disconnect(world, x);
        else accept(world, x);
      }
      inbox.clear();
      presenceResumed(world);
      if (world.outputs.rows > 0) APART.outputBuffer.resumeOutputs(world);
    },
    rememberNobody: presenceForgotten,
    hearPresence: presenceResumed,
    dropInbox: (world: World) => {
      const { inbox } = world;
      for (let row = 0; row < inbox.rows; row++)
        if (inbox.code[row] === BackplaneEvent.PUBLISH) losePublish(world, inbox.x[row]);
      inbox.clear();
    },
    closeConnections: (world: World) => {
      for (let redisClient = 0; redisClient < world.redisClients.rows; redisClient++) {
        if (world.redisClients.accepted[redisClient] === 0) continue;
        dropOutput(world, redisClient, Cause.backplaneDown);
        unsubscribe(world, redisClient);
        const connection = world.redisClients.connection[redisClient];
        endConnection(world, connection, EndReason.backplaneCrashed, world.nodes.first.backplane, NONE);
        const stream = world.redisClients.stream[redisClient];
        abandonStream(world, stream, Cause.backplaneDown);
        abandonStream(world, stream + 1, Cause.backplaneDown);
        toServer(
          world,
          redisClient,
          FrameKind.close,
          NONE,
          RedisClientEvent.SOCKET_CLOSED,
          redisClient,
          0,
          0,
        );
      }
    },
  },
  guards: {},
  delays: {},
} satisfies Behaviour<World>;

export const backplaneMachine = machineOf(backplanePart, behaviour, {
  initial: "up",
  states: {
    up: {
      on: {
        CONNECT: { actions: "accept" },
        SUBSCRIBE: { actions: "subscribe" },
        UNSUBSCRIBE: { actions: "unsubscribe" },
        READ: { actions: "serveReader" },
        COMMAND: { actions: "obey" },
        DISCONNECT: { actions: "disconnect" },
        PUBLISH: { actions: "fan" },
        CRASH: {
          target: "down",
          actions: ["closeConnections", "rememberNobody", "forget"],
        },
        FREEZE: "frozen",
      },
    },
    frozen: {
      on: {
        CONNECT: { actions: "holdConnect" },
        SUBSCRIBE: { actions: "holdSubscribe" },
        UNSUBSCRIBE: { actions: "holdUnsubscribe" },
        READ: { actions: "holdRead" },
        COMMAND: { actions: "holdCommand" },
        DISCONNECT: { actions: "holdDisconnect" },
        PUBLISH: { actions: "holdPublish" },
        CRASH: {
          target: "down",
          actions: ["dropInbox", "closeConnections", "rememberNobody", "forget"],
        },
        RESUME: { target: "up", actions: "readInbox" },
      },
    },
    down: {
      on: {
        CONNECT: { actions: "refuse" },
        PUBLISH: { actions: "losePublish" },
        RESTART: { target: "up", actions: "hearPresence" },
      },
    },
  },
});
