/**
 * A Socket.IO client: the person's application, and the manager that keeps it connected. What it sends while disconnected
 * is buffered and sent after the connect. FACTS §1.4, §1.5; ground-truth 09-server-crash.
 *
 * With the transport `http` there is no engine: each message is a request of its own, sent once, whatever becomes of it. Each has a TCP
 * connection to itself, or shares one with the client's others: one of TCP (HTTP/2), where one lost packet holds up all that comes behind
 * it, or one of QUIC (HTTP/3), where it holds up its own request alone.
 *
 * A page that is closed, or whose process is killed, forgets what it meant to send, and its kernel closes its connections; what it had
 * written before still arrives. Opened again, it begins anew. Ground-truth 27-presence.
 * A client that its server tells to disconnect does not connect again by itself; what it means to send from then on is lost, unless its
 * application connects again. Ground-truth 20-graceful-stop.
 * What it does so that its messages are not lost is in ../delivery.
 *
 * Leaves out: joining and leaving rooms during a run, giving up; with
 * `http`, retries and a timeout of the client's own, connections that are kept for the next request (HTTP/1.1), a limit on requests at a time,
 * priorities, header compression, and WebSockets over HTTP/2 (RFC 8441).
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import {
  accept,
  failOutstanding,
  forgetMessages,
  isKept,
  leaveBuffer,
  noteConnection,
  resume,
} from "../delivery/delivery.ts";
import { forgetStored, noteLoaded } from "../delivery/snapshot.ts";
import { dropsUp } from "../delivery/volatile.ts";
import { endAlike, whyOf } from "../fate/ends.ts";
import { loseEmit } from "../fate/oracle.ts";
import { scheduleNext, sendLine } from "../fate/workload.ts";
import { NONE, Packet } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { CloseReason, RecordKind, RequestKind, TransportKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { backoffUs } from "./backoff.ts";
import { ClientEvent, CONNECT_TIMEOUT_US, clientPart } from "./client.part.ts";
import { ConnectionEvent, connectionPart } from "./connection.part.ts";
import { killClientEnd, requestSnapshot, sendPlain } from "./requests.ts";
import { subscribes } from "./subscriptions.ts";

/** The application sends what this line of the workload says. Returns the message. */
function nextMessage(world: World, client: number, line: number): number {
  return sendLine(world, client, ClientEvent.TICK, client, line);
}

function transportOf(world: World, client: number): TransportKind {
  const { clients, exchanges } = world;
  // A WebSocket that is only tried carries nothing yet.
  if (!world.isIn(connectionPart, client, "open.websocket")) return TransportKind.polling;
  return exchanges.kind[clients.socket[client]] === RequestKind.webtransport
    ? TransportKind.webtransport
    : TransportKind.websocket;
}

/** What its application sends while nobody will ever connect again. */
function sendInVain(world: World, client: number, message: number): void {
  const why = whyOf(world, world.clients.connection[client], Cause.connectionClosed);
  loseEmit(world, message, why, client);
}

/** It does not wait for a snapshot any more: the request for one ends with its connection, or with its page. */
function abandonLoading(world: World, client: number): void {
  const { clients, exchanges } = world;
  const request = clients.snapshot[client];
  if (request === NONE || exchanges.clientOpen[request] === 0) return;
  endAlike(world, exchanges.connection[request], clients.connection[client]);
  killClientEnd(world, request);
}

