/**
 * One HTTP exchange at the balancer: a request is routed to a server and its answer passed back, or, after
 * `101 Switching Protocols`, it becomes a WebSocket tunnel until either end closes or nothing crosses it for the idle timeout.
 * Modelled on nginx; ground-truth 03, 07 and FACTS §3.
 *
 * - Every request takes a turn of the policy, since each is a TCP connection of its own (as with a Node client).
 * - A server that refuses the connection, closes it or does not answer in time is left out for a while and the next is tried
 *   (`proxy_next_upstream error timeout`); what may have had its effect is sent again only if it is a GET.
 * - The idle timer is lazy, as nginx's is: traffic within 300 ms of arming it does not move the deadline.
 *
 * Leaves out: TCP and TLS handshakes (one or two more round trips), keep-alive, an affinity cookie set by a 101, the limit of connections, several workers.
 */
import { setup } from "xstate";
import { type Behaviour, forXState, type MachineTypes } from "../statechart/behaviour.ts";
import { Cause } from "./causes.ts";
import {
  ClientSocketEvent,
  type EVENTS,
  ExchangeEvent,
  Machine,
  packetCode,
  ServerEvent,
  SessionEvent,
} from "./codes.ts";
import { EndReason, type EndReasonIndex } from "./end-reasons.ts";
import { cutBetween, endConnection, whyOf } from "./ends.ts";
import { FrameKind } from "./frame-kinds.ts";
import { dropCargo, dropPackets, frameOfPacket, frameOfRequest, recordCargo } from "./frames.ts";
import { serverLink } from "./link.ts";
import { NONE, Packet } from "./packets.ts";
import { RecordKind, RequestKind, SESSION_ID_UNKNOWN } from "./records.ts";
import { abandonStream, openStreams, transmit } from "./tcp.ts";
import type { World } from "./world.ts";

/** NGX_TIMER_LAZY_DELAY. Ground-truth 07: one message at 250 ms does not move the deadline, one at 350 ms does. */
export const LAZY_TIMER_US = 300_000;

/** What comes from a server carries in x, above these bits, which one it is: the balancer may have gone on to another in the meantime. */
const SERVER_SHIFT = 10;
/** The bits of such an x below the server's number: a status, or a packet's kind. */
export const VALUE_MASK = (1 << SERVER_SHIFT) - 1;

/** A client opens an exchange: the request leaves for the balancer. `body` is a list of packets. */
export function openExchange(
  world: World,
  client: number,
  kind: number,
  session: number,
  body: number,
): number {
  const { exchanges, clients } = world;
  const exchange = addExchange(world, client, kind);
  exchanges.session[exchange] = session;
  exchanges.body[exchange] = body;
  exchanges.cookie[exchange] = clients.cookie[client];
  const frame = frameOfRequest(kind);
  const flightUs = sendToBalancer(world, exchange, frame, exchange, ExchangeEvent.REQUEST, 0, 0);
  recordCargo(world, body, true, client, world.balancerNode, flightUs);
  return exchange;
}

/** A WebSocket that is already open when the run begins. */
export function adoptExchange(world: World, client: number, server: number, session: number): number {
  const exchange = addExchange(world, client, RequestKind.websocket);
  world.exchanges.server[exchange] = server;
  world.exchanges.session[exchange] = session;
  world.exchanges.serverStream[exchange] = openStreams(world, serverLink(world, server));
  world.send(ExchangeEvent.ADOPT, exchange, 0, 0);
  return exchange;
}

function addExchange(world: World, client: number, kind: number): number {
  const { exchanges, clients } = world;
  const exchange = world.exchange.add();
  exchanges.add();
  exchanges.clientStream[exchange] = openStreams(world, client);
  exchanges.client[exchange] = client;
  exchanges.connection[exchange] = clients.connection[client];
  exchanges.kind[exchange] = kind;
  world.exchange.start(exchange);
  return exchange;
}

/** Client to balancer. */
function sendToBalancer(
  world: World,
  exchange: number,
  frame: number,
  subject: number,
  code: number,
  x: number,
  y: number,
) {
  return transmit(world, world.exchanges.clientStream[exchange], frame, subject, code, exchange, x, y);
}

