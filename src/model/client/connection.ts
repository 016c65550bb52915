/**
 * A client's Engine.IO connection: one attempt after the other, each polling first and then upgraded, or WebSocket
 * from the start. FACTS §1.1, §1.2; ground-truth 03-polling-round-robin, 06-websocket-only-round-robin.
 *
 * Polling first: a GET creates the session; then, in this order and at once, a POST with the namespace CONNECT, a WebSocket
 * on trial, and a long poll. Each is routed by the balancer on its own, and a server that does not hold the session
 * answers 400. When the probe comes back the poll is allowed to end, and the connection moves to the WebSocket.
 *
 * A transport that can't be opened is an error, and ends the attempt. With `tryAllTransports` the next one is tried within
 * the same attempt, and the one that failed is not upgraded to; the next attempt begins with the first again. What goes once
 * it has opened is no reason to fall back, however soon it goes, nor is silence: then the attempt runs out of time. FACTS §1.4.
 *
 * A WebTransport session is to this machine what a WebSocket is: one request, and then a tunnel. What is different is how packets travel
 * in it (quic.ts).
 *
 * An application that polls by itself, without Engine.IO, sends one GET after the other: the next when the one before
 * was answered, and, if one failed, after a while. Ground-truth 16-long-polling. An EventSource holds an event stream open,
 * and opens the next a constant time after it ended, however it ended; any answer but an event stream makes it give up for good.
 * Ground-truth 15-sse, 29-browser.
 *
 * A page may close its WebSocket by itself (`closesAfterMs`): its code leaves with a close frame, and what arrives from then on it no
 * longer reads. Ground-truth 29-browser.
 *
 * Leaves out: that a page which closes its WebSocket is told so only when the server's close frame has come back, and 1006 if none comes;
 * WebTransport as a third transport to upgrade or fall back to, aborting a pending poll on close (engine.io-client does not), HTTP keep-alive; that
 * a WebSocket which is closed before its first packet has come is no error.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { endByTrial, serverOf } from "../balancer/closing.ts";
import { acknowledged } from "../delivery/delivery.ts";
import { advance, isOld } from "../delivery/position.ts";
import { learnPrivateId, noteOffset } from "../delivery/recovery.ts";
import { noteWrittenUp } from "../delivery/volatile.ts";
import { dropPackets } from "../fate/cargo.ts";
import { endConnection, openConnection, whyOf } from "../fate/ends.ts";
import { EventId } from "../fate/oracle.part.ts";
import { dropCopy } from "../fate/oracle.ts";
import { silenceBetween, throttleOf } from "../fate/silence.ts";
import { deliverOnPage } from "../gateway/watched.ts";
import { NONE, Packet } from "../network/packets.ts";
import { forgetAsker, forgetCursor, mailboxOf, noteHeard } from "../server/mailboxes.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { CloseReason, RecordKind, RequestKind, TransportKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ClientEvent, CONNECT_TIMEOUT_US } from "./client.part.ts";
import { ConnectionEvent, connectionPart } from "./connection.part.ts";
import { PingerEvent, pingerPart } from "./pinger.part.ts";
import { closeClientEnd, killClientEnd, openExchange, sendUp } from "./requests.ts";
import { WatchdogEvent } from "./watchdog.part.ts";
import { hearsMessages, patienceUs } from "./watchdog.ts";

/** Sends what is buffered in one POST, unless one is under way: at most one at a time. FACTS §1.1. */
function post(world: World, client: number): void {
  const { clients } = world;
  if (clients.post[client] !== NONE || clients.writeBuffer[client] === NONE) return;
  const body = clients.writeBuffer[client];
  clients.writeBuffer[client] = NONE;
  clients.post[client] = openExchange(world, client, RequestKind.post, clients.session[client], body);
}

function buffer(world: World, client: number, packet: number, subject: number): void {
  const { clients, packets } = world;
  clients.writeBuffer[client] = packets.append(
    clients.writeBuffer[client],
    packets.one(packet as Packet, subject),
  );
}

/** The heartbeat is expected from now on, by a client that expects one. */
function watch(world: World, client: number): void {
  if (patienceUs(world, client) !== Number.POSITIVE_INFINITY) world.send(WatchdogEvent.WATCH, client, 0, 0);
}