const behaviour = {
  actions: {
    join: (world: World, client: number) => {
      world.clients.started[client] = 1;
    },
    requestSnapshot: (world: World, client: number) => {
      const { clients } = world;
      clients.isLoading[client] = 1;
      clients.snapshot[client] = requestSnapshot(world, client);
    },
    noteLoaded,
    abandonLoading,
    /** Beside its connection, if something is missing after its position, and it has not asked yet. */
    reload: (world: World, client: number) => {
      const { clients, positions, exchanges } = world;
      if (positions.rows === 0 || positions.isBehind[client] === 0) return;
      const latest = clients.snapshot[client];
      if (latest === NONE || exchanges.clientOpen[latest] === 0)
        clients.snapshot[client] = requestSnapshot(world, client);
    },
    reloadLater: (world: World, client: number) => {
      const { queue } = world;
      const { reconnectionDelayUs } = ofClient(world, clientPart, client);
      queue.schedule(queue.nowUs + reconnectionDelayUs, ClientEvent.RELOAD, client, 0, 0);
    },
    openEngine: (world: World, client: number) => world.send(ConnectionEvent.OPEN_ENGINE, client, 0, 0),
    /** The page is closed: nothing is for it any more. */
    leave: (world: World, client: number) => {
      world.clients.started[client] = 0;
      world.send(ConnectionEvent.ABORT, client, 0, 0);
    },
    /** The page is closed, or its process killed: what it had not written is gone. */
    die: (world: World, client: number) => {
      world.clients.started[client] = 0;
      forgetMessages(world, client);
      world.send(ConnectionEvent.KILL, client, 0, 0);
      // After the connection, whose end is the root of what is lost here.
      abandonLoading(world, client);
      forgetStored(world, client);
    },
    /** It knows nothing of before. */
    forget: (world: World, client: number) => {
      const { clients } = world;
      clients.attempts[client] = 0;
      clients.waitedUs[client] = 0;
      clients.cursor[client] = NONE;
      clients.cursorOf[client] = NONE;
      clients.privateId[client] = NONE;
    },
    giveUp: (world: World, client: number) => world.send(ConnectionEvent.ABORT, client, 0, 0),
    resetBackoff: (world: World, client: number) => {
      world.clients.attempts[client] = 0;
      world.clients.waitedUs[client] = 0;
    },
    countAttempt: (world: World, client: number) => {
      world.clients.attempts[client]++;
    },
    noteConnected: (world: World, client: number) => {
      const { clients } = world;
      const session = clients.session[client];
      world.record(
        RecordKind.connected,
        client,
        world.nodes.first.server + world.sessions.server[session],
        transportOf(world, client),
        session,
        0,
      );
    },
    noteClosed: (world: World, client: number, reason: number) => {
      world.record(RecordKind.disconnected, client, reason, 0, 0, 0);
    },
    noteTimeout: (world: World, client: number) => {
      world.record(RecordKind.disconnected, client, CloseReason.connectTimeout, 0, 0, 0);
    },
    /** Nobody is there to send. */
    skip: (world: World, client: number, line: number) => scheduleNext(world, ClientEvent.TICK, client, line),
    request: (world: World, client: number, line: number) =>
      sendPlain(world, client, nextMessage(world, client, line)),
    sendNow: (world: World, client: number, line: number) => {
      const message = nextMessage(world, client, line);
      if (isKept(world, client, message)) accept(world, client, message);
      else if (!dropsUp(world, message, client))
        world.send(ConnectionEvent.WRITE, client, Packet.message, message);
    },
    sendLater: (world: World, client: number, line: number) => {
      const { clients, packets } = world;
      const message = nextMessage(world, client, line);
      if (isKept(world, client, message)) return accept(world, client, message);
      if (dropsUp(world, message, client)) return;
      const packet = packets.one(Packet.message, message);
      clients.sendBuffer[client] = packets.append(clients.sendBuffer[client], packet);
    },
    sendInVain: (world: World, client: number, line: number) => {
      const message = nextMessage(world, client, line);
      if (isKept(world, client, message)) accept(world, client, message);
      else sendInVain(world, client, message);
    },
    /** What waited to be sent; what is to be acknowledged waits until its time is up. */
    giveUpBuffer: (world: World, client: number) => {
      const { clients, packets } = world;
      const list = clients.sendBuffer[client];
      let left: number = NONE;
      packets.drain(list, (packet, subject) => {
        if (packet === Packet.message) sendInVain(world, client, subject);
        else left = packets.append(left, packets.one(packet as Packet, subject));
      });
      clients.sendBuffer[client] = left;
    },
    flushSendBuffer: (world: World, client: number) => {
      const { clients, packets } = world;
      const list = clients.sendBuffer[client];
      clients.sendBuffer[client] = NONE;
      noteConnection(world, client, 1);
      packets.drain(list, (packet, subject) => {
        if (packet === Packet.task) leaveBuffer(world, subject);
        world.send(ConnectionEvent.WRITE, client, packet, subject);
      });
    },
    resume,
    noteDisconnected: (world: World, client: number) => noteConnection(world, client, 0),
    failOutstanding,
  },
  guards: {
    isSentAway: (_world: World, _client: number, reason: number) => reason === CloseReason.serverDisconnect,
    connectsAgain: (world: World, client: number) =>
      ofClient(world, clientPart, client).connectsAgainAfterUs !== Number.POSITIVE_INFINITY,
    subscribes,
    loads: (world: World, client: number) =>
      ofClient(world, clientPart, client).loads !== "nothing" &&
      ofClient(world, connectionPart, client).transport !== "long-polling",
    leaves: (world: World, client: number) =>
      ofClient(world, clientPart, client).leaveAfterUs !== Number.POSITIVE_INFINITY,
    holdsNoConnection: (world: World, client: number) =>
      ofClient(world, connectionPart, client).transport === "http",
  },
  delays: {
    visit: (world: World, client: number) => ofClient(world, clientPart, client).leaveAfterUs,
    connectsAgain: (world: World, client: number) => ofClient(world, clientPart, client).connectsAgainAfterUs,
    connectTimeout: () => CONNECT_TIMEOUT_US,
    reconnectionDelay: backoffUs,
  },
} satisfies Behaviour<World>;