/** A client writes a packet to its WebSocket. */
export function sendUp(world: World, exchange: number, packet: number, subject: number): void {
  const about = packet === Packet.message ? subject : exchange;
  sendToBalancer(world, exchange, frameOfPacket(packet, true), about, ExchangeEvent.UP, packet, subject);
}

/** A client closes its end: what arrives from now on finds the socket closed. Tells the balancer if it is a WebSocket. */
export function closeClientEnd(world: World, exchange: number, cause: number): void {
  const { exchanges } = world;
  if (exchange === NONE || exchanges.clientOpen[exchange] === 0) return;
  exchanges.clientOpen[exchange] = 0;
  exchanges.cause[exchange] = cause;
  const kind = exchanges.kind[exchange];
  // A pending poll is left alone, as engine.io-client leaves it: its answer is ignored.
  if (kind !== RequestKind.upgrade && kind !== RequestKind.websocket) return;
  abandonHop(world, exchange, exchanges.clientStream[exchange]);
  sendToBalancer(world, exchange, FrameKind.close, exchange, ExchangeEvent.CLIENT_CLOSED, 0, 0);
}

/**
 * Server to balancer: an answer, or a packet of a WebSocket. Nothing is sent, and the cargo is lost, if the balancer has given up this
 * server's try of the request in the meantime.
 */
export function sendFromServer(
  world: World,
  server: number,
  exchange: number,
  frame: number,
  subject: number,
  code: number,
  x: number,
  y: number,
): number {
  const { exchanges } = world;
  if (!isServedBy(world, exchange, server)) {
    dropCargo(world, frame, subject, whyClosed(world, exchange), world.balancerNode);
    return -1;
  }
  const down = exchanges.serverStream[exchange] + 1;
  return transmit(world, down, frame, subject, code, exchange, x | (server << SERVER_SHIFT), y);
}

/** Whether the balancer still has this exchange with this server, and not with the next one. It tries no server twice. */
export function isServedBy(world: World, exchange: number, server: number): boolean {
  return world.exchanges.server[exchange] === server;
}

/** A server writes a packet to a WebSocket. */
export function sendDown(
  world: World,
  server: number,
  exchange: number,
  packet: number,
  subject: number,
): void {
  const about = packet === Packet.message ? subject : exchange;
  sendFromServer(
    world,
    server,
    exchange,
    frameOfPacket(packet, false),
    about,
    ExchangeEvent.DOWN,
    packet,
    subject,
  );
}

/** A server closes its end of an exchange. */
export function closeServerEnd(world: World, server: number, exchange: number, cause: number): void {
  if (!isServedBy(world, exchange, server)) return;
  world.exchanges.cause[exchange] = cause;
  abandonHop(world, exchange, world.exchanges.serverStream[exchange]);
  sendFromServer(world, server, exchange, FrameKind.close, exchange, ExchangeEvent.SERVER_CLOSED, 0, 0);
}

/** Both directions of one of the two TCP connections end. */
function abandonHop(world: World, exchange: number, stream: number): void {
  const why = whyClosed(world, exchange);
  abandonStream(world, stream, why);
  abandonStream(world, stream + 1, why);
}

/** Why a copy is lost that meets this exchange closed. */
export function whyClosed(world: World, exchange: number): number {
  const { exchanges } = world;
  return whyOf(world, exchanges.connection[exchange], exchanges.cause[exchange]);
}

/**
 * The connection that this exchange is part of ends with it, unless it is a WebSocket on trial, which its client can do without. If the
 * client comes to rely on it before it hears of the close, see {@link endByTrial}.
 */
export function endWith(world: World, exchange: number, reason: number, place: number, root = NONE): void {
  const { exchanges, clients, connection } = world;
  const client = exchanges.client[exchange];
  if (exchanges.kind[exchange] === RequestKind.upgrade) {
    if (clients.socket[client] !== exchange) return;
    if (!connection.inState(client, "open.websocket") && !connection.inState(client, "open.polling.pausing"))
      return;
  }
  endConnection(world, exchanges.connection[exchange], reason, place, root);
}