function pings(world: World, client: number): boolean {
  return ofClient(world, pingerPart, client).pingIntervalUs !== Number.POSITIVE_INFINITY;
}

/** Ends the attempt: every open end is closed, what waited for the transport of `connection` is gone. */
function close(
  world: World,
  client: number,
  cause: number,
  reason: number,
  connection = world.clients.connection[client],
): void {
  const { clients } = world;
  closeClientEnd(world, clients.poll[client], cause);
  closeClientEnd(world, clients.post[client], cause);
  closeClientEnd(world, clients.socket[client], cause);
  const why = whyOf(world, connection, cause);
  dropPackets(world, clients.writeBuffer[client], true, why, client);
  clients.writeBuffer[client] = NONE;
  clients.poll[client] = NONE;
  clients.post[client] = NONE;
  clients.socket[client] = NONE;
  clients.session[client] = NONE;
  world.send(WatchdogEvent.STOP, client, 0, 0);
  if (pings(world, client)) world.send(PingerEvent.STOP, client, 0, 0);
  world.send(ClientEvent.ENGINE_CLOSED, client, reason, 0);
}

const behaviour = {
  actions: {
    openConnection: (world: World, client: number) => {
      const { clients } = world;
      clients.connection[client] = openConnection(world, client, clients.connection[client]);
      clients.fellBack[client] = 0;
    },
    /** As engine.io-client does: the transport that failed is off the list, and the next is opened. */
    fallBack: (world: World, client: number) => {
      const { clients } = world;
      closeClientEnd(world, clients.poll[client], Cause.connectionClosed);
      closeClientEnd(world, clients.socket[client], Cause.connectionClosed);
      clients.poll[client] = NONE;
      clients.socket[client] = NONE;
      clients.connection[client] = openConnection(world, client, clients.connection[client]);
      clients.fellBack[client] = 1;
    },
    requestHandshake: (world: World, client: number) => {
      world.clients.poll[client] = openExchange(world, client, RequestKind.handshake, NONE, NONE);
    },
    openSocket: (world: World, client: number) => {
      const { transport } = ofClient(world, connectionPart, client);
      const kind = transport === "webtransport" ? RequestKind.webtransport : RequestKind.websocket;
      world.clients.socket[client] = openExchange(world, client, kind, NONE, NONE);
    },
    /** The session has begun: its id is known, and its heartbeat is expected. */
    begin: (world: World, client: number, exchange: number) => {
      world.clients.session[client] = world.exchanges.session[exchange];
      watch(world, client);
      world.send(ClientEvent.ENGINE_OPEN, client, 0, 0);
    },
    connectByPost: (world: World, client: number) => {
      buffer(world, client, Packet.connect, NONE);
      post(world, client);
    },
    connectBySocket: (world: World, client: number) => {
      sendUp(world, world.clients.socket[client], Packet.connect, NONE);
    },
    openProbe: (world: World, client: number) => {
      const { clients } = world;
      clients.socket[client] = openExchange(
        world,
        client,
        RequestKind.upgrade,
        clients.session[client],
        NONE,
      );
    },
    sendProbe: (world: World, client: number) =>
      sendUp(world, world.clients.socket[client], Packet.probe, NONE),
    forgetProbe: (world: World, client: number) => {
      closeClientEnd(world, world.clients.socket[client], Cause.connectionClosed);
      world.clients.socket[client] = NONE;
    },
    completeUpgrade: (world: World, client: number) => {
      world.record(RecordKind.upgraded, client, 0, 0, 0, 0);
      sendUp(world, world.clients.socket[client], Packet.upgrade, NONE);
    },
    noteAnswer: (world: World, client: number, exchange: number) => {
      const { clients } = world;
      if (clients.poll[client] === exchange) clients.poll[client] = NONE;
      else if (clients.post[client] === exchange) clients.post[client] = NONE;
    },
    pollAgain: (world: World, client: number) => {
      const { clients } = world;
      if (clients.poll[client] !== NONE) return;
      clients.poll[client] = openExchange(world, client, RequestKind.poll, clients.session[client], NONE);
    },
    post,
    buffer,
    flushToSocket: (world: World, client: number) => {
      const { clients, packets } = world;
      const list = clients.writeBuffer[client];
      clients.writeBuffer[client] = NONE;
      packets.drain(list, (packet, subject) => sendUp(world, clients.socket[client], packet, subject));
      if (list !== NONE) noteWrittenUp(world, client);
    },
    write: (world: World, client: number, packet: number, subject: number) => {
      noteWrittenUp(world, client);
      sendUp(world, world.clients.socket[client], packet, subject);
    },
    deliver: (world: World, client: number, _exchange: number, copy: number) => {
      if (world.messagesFeed && hearsMessages(world, client)) world.send(WatchdogEvent.PING, client, 0, 0);
      if (isOld(world, client, copy)) return dropCopy(world, copy, Cause.gapIgnored, client);
      deliverOnPage(world, copy);
      noteOffset(world, client, copy);
      if (world.positions.rows > 0 && advance(world, client, copy))
        world.send(ClientEvent.RELOAD, client, 0, 0);
    },
    acknowledged: (world: World, _client: number, _exchange: number, emit: number) =>
      acknowledged(world, emit),
    feedWatchdog: (world: World, client: number) => world.send(WatchdogEvent.PING, client, 0, 0),
    pongByPost: (world: World, client: number) => {
      buffer(world, client, Packet.pong, NONE);
      post(world, client);
    },
    pongLater: (world: World, client: number) => buffer(world, client, Packet.pong, NONE),
    pongBySocket: (world: World, client: number) => {
      sendUp(world, world.clients.socket[client], Packet.pong, NONE);
    },
    announceConnected: (world: World, client: number) => {
      learnPrivateId(world, client);
      world.send(ClientEvent.CONNECTED, client, 0, 0);
    },
    /** Tells the server, by a POST of its own, that the session is over. Not sent while pausing. Ground-truth 03. */
    postClose: (world: World, client: number) => {
      const { clients, packets, exchanges } = world;
      const body = packets.one(Packet.close, NONE);
      const exchange = openExchange(world, client, RequestKind.post, clients.session[client], body);
      exchanges.clientOpen[exchange] = 0;
    },
    /** The server is done with this client. */
    closeDisconnected: (world: World, client: number) =>
      close(world, client, Cause.connectionClosed, CloseReason.serverDisconnect),
    /** A request was refused, which ended the connection. */
    closeRefused: (world: World, client: number) =>
      close(world, client, Cause.connectionClosed, CloseReason.transportError),
    /** A request's connection went. */
    closeOnError: (world: World, client: number, exchange: number) =>
      close(world, client, world.exchanges.cause[exchange], CloseReason.transportError),
    closeAsTold: (world: World, client: number) => {
      // The cause is what the balancer knows of the socket: idle, crashed server, or merely closed.
      const socket = world.clients.socket[client];
      if (socket !== NONE) endByTrial(world, socket);
      const cause = socket === NONE ? Cause.connectionClosed : world.exchanges.cause[socket];
      close(world, client, cause, CloseReason.transportClose);
    },
    closeSilent: (world: World, client: number) => {
      const { clients, sessions, queue } = world;
      const silentUs = patienceUs(world, client);
      const exchange = Math.max(clients.poll[client], clients.socket[client]);
      const server = sessions.server[clients.session[client]];
      const met = silenceBetween(world, client, server, exchange, queue.nowUs - silentUs);
      const root = met === NONE ? throttleOf(world, client, silentUs) : met;
      endConnection(world, clients.connection[client], EndReason.pingTimeout, client, root);
      close(world, client, Cause.heartbeatTimedOut, CloseReason.pingTimeout);
    },
    abort: (world: World, client: number) => {
      const { clients, queue } = world;
      const exchange = Math.max(clients.poll[client], clients.socket[client]);
      const sinceUs = queue.nowUs - CONNECT_TIMEOUT_US;
      const root = silenceBetween(world, client, serverOf(world, exchange), exchange, sinceUs);
      endConnection(world, clients.connection[client], EndReason.connectTimeout, client, root);
      close(world, client, Cause.connectionClosed, CloseReason.connectTimeout);
    },
    adopt: (world: World, client: number, exchange: number) => {
      const { clients } = world;
      clients.socket[client] = exchange;
      clients.session[client] = world.exchanges.session[exchange];
      learnPrivateId(world, client);
      watch(world, client);
    },
    /** A long poll of an application's own. All are of one connection, until one fails. */
    ask: (world: World, client: number) => {
      const { clients, connections } = world;
      const before = clients.connection[client];
      if (before === NONE || connections.end[before] !== NONE)
        clients.connection[client] = openConnection(world, client, before);
      clients.poll[client] = openExchange(world, client, RequestKind.longPoll, NONE, NONE);
    },
    noteCursor: (world: World, client: number, exchange: number) => {
      const { clients, sessions } = world;
      const session = world.exchanges.session[exchange];
      // With nothing in it, an answer says nothing of where its server is.
      if (sessions.upTo[session] === 0) return;
      clients.cursorOf[client] = mailboxOf(world, client, sessions.server[session]);
      clients.cursor[client] = sessions.upTo[session];
    },
    openStream: (world: World, client: number) => {
      const { clients } = world;
      clients.connection[client] = openConnection(world, client, clients.connection[client]);
      clients.socket[client] = openExchange(world, client, RequestKind.events, NONE, NONE);
    },
    noteOpen: (world: World, client: number, exchange: number) => {
      const session = world.exchanges.session[exchange];
      const server = world.nodes.first.server + world.sessions.server[session];
      world.record(RecordKind.connected, client, server, TransportKind.events, session, 0);
    },
    /** The latest id is what the next request names. An event without one changes nothing, and one with an empty one clears it. */
    noteEvent: (world: World, client: number, exchange: number, copy: number) => {
      const { sessions, exchanges, messages, copies } = world;
      const id = messages.eventId[copies.message[copy]];
      if (id === EventId.none) return;
      if (id === EventId.empty) return forgetCursor(world, client);
      noteHeard(world, client, sessions.server[exchanges.session[exchange]], copy);
    },
    noteEnded: (world: World, client: number) => {
      world.clients.socket[client] = NONE;
      world.record(RecordKind.disconnected, client, CloseReason.transportClose, 0, 0, 0);
    },
    giveUp: (world: World, client: number) => {
      world.clients.socket[client] = NONE;
      forgetAsker(world, client);
      world.record(RecordKind.disconnected, client, CloseReason.gaveUp, 0, 0, 0);
    },
    leave: (world: World, client: number) => {
      const { clients, connections } = world;
      const connection = clients.connection[client];
      // Between two attempts there is nothing to close.
      if (connections.end[connection] === NONE) {
        endConnection(world, connection, EndReason.pageClosed, client, NONE);
        world.record(RecordKind.disconnected, client, CloseReason.left, 0, 0, 0);
      }
      closeClientEnd(world, clients.poll[client], Cause.connectionClosed);
      closeClientEnd(world, clients.socket[client], Cause.connectionClosed);
      clients.poll[client] = NONE;
      clients.socket[client] = NONE;
      forgetAsker(world, client);
    },
    /** The process is gone: its kernel closes what is open. */
    kill: (world: World, client: number) => {
      const { clients, connections } = world;
      const before = clients.connection[client];
      // One that waits, or has yet to hear of the end, would try again, and never will; or it loads, and has not tried yet.
      if (before === NONE || connections.end[before] !== NONE)
        clients.connection[client] = openConnection(world, client, before);
      endConnection(world, clients.connection[client], EndReason.pageClosed, client, NONE);
      const why = whyOf(world, clients.connection[client], Cause.connectionClosed);
      dropPackets(world, clients.sendBuffer[client], true, why, client);
      clients.sendBuffer[client] = NONE;
      killClientEnd(world, clients.poll[client]);
      killClientEnd(world, clients.post[client]);
      killClientEnd(world, clients.socket[client]);
      const latest = before === NONE ? clients.connection[client] : before;
      close(world, client, Cause.connectionClosed, CloseReason.left, latest);
      world.record(RecordKind.disconnected, client, CloseReason.left, 0, 0, 0);
    },
    noteFailed: (world: World, client: number) => {
      world.clients.poll[client] = NONE;
      world.record(RecordKind.disconnected, client, CloseReason.transportError, 0, 0, 0);
    },
    startClock: (world: World, client: number) => {
      const { closesAfterUs } = ofClient(world, connectionPart, client);
      if (closesAfterUs === Number.POSITIVE_INFINITY) return;
      const { queue, clients } = world;
      queue.schedule(queue.nowUs + closesAfterUs, ConnectionEvent.EXPIRE, client, clients.socket[client], 0);
    },
    closeByItself: (world: World, client: number) => {
      endConnection(world, world.clients.connection[client], EndReason.closedByPage, client, NONE);
      close(world, client, Cause.connectionClosed, CloseReason.closedByPage);
    },
    /** The WebSocket is the transport. */
    startPinging: (world: World, client: number) => {
      if (pings(world, client)) world.send(PingerEvent.START, client, 0, 0);
    },
  },
  guards: {
    polls: (world: World, client: number) =>
      ofClient(world, connectionPart, client).transport === "long-polling",
    hasEventSource: (world: World, client: number) =>
      ofClient(world, connectionPart, client).transport === "sse",
    startsWithWebSocket: (world: World, client: number) => {
      const { transport } = ofClient(world, connectionPart, client);
      return transport.startsWith("web");
    },
    upgrades: (world: World, client: number) =>
      ofClient(world, connectionPart, client).transport === "polling-first",
    hasAnotherTransport: (world: World, client: number) => {
      const { transport, tryAllTransports } = ofClient(world, connectionPart, client);
      const hasTwo = transport === "polling-first" || transport === "websocket-first";
      return tryAllTransports && hasTwo && world.clients.fellBack[client] === 0;
    },
    /** Neither a poll nor a POST is under way, so that nothing can overtake the change of transport. */
    isQuiet: (world: World, client: number) =>
      world.clients.poll[client] === NONE && world.clients.post[client] === NONE,
    isSocket: (world: World, client: number, exchange: number) => world.clients.socket[client] === exchange,
    isRequest: (world: World, client: number, exchange: number) =>
      world.clients.poll[client] === exchange || world.clients.post[client] === exchange,
  },
  delays: {
    pollPause: (world: World, client: number) => ofClient(world, connectionPart, client).pollPauseUs,
    retry: (world: World, client: number) => ofClient(world, connectionPart, client).retryUs,
  },
} satisfies Behaviour<World>;