export const clientMachine = machineOf(clientPart, behaviour, {
  initial: "away",
  states: {
    away: {
      on: {
        START: [
          { guard: "holdsNoConnection", target: "requesting" },
          { guard: "loads", target: "loading", actions: "join" },
          { guard: "subscribes", target: "subscribed", actions: ["join", "openEngine"] },
          { target: "online", actions: "join" },
        ],
        ADOPT: { target: "online.connected", actions: ["join", "noteConnected"] },
        TICK: { actions: "skip" },
      },
    },
    online: {
      initial: "connecting",
      on: {
        CRASH: { target: "gone", actions: "die" },
        TICK: { actions: "sendLater" },
        ENGINE_CLOSED: [
          {
            guard: "isSentAway",
            target: "parted",
            actions: ["abandonLoading", "noteDisconnected", "noteClosed", "failOutstanding"],
          },
          {
            target: ".waiting",
            actions: ["abandonLoading", "noteDisconnected", "noteClosed", "failOutstanding"],
          },
        ],
      },
      states: {
        connecting: {
          initial: "engine",
          states: {
            engine: {
              entry: "openEngine",
              on: { ENGINE_OPEN: { target: "namespace", actions: "resetBackoff" } },
              after: {
                connectTimeout: { target: "#client.online.waiting", actions: ["noteTimeout", "giveUp"] },
              },
            },
            namespace: {
              on: { CONNECTED: { target: "#client.online.connected", actions: "noteConnected" } },
            },
          },
        },
        connected: {
          entry: ["flushSendBuffer", "resume", "reload"],
          on: {
            TICK: { actions: "sendNow" },
            LOADED: { actions: "noteLoaded" },
            LOAD_FAILED: { actions: "reloadLater" },
            RELOAD: { actions: "reload" },
          },
        },
        waiting: {
          // The delay is computed on entry, before this attempt is counted.
          exit: "countAttempt",
          on: { ENGINE_CLOSED: {} },
          after: { reconnectionDelay: "connecting" },
        },
      },
    },
    // Nobody could push anything to it, so it is no member of a room.
    requesting: { on: { TICK: { actions: "request" }, CRASH: "gone" } },
    // It asks for what there is again and again (connection.ts), and sends by requests of their own.
    subscribed: {
      initial: "choosing",
      on: { TICK: { actions: "request" }, CRASH: { target: "gone", actions: "leave" } },
      states: {
        choosing: { always: [{ guard: "leaves", target: "visiting" }, { target: "staying" }] },
        staying: {},
        visiting: { after: { visit: { target: "#client.gone", actions: "leave" } } },
      },
    },
    gone: {
      on: {
        TICK: { actions: "skip" },
        RESTART: [
          { guard: "holdsNoConnection", target: "requesting" },
          { guard: "loads", target: "loading", actions: ["forget", "join"] },
          { guard: "subscribes", target: "subscribed", actions: ["forget", "join", "openEngine"] },
          { target: "online", actions: ["forget", "join"] },
        ],
      },
    },
    // It asks for what there is before it listens.
    loading: {
      initial: "asking",
      on: {
        CRASH: { target: "gone", actions: "die" },
        TICK: [{ guard: "subscribes", actions: "request" }, { actions: "sendLater" }],
      },
      states: {
        asking: {
          entry: "requestSnapshot",
          on: {
            LOADED: [
              { guard: "subscribes", target: "#client.subscribed", actions: ["noteLoaded", "openEngine"] },
              { target: "#client.online", actions: "noteLoaded" },
            ],
            LOAD_FAILED: "waiting",
          },
        },
        waiting: { after: { reconnectionDelay: "asking" } },
      },
    },
    // Its server told it to disconnect.
    parted: {
      initial: "choosing",
      on: { CRASH: { target: "gone", actions: "die" } },
      states: {
        choosing: { always: [{ guard: "connectsAgain", target: "resting" }, { target: "staying" }] },
        resting: {
          on: { TICK: { actions: "sendLater" } },
          after: { connectsAgain: "#client.online.connecting" },
        },
        staying: { entry: "giveUpBuffer", on: { TICK: { actions: "sendInVain" } } },
      },
    },
  },
});