/** A client relies on this WebSocket, which was closed when it was still on trial: that ends the connection, if nothing has. */
export function endByTrial(world: World, exchange: number): void {
  const { exchanges, balancerNode, firstServerNode } = world;
  switch (exchanges.cause[exchange]) {
    case Cause.idleClosed:
      return endWith(world, exchange, EndReason.idleClosed, balancerNode);
    case Cause.balancerCrashed:
      return endWith(world, exchange, EndReason.balancerCrashed, balancerNode);
    default: {
      // Its server waited too long for the upgrade.
      const place = firstServerNode + exchanges.server[exchange];
      return endWith(world, exchange, EndReason.upgradeTimeout, place);
    }
  }
}

/** The client will learn of the session that was created for it: from now on it is its connection's. */
function settleSession(world: World, exchange: number): void {
  const { exchanges, connections, sessions } = world;
  const kind = exchanges.kind[exchange];
  if (kind !== RequestKind.handshake && kind !== RequestKind.websocket) return;
  const session = exchanges.session[exchange];
  const connection = exchanges.connection[exchange];
  connections.session[connection] = session;
  if (!world.session.inState(session, "closed")) return;
  const place = world.firstServerNode + sessions.server[session];
  endConnection(world, connection, sessions.unheardEnd[session], place, NONE);
}

/** The reason of a refusal with «Session ID unknown»: where cookies decide and the client returned none, that. */
export function refusalReason(world: World, exchange: number): EndReasonIndex {
  const isBlind = world.settings.policy === "sticky-cookie" && world.exchanges.cookie[exchange] === NONE;
  return isBlind ? EndReason.cookieMissing : EndReason.sessionUnknown;
}

/** For silence of this long: the cut on the way between client and server that explains it, −1 none. */
function cutOnTheWay(world: World, exchange: number, silentUs: number): number {
  const { exchanges, queue } = world;
  return cutBetween(world, exchanges.client[exchange], exchanges.server[exchange], queue.nowUs - silentUs);
}

/** Balancer to server. */
function sendToServer(
  world: World,
  exchange: number,
  frame: number,
  subject: number,
  code: number,
  entity: number,
  x: number,
  y: number,
) {
  return transmit(world, world.exchanges.serverStream[exchange], frame, subject, code, entity, x, y);
}

/** Balancer to client. */
function sendToClient(
  world: World,
  exchange: number,
  frame: number,
  subject: number,
  code: number,
  x: number,
  y: number,
) {
  return transmit(world, world.exchanges.clientStream[exchange] + 1, frame, subject, code, exchange, x, y);
}

/** The balancer answers by itself, or passes on what the server answered. */
function answerClient(world: World, exchange: number, status: number, error: number, node: number): void {
  const { exchanges } = world;
  world.record(RecordKind.response, exchange, exchanges.client[exchange], status, node, error);
  const frame = status === 200 ? FrameKind.httpOk : FrameKind.httpError;
  const flightUs = sendToClient(world, exchange, frame, exchange, ClientSocketEvent.ANSWERED, status, error);
  recordCargo(
    world,
    exchanges.answer[exchange],
    false,
    world.balancerNode,
    exchanges.client[exchange],
    flightUs,
  );
}

function closeTowardsServer(world: World, exchange: number): void {
  const { exchanges, sessions } = world;
  const server = exchanges.server[exchange];
  if (server === NONE) return;
  abandonHop(world, exchange, exchanges.serverStream[exchange]);
  const session = exchanges.session[exchange];
  // Without a session it has not been answered yet: the answer will find it closed. A session of another server is not concerned.
  if (session === NONE || sessions.server[session] !== server) return;
  sendToServer(world, exchange, FrameKind.close, exchange, SessionEvent.SOCKET_CLOSED, session, exchange, 0);
}

function closeTowardsClient(world: World, exchange: number): void {
  abandonHop(world, exchange, world.exchanges.clientStream[exchange]);
  sendToClient(world, exchange, FrameKind.close, exchange, ClientSocketEvent.CLOSED, 0, 0);
}