export const connectionMachine = machineOf(connectionPart, behaviour, {
  initial: "closed",
  states: {
    closed: {
      on: {
        OPEN_ENGINE: [
          { guard: "startsWithWebSocket", target: "opening.websocket", actions: "openConnection" },
          { guard: "polls", target: "longPolling" },
          { guard: "hasEventSource", target: "eventSource" },
          { target: "opening.polling", actions: "openConnection" },
        ],
        ADOPT: { target: "open.websocket", actions: "adopt" },
        KILL: { actions: "kill" },
      },
    },
    opening: {
      initial: "polling",
      on: {
        ABORT: { target: "closed", actions: "abort" },
        KILL: { target: "closed", actions: "kill" },
        REFUSED: { target: "closed", actions: "closeRefused" },
        SOCKET_CLOSED: { target: "closed", actions: "closeOnError" },
      },
      states: {
        polling: {
          entry: "requestHandshake",
          on: {
            OPEN: { target: "#connection.open.polling", actions: ["begin", "connectByPost"] },
            REFUSED: { guard: "hasAnotherTransport", target: "websocket", actions: "fallBack" },
            SOCKET_CLOSED: { guard: "hasAnotherTransport", target: "websocket", actions: "fallBack" },
          },
        },
        websocket: {
          entry: "openSocket",
          on: {
            OPEN: { target: "#connection.open.websocket", actions: ["begin", "connectBySocket"] },
            REFUSED: { guard: "hasAnotherTransport", target: "polling", actions: "fallBack" },
            SOCKET_CLOSED: { guard: "hasAnotherTransport", target: "polling", actions: "fallBack" },
          },
        },
      },
    },
    open: {
      initial: "polling",
      on: {
        CONNECT: { actions: "announceConnected" },
        MESSAGE: { actions: "deliver" },
        ACK: { actions: "acknowledged" },
        CLOSE: { target: "closed", actions: "closeAsTold" },
        DISCONNECT: { target: "closed", actions: "closeDisconnected" },
        WATCHDOG: { target: "closed", actions: "closeSilent" },
        SOCKET_CLOSED: { guard: "isSocket", target: "closed", actions: "closeAsTold" },
        KILL: { target: "closed", actions: "kill" },
      },
      states: {
        polling: {
          initial: "choosing",
          on: {
            ANSWERED: { actions: ["noteAnswer", "pollAgain", "post"] },
            REFUSED: [
              // The WebSocket on trial was refused: polling stays in use.
              { guard: "isSocket", target: ".steady", actions: "forgetProbe" },
              { target: "#connection.closed", actions: ["postClose", "closeRefused"] },
            ],
            SOCKET_CLOSED: [
              { guard: "isSocket", target: "#connection.closed", actions: "closeAsTold" },
              { guard: "isRequest", target: "#connection.closed", actions: ["postClose", "closeOnError"] },
            ],
            WATCHDOG: { target: "#connection.closed", actions: ["postClose", "closeSilent"] },
            PING: { actions: ["feedWatchdog", "pongByPost"] },
            WRITE: { actions: ["buffer", "post"] },
          },
          states: {
            choosing: { always: [{ guard: "upgrades", target: "probing" }, { target: "steady" }] },
            steady: {},
            probing: {
              entry: "openProbe",
              on: {
                SWITCHED: { actions: "sendProbe" },
                PROBE: "pausing",
                SOCKET_CLOSED: { guard: "isSocket", target: "steady", actions: "forgetProbe" },
              },
            },
            pausing: {
              always: { guard: "isQuiet", target: "#connection.open.websocket", actions: "completeUpgrade" },
              on: {
                ANSWERED: { actions: "noteAnswer" },
                REFUSED: { target: "#connection.closed", actions: "closeRefused" },
                SOCKET_CLOSED: [
                  { guard: "isSocket", target: "#connection.closed", actions: "closeAsTold" },
                  { guard: "isRequest", target: "#connection.closed", actions: "closeOnError" },
                ],
                WATCHDOG: { target: "#connection.closed", actions: "closeSilent" },
                PING: { actions: ["feedWatchdog", "pongLater"] },
                WRITE: { actions: "buffer" },
              },
            },
          },
        },
        websocket: {
          entry: ["flushToSocket", "startPinging", "startClock"],
          on: {
            EXPIRE: { guard: "isSocket", target: "#connection.closed", actions: "closeByItself" },
            PING: { actions: ["feedWatchdog", "pongBySocket"] },
            PONG: { actions: "feedWatchdog" },
            WRITE: { actions: "write" },
          },
        },
      },
    },
    longPolling: {
      initial: "asking",
      on: { ABORT: { target: "closed", actions: "leave" } },
      states: {
        asking: {
          entry: "ask",
          on: {
            MESSAGE: { actions: "deliver" },
            ANSWERED: { target: "pausing", actions: ["noteAnswer", "noteCursor"] },
            REFUSED: { guard: "isRequest", target: "failed", actions: "noteFailed" },
            SOCKET_CLOSED: { guard: "isRequest", target: "failed", actions: "noteFailed" },
          },
        },
        pausing: { after: { pollPause: "asking" } },
        failed: { after: { retry: "asking" } },
      },
    },
    eventSource: {
      initial: "connecting",
      on: { ABORT: { target: "closed", actions: "leave" } },
      states: {
        connecting: {
          entry: "openStream",
          on: {
            SWITCHED: { target: "listening", actions: "noteOpen" },
            REFUSED: { guard: "isSocket", target: "givenUp", actions: "giveUp" },
            SOCKET_CLOSED: { guard: "isSocket", target: "waiting", actions: "noteEnded" },
          },
        },
        listening: {
          on: {
            MESSAGE: { actions: ["deliver", "noteEvent"] },
            SOCKET_CLOSED: { guard: "isSocket", target: "waiting", actions: "noteEnded" },
          },
        },
        waiting: { after: { retry: "connecting" } },
        givenUp: {},
      },
    },
  },
});