const behaviour = {
  actions: {
    route: (world: World, exchange: number) => {
      const { exchanges, upstreams } = world;
      const server = world.policy(world, exchange);
      exchanges.server[exchange] = server;
      const client = exchanges.client[exchange];
      const kind = exchanges.kind[exchange];
      const node = server < 0 ? -1 : world.firstServerNode + server;
      world.record(RecordKind.request, exchange, client, kind, node, exchanges.session[exchange]);
      exchanges.armedUs[exchange] = world.queue.nowUs;
      if (server < 0) {
        loseWithoutServer(world, exchange);
        world.send(ExchangeEvent.ANSWER, exchange, 502 | (server << SERVER_SHIFT), -1);
        return;
      }
      upstreams.active[server]++;
      exchanges.serverStream[exchange] = openStreams(world, serverLink(world, server));
      const frame = frameOfRequest(kind);
      const flightUs = sendToServer(
        world,
        exchange,
        frame,
        exchange,
        ServerEvent.REQUEST,
        server,
        exchange,
        0,
      );
      recordCargo(world, exchanges.body[exchange], true, world.balancerNode, node, flightUs);
    },
    /** Passive health check: one failure takes the server out (nginx max_fails=1). */
    noteFailure: (world: World, exchange: number) => {
      const { exchanges, tries, upstreams } = world;
      const server = exchanges.server[exchange];
      upstreams.failedUntilUs[server] = world.queue.nowUs + world.settings.failTimeoutUs;
      const row = tries.add();
      tries.server[row] = server;
      tries.before[row] = exchanges.tried[exchange];
      exchanges.tried[exchange] = row;
    },
    hold: (world: World, exchange: number) => {
      world.upstreams.active[world.exchanges.server[exchange]]++;
    },
    release: (world: World, exchange: number) => {
      const server = world.exchanges.server[exchange];
      if (server >= 0) world.upstreams.active[server]--;
    },
    passAnswer: (world: World, exchange: number, x: number, error: number) => {
      const server = world.exchanges.server[exchange];
      const node = server < 0 ? world.balancerNode : world.firstServerNode + server;
      if (error === SESSION_ID_UNKNOWN) endWith(world, exchange, refusalReason(world, exchange), node);
      else if (server >= 0) settleSession(world, exchange);
      answerClient(world, exchange, x & VALUE_MASK, error, node);
    },
    passSwitch: (world: World, exchange: number) => {
      const { exchanges } = world;
      const node = world.firstServerNode + exchanges.server[exchange];
      settleSession(world, exchange);
      world.record(RecordKind.response, exchange, exchanges.client[exchange], 101, node, -1);
      sendToClient(world, exchange, FrameKind.switching, exchange, ClientSocketEvent.SWITCHED, 0, 0);
    },
    /** nginx's own status for a client that closed before it was answered. */
    noteGivenUp: (world: World, exchange: number) => {
      world.record(
        RecordKind.response,
        exchange,
        world.exchanges.client[exchange],
        499,
        world.balancerNode,
        -1,
      );
    },
    answerBadGateway: (world: World, exchange: number) => {
      loseWithoutServer(world, exchange);
      answerClient(world, exchange, 502, -1, world.balancerNode);
    },
    answerGatewayTimeout: (world: World, exchange: number) => {
      dropBody(world, exchange);
      answerClient(world, exchange, 504, -1, world.balancerNode);
    },
    passUp: (world: World, exchange: number, packet: number, subject: number) => {
      touch(world, exchange);
      const session = world.exchanges.session[exchange];
      const about = packet === Packet.message ? subject : exchange;
      const code = packetCode(Machine.session, packet);
      sendToServer(world, exchange, frameOfPacket(packet, true), about, code, session, exchange, subject);
    },
    passDown: (world: World, exchange: number, x: number, subject: number) => {
      touch(world, exchange);
      const packet = x & VALUE_MASK;
      const about = packet === Packet.message ? subject : exchange;
      const code = ClientSocketEvent.MESSAGE + packet;
      sendToClient(world, exchange, frameOfPacket(packet, false), about, code, 0, subject);
    },
    armIdleTimer: (world: World, exchange: number) => {
      world.exchanges.armedUs[exchange] = world.queue.nowUs;
    },
    closeIdle: (world: World, exchange: number) => {
      recordIdle(world, exchange, Cause.idleClosed);
      const root = cutOnTheWay(world, exchange, world.settings.idleTimeoutUs);
      endWith(world, exchange, EndReason.idleClosed, world.balancerNode, root);
    },
    /** A session whose server was asked in vain does not outlive that: what it holds is this request, and no other server knows it. */
    giveUpServer: (world: World, exchange: number) => {
      recordIdle(world, exchange, Cause.gatewayTimeout);
      const { exchanges, sessions } = world;
      const session = exchanges.session[exchange];
      const kind = exchanges.kind[exchange];
      const asksItsServer =
        kind === RequestKind.poll && sessions.server[session] === exchanges.server[exchange];
      if (!asksItsServer && mayTryNext(world, exchange)) return;
      const root = cutOnTheWay(world, exchange, world.settings.idleTimeoutUs);
      endWith(world, exchange, EndReason.gatewayTimeout, world.balancerNode, root);
    },
    closeServer: (world: World, exchange: number) => closeTowardsServer(world, exchange),
    closeClient: (world: World, exchange: number) => closeTowardsClient(world, exchange),
    noteCrash: (world: World, exchange: number) =>
      loseWithBalancer(world, exchange, EndReason.balancerCrashed),
    noteDown: (world: World, exchange: number) => loseWithBalancer(world, exchange, EndReason.balancerDown),
    dropUp: (world: World, exchange: number, packet: number, subject: number) => {
      endByTrial(world, exchange);
      dropCargo(world, frameOfPacket(packet, true), subject, whyClosed(world, exchange), world.balancerNode);
    },
    dropDown: (world: World, exchange: number, x: number, subject: number) => {
      dropCargo(
        world,
        frameOfPacket(x & VALUE_MASK, false),
        subject,
        whyClosed(world, exchange),
        world.balancerNode,
      );
    },
    dropAnswer: (world: World, exchange: number) => {
      dropCargo(world, FrameKind.httpOk, exchange, whyClosed(world, exchange), world.balancerNode);
    },
  },
  guards: {
    /** From a server that the balancer has given up for this request. */
    isStale: (world: World, exchange: number, x: number) =>
      x >> SERVER_SHIFT !== world.exchanges.server[exchange],
    balancerIsDown: (world: World) => world.balancer.inState(0, "down"),
    serversAreLeft: (world: World, exchange: number) => serversAreLeft(world, exchange),
    mayTryNext: (world: World, exchange: number) => mayTryNext(world, exchange),
    wasActive: (world: World, exchange: number) => idleUs(world, exchange) > 0,
  },
  delays: {
    idleTimeout: (world: World, exchange: number) => idleUs(world, exchange),
  },
} satisfies Behaviour<World>;
export const exchangeBehaviour: Behaviour<World> = behaviour;

/** A request is tried once on each server at most. */
function serversAreLeft(world: World, exchange: number): boolean {
  const { exchanges, tries } = world;
  let left = world.serverCount - 1;
  for (let row = exchanges.tried[exchange]; row !== NONE; row = tries.before[row]) left--;
  return left > 0;
}

/** Not a POST: it may have had its effect. */
function mayTryNext(world: World, exchange: number): boolean {
  return world.exchanges.kind[exchange] !== RequestKind.post && serversAreLeft(world, exchange);
}

/** Time left until the idle timer strikes. */
function idleUs(world: World, exchange: number): number {
  return world.exchanges.armedUs[exchange] + world.settings.idleTimeoutUs - world.queue.nowUs;
}

/** A byte crossed the tunnel. */
function touch(world: World, exchange: number): void {
  const { armedUs } = world.exchanges;
  const { nowUs } = world.queue;
  if (nowUs - armedUs[exchange] >= LAZY_TIMER_US) armedUs[exchange] = nowUs;
}

/** What the request carried is lost at the balancer, for the reason that its exchange closed. */
function dropBody(world: World, exchange: number): void {
  dropPackets(world, world.exchanges.body[exchange], true, whyClosed(world, exchange), world.balancerNode);
  world.exchanges.body[exchange] = NONE;
}

function loseWithoutServer(world: World, exchange: number): void {
  world.exchanges.cause[exchange] = Cause.noServerLeft;
  endWith(world, exchange, EndReason.badGateway, world.balancerNode);
  dropBody(world, exchange);
}

function loseWithBalancer(world: World, exchange: number, reason: number): void {
  world.exchanges.cause[exchange] = Cause.balancerCrashed;
  endWith(world, exchange, reason, world.balancerNode);
  dropBody(world, exchange);
}

/** Nothing crossed the exchange for the idle timeout, which closes it for `cause`. */
function recordIdle(world: World, exchange: number, cause: number): void {
  const { exchanges } = world;
  exchanges.cause[exchange] = cause;
  const node = world.firstServerNode + exchanges.server[exchange];
  world.record(
    RecordKind.idleClosed,
    exchange,
    exchanges.client[exchange],
    exchanges.kind[exchange],
    node,
    -1,
  );
}

export const exchangeMachine = setup({
  types: {} as MachineTypes<World, (typeof EVENTS.exchange)[number]>,
  ...forXState(behaviour),
}).createMachine({
  id: "exchange",
  initial: "arriving",
  states: {
    arriving: {
      on: {
        REQUEST: [
          { guard: "balancerIsDown", target: "closed", actions: ["noteDown", "closeClient"] },
          { target: "waiting" },
        ],
        ADOPT: { target: "tunnel", actions: "armIdleTimer" },
        CLIENT_CLOSED: "closed",
      },
    },
    waiting: {
      entry: "route",
      exit: "release",
      on: {
        ANSWER: [{ guard: "isStale" }, { target: "closed", actions: "passAnswer" }],
        SWITCH: [{ guard: "isStale" }, { target: "tunnel", actions: ["armIdleTimer", "passSwitch"] }],
        REFUSED: [
          { guard: "isStale" },
          { guard: "serversAreLeft", target: "waiting", reenter: true, actions: "noteFailure" },
          { target: "closed", actions: ["noteFailure", "answerBadGateway"] },
        ],
        SERVER_CLOSED: [
          { guard: "isStale" },
          { guard: "mayTryNext", target: "waiting", reenter: true, actions: "noteFailure" },
          { target: "closed", actions: ["noteFailure", "answerBadGateway"] },
        ],
        CLIENT_CLOSED: { target: "closed", actions: ["noteGivenUp", "closeServer"] },
        BALANCER_CRASHED: { target: "closed", actions: ["noteCrash", "closeServer", "closeClient"] },
      },
      after: {
        idleTimeout: [
          {
            guard: "mayTryNext",
            target: "waiting",
            reenter: true,
            actions: ["giveUpServer", "closeServer", "dropAnswer", "noteFailure"],
          },
          {
            target: "closed",
            actions: ["giveUpServer", "closeServer", "noteFailure", "answerGatewayTimeout"],
          },
        ],
      },
    },
    tunnel: {
      entry: "hold",
      exit: "release",
      on: {
        UP: { actions: "passUp" },
        DOWN: [{ guard: "isStale", actions: "dropDown" }, { actions: "passDown" }],
        CLIENT_CLOSED: { target: "closed", actions: "closeServer" },
        SERVER_CLOSED: [{ guard: "isStale" }, { target: "closed", actions: "closeClient" }],
        BALANCER_CRASHED: { target: "closed", actions: ["noteCrash", "closeServer", "closeClient"] },
      },
      after: {
        idleTimeout: [
          { guard: "wasActive", target: "tunnel", reenter: true },
          { target: "closed", actions: ["closeIdle", "closeServer", "closeClient"] },
        ],
      },
    },
    closed: {
      on: {
        UP: { actions: "dropUp" },
        DOWN: { actions: "dropDown" },
        ANSWER: { actions: "dropAnswer" },
        SWITCH: [{ guard: "isStale" }, { actions: "closeServer" }],
      },
    },
  },
});
