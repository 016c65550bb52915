/**
 * One HTTP exchange at the balancer: a request is routed to a server and its answer passed back, or, after `101
 * Switching Protocols`, it becomes a WebSocket tunnel until either end closes, nothing crosses it for the idle
 * timeout, or it gets too old. Modelled on nginx; ground-truth 03, 07 and FACTS §3. Timeouts are the balancer's kind's
 * (kinds/), and what follows when a server does not take a request.
 *
 * - Every request takes a turn of the policy, since each is a TCP connection of its own (as with a Node client).
 * - nginx: a server that refuses the connection, closes it or does not answer in time is left out for a while and the next
 *   is tried (`proxy_next_upstream error timeout`); what may have had its effect is sent again only if it is a GET.
 * - HAProxy: a server that refuses is asked again (retry.ts); what a server has taken is sent to no other.
 * - The idle timer is lazy, as nginx's is: traffic within 300 ms of arming it does not move the deadline. Of other
 *   kinds it is not.
 * - A kind that forgets says nothing when the timer strikes: who writes next is reset, and who only listens never
 *   learns of it.
 * - A balancer that has others behind it has nobody to choose: it sends the request to the next in the row, where it
 *   is an exchange of its own.
 *
 * What it can run out of, and what happens then, is in limits.ts; who waits for a place at a server, in slots.ts.
 *
 * Leaves out: TCP and TLS handshakes (one or two more round trips), keep-alive.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import {
  dropCargo,
  dropPackets,
  frameOfPacket,
  frameOfRequest,
  frameOfSwitch,
  recordCargo,
  subjectOf,
} from "../fate/cargo.ts";
import { NONE, Packet } from "../network/packets.ts";
import { openStreams, transmit } from "../network/tcp.ts";
import { requestCode } from "../server/reader.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import { LimitKind, RecordKind, RequestKind, SESSION_ID_UNKNOWN } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { balancerPart } from "./balancer.part.ts";
import { balancerNode, isLast, policyOf } from "./balancers.ts";
import { recordTurnedAway } from "./capacity.ts";
import {
  endByTrial,
  endWith,
  innermost,
  refusalReason,
  serverOf,
  settleSession,
  silenceOfTunnel,
  silenceOnTheWay,
  whyClosed,
} from "./closing.ts";
import { ExchangeEvent, exchangePart } from "./exchange.part.ts";
import {
  addExchange,
  closeTowardsAsker,
  closeTowardsServer,
  sendBack,
  sendOn,
  sendPacketBack,
} from "./hops.ts";
import { accept, connect, isTurnedAway, letGo, mustWait } from "./limits.ts";
import { isLimited } from "./listed.ts";
import { asksAgain, asksAgainNow, TURN_AROUND_US, tryAgain } from "./retry.ts";
import { UpstreamEvent } from "./upstream.part.ts";
import {
  busier,
  chooseWorker,
  idler,
  mayTryNext,
  noteFailure,
  noteSuccess,
  noteTrial,
  serversAreLeft,
  tryNext,
} from "./upstreams.ts";

/** The request goes to a server, to the next balancer, or, where none is left, nowhere. */
function route(world: World, exchange: number): void {
  const { exchanges, queue } = world;
  exchanges.armedUs[exchange] = queue.nowUs;
  const balancer = exchanges.balancer[exchange];
  if (!isLast(world, balancer)) return askNextBalancer(world, exchange);
  const { current } = exchanges;
  const settled = world.tries.server[current[exchange]];
  const server = settled === NONE ? policyOf(world, balancer).route(world, exchange) : settled;
  if (isLimited(world) && APART.slots.lacksPlace(world, exchange, server))
    return waitForPlace(world, exchange, server);
  if (server >= 0) return askServer(world, exchange, server);
  recordRequest(world, exchange, NONE);
  world.send(ExchangeEvent.NOBODY, exchange, 0, 0);
}

/** At this server, or, where it may go to any, −1. */
function waitForPlace(world: World, exchange: number, server: number): void {
  world.tries.server[world.exchanges.current[exchange]] = server;
  busier(world, exchange);
  world.send(ExchangeEvent.NO_PLACE, exchange, 0, 0);
}

function askServer(world: World, exchange: number, server: number): void {
  const { exchanges, tries, links, nodes } = world;
  const current = exchanges.current[exchange];
  const node = nodes.first.server + server;
  const missing = connect(world, exchange, server);
  if (missing !== null) return goWithout(world, exchange, server, missing);
  tries.server[current] = server;
  noteTrial(world, exchange, server);
  tries.stream[current] = openStreams(world, links.toServer(server));
  recordRequest(world, exchange, node);
  busier(world, exchange);
  const frame = frameOfRequest(exchanges.kind[exchange]);
  const stream = tries.stream[current];
  const flightUs = transmit(world, stream, frame, exchange, requestCode(world), server, current, 0);
  recordCargo(world, exchanges.body[exchange], true, balancerNode(world, exchange), node, flightUs);
}

/** Something runs out that a connection to this server, or to the next balancer (−1), needs. */
function goWithout(world: World, exchange: number, server: number, missing: LimitKind): void {
  const { exchanges, tries, nodes } = world;
  recordTurnedAway(world, exchange, missing);
  const hasServers = server !== NONE;
  if (missing === LimitKind.ports) {
    // No connection comes about, as if that server had refused: the next may be asked.
    tries.server[exchanges.current[exchange]] = server;
    if (hasServers) recordRequest(world, exchange, nodes.first.server + server);
    busier(world, exchange);
    return world.send(ExchangeEvent.REFUSED, exchange, 0, 0);
  }
  if (hasServers) recordRequest(world, exchange, NONE);
  turnAway(world, exchange);
  world.send(ExchangeEvent.ANSWER, exchange, 500, -1);
}

function askNextBalancer(world: World, exchange: number): void {
  const { exchanges, tries, links } = world;
  const missing = connect(world, exchange, NONE);
  if (missing !== null) return goWithout(world, exchange, NONE, missing);
  const current = exchanges.current[exchange];
  const here = exchanges.balancer[exchange];
  const node = balancerNode(world, exchange) + 1;
  const stream = openStreams(world, links.toNextBalancer(here));
  const kind = exchanges.kind[exchange];
  const inner = addExchange(world, exchanges.connection[exchange], kind, here + 1, current, stream);
  tries.stream[current] = stream;
  tries.inner[current] = inner;
  exchanges.session[inner] = exchanges.session[exchange];
  exchanges.cookie[inner] = exchanges.cookie[exchange];
  exchanges.body[inner] = exchanges.body[exchange];
  exchanges.body[exchange] = NONE;
  busier(world, exchange);
  const frame = frameOfRequest(kind);
  const flightUs = transmit(world, stream, frame, inner, ExchangeEvent.REQUEST, inner, 0, 0);
  recordCargo(world, exchanges.body[inner], true, node - 1, node, flightUs);
}

function recordRequest(world: World, exchange: number, node: number): void {
  const { client, kind, session } = world.exchanges;
  world.record(RecordKind.request, exchange, client[exchange], kind[exchange], node, session[exchange]);
}

/**
 * Of a row of balancers, the last records requests, and answers that it passes back; the others record what they
 * answer by themselves, under the number that the request has at the last.
 */
function recordResponse(world: World, exchange: number, status: number, node: number, error: number): void {
  const { exchanges } = world;
  if (node !== balancerNode(world, exchange) && !isLast(world, exchanges.balancer[exchange])) return;
  const told = innermost(world, exchange);
  world.record(RecordKind.response, told, exchanges.client[exchange], status, node, error);
}

/** The node that an exchange's current try asks; its own balancer's if none is asked. */
function askedNode(world: World, exchange: number): number {
  const { exchanges, tries, nodes } = world;
  const current = exchanges.current[exchange];
  if (tries.server[current] !== NONE) return nodes.first.server + tries.server[current];
  return balancerNode(world, exchange) + (tries.inner[current] === NONE ? 0 : 1);
}

/** The balancer answers by itself, or passes on what it was answered. */
function answerAsker(world: World, exchange: number, status: number, error: number, node: number): void {
  const { exchanges } = world;
  recordResponse(world, exchange, status, node, error);
  const frame = status === 200 ? FrameKind.httpOk : FrameKind.httpError;
  const flightUs = sendBack(world, exchange, frame, exchange, UpstreamEvent.ANSWERED, status, error);
  if (status !== 200) return;
  const from = balancerNode(world, exchange);
  recordCargo(world, exchanges.answer[exchange], false, from, askerNode(world, exchange), flightUs);
}

function isStream({ exchanges }: World, exchange: number): boolean {
  return exchanges.kind[exchange] === RequestKind.events;
}

/** An event waits in the balancer's buffer until it is full. Comments are bytes as well, but so few that they are left out. */
function holdBack(world: World, exchange: number, packet: number, copy: number): void {
  if (packet !== Packet.message) return;
  const { exchanges, packets, balancers } = world;
  exchanges.answer[exchange] = packets.append(exchanges.answer[exchange], packets.one(packet, copy));
  let held = 0;
  for (let one = exchanges.answer[exchange]; one !== NONE; one = packets.next[one]) held++;
  if (held >= balancers.bufferEvents[exchanges.balancer[exchange]]) passHeldBack(world, exchange);
}

/** What the balancer's buffer holds goes on to the client: it is full, or the stream has ended. */
function passHeldBack(world: World, exchange: number): void {
  const { exchanges, packets } = world;
  const held = exchanges.answer[exchange];
  exchanges.answer[exchange] = NONE;
  packets.drain(held, (packet, copy) => sendPacketBack(world, exchange, packet, copy));
}

/** An answer names its server in a cookie, if the policy has it so. */
function setCookie(world: World, exchange: number): void {
  const { exchanges, tries } = world;
  const server = tries.server[exchanges.current[exchange]];
  if (server !== NONE && policyOf(world, exchanges.balancer[exchange]).setsCookie)
    exchanges.setCookie[exchange] = server;
}

function askerNode(world: World, exchange: number): number {
  const { exchanges } = world;
  return exchanges.outer[exchange] === NONE ? exchanges.client[exchange] : balancerNode(world, exchange) - 1;
}

const behaviour = {
  actions: {
    route,
    noteFailure,
    noteSuccess,
    tryNext,
    tryAgain,
    accept,
    chooseWorker,
    enqueue: (world: World, exchange: number) => APART.acceptQueue.enqueue(world, exchange),
    dequeue: (world: World, exchange: number) => APART.acceptQueue.dequeue(world, exchange),
    letGo,
    turnAway: (world: World, exchange: number) => {
      recordTurnedAway(world, exchange, LimitKind.workerConnections);
      turnAway(world, exchange);
    },
    hold: busier,
    lineUp: (world: World, exchange: number) => APART.slots.lineUp(world, exchange),
    leaveLine: (world: World, exchange: number) => APART.slots.leaveLine(world, exchange),
    takeServer: (world: World, exchange: number, server: number) => {
      world.tries.server[world.exchanges.current[exchange]] = server;
    },
    release: idler,
    passAnswer: (world: World, exchange: number, status: number, error: number) => {
      const { exchanges } = world;
      const node = askedNode(world, exchange);
      if (error === SESSION_ID_UNKNOWN) endWith(world, exchange, refusalReason(world, exchange), node);
      else if (exchanges.outer[exchange] === NONE && status === 200 && error === -1)
        settleSession(world, exchange);
      setCookie(world, exchange);
      answerAsker(world, exchange, status, error, node);
    },
    passSwitch: (world: World, exchange: number) => {
      if (world.exchanges.outer[exchange] === NONE) settleSession(world, exchange);
      const { kind } = world.exchanges;
      const streams = isStream(world, exchange);
      setCookie(world, exchange);
      // HTTP/3 answers a CONNECT with 200, and so is an event stream.
      const status = streams || kind[exchange] === RequestKind.webtransport ? 200 : 101;
      recordResponse(world, exchange, status, askedNode(world, exchange), -1);
      const frame = streams ? FrameKind.streamOpen : frameOfSwitch(world, exchange);
      sendBack(world, exchange, frame, exchange, UpstreamEvent.SWITCHED, 0, 0);
    },
    /** nginx's own status for a client that closed before it was answered. */
    noteGivenUp: (world: World, exchange: number) => {
      // Behind another balancer it is that one that has gone, and why it has is told there.
      if (world.exchanges.outer[exchange] === NONE)
        recordResponse(world, exchange, 499, balancerNode(world, exchange), -1);
    },
    /** No server has taken the request, or can be asked. */
    giveUp: (world: World, exchange: number) =>
      answerInVain(world, exchange, world.balancers.inVain[balancerOf(world, exchange)]),
    /** A server has taken the request, and closed without an answer. */
    answerBadGateway: (world: World, exchange: number) => answerInVain(world, exchange, 502),
    answerGatewayTimeout: (world: World, exchange: number) => {
      dropBody(world, exchange);
      answerAsker(world, exchange, 504, -1, balancerNode(world, exchange));
    },
    passUp: (world: World, exchange: number, packet: number, subject: number) => {
      touch(world, exchange);
      sendOn(world, exchange, packet, subject);
    },
    passDown: (world: World, exchange: number, packet: number, subject: number) => {
      touch(world, exchange);
      if (world.balancers.bufferEvents[balancerOf(world, exchange)] > 0 && isStream(world, exchange))
        return holdBack(world, exchange, packet, subject);
      sendPacketBack(world, exchange, packet, subject);
    },
    passHeldBack,
    dropHeldBack: (world: World, exchange: number) => drop(world, exchange, FrameKind.httpOk, exchange),
    startTimers: (world: World, exchange: number) => {
      const { exchanges, queue } = world;
      exchanges.armedUs[exchange] = queue.nowUs;
      exchanges.openedUs[exchange] = queue.nowUs;
      // A try that was given up before says nothing of the WebSocket.
      exchanges.cause[exchange] = Cause.connectionClosed;
    },
    closeIdle: (world: World, exchange: number) => {
      recordIdle(world, exchange, Cause.idleClosed);
      const root = silenceOfTunnel(world, exchange, longestSilenceUs(world, exchange));
      endWith(world, exchange, EndReason.idleClosed, balancerNode(world, exchange), root);
    },
    closeOld: (world: World, exchange: number) => {
      noteClosed(world, exchange, Cause.lifetimeOver);
      endWith(world, exchange, EndReason.lifetimeOver, balancerNode(world, exchange));
    },
    /** It is off the balancer's table. Both ends believe it to be open. */
    forget: (world: World, exchange: number) => {
      recordIdle(world, exchange, Cause.connectionForgotten);
      const root = silenceOfTunnel(world, exchange, longestSilenceUs(world, exchange));
      endWith(world, exchange, EndReason.connectionForgotten, balancerNode(world, exchange), root);
    },
    /**
     * A session whose server was asked in vain does not outlive that: what it holds is this request, and no other
     * server knows it.
     */
    giveUpServer: (world: World, exchange: number) => {
      recordIdle(world, exchange, Cause.gatewayTimeout);
      const { exchanges, sessions } = world;
      const session = exchanges.session[exchange];
      const kind = exchanges.kind[exchange];
      const asksItsServer =
        kind === RequestKind.poll && sessions.server[session] === serverOf(world, exchange);
      if (!asksItsServer && mayTryNext(world, exchange)) return;
      const root = silenceOnTheWay(world, exchange, world.balancers.answerUs[balancerOf(world, exchange)]);
      endWith(world, exchange, EndReason.gatewayTimeout, balancerNode(world, exchange), root);
    },
    closeServer: closeTowardsServer,
    closeClient: (world: World, exchange: number) => {
      const { kind, cause } = world.exchanges;
      // Closed by its server when it was still on trial: its client may rely on it by now, and what it has written is lost here.
      if (kind[exchange] === RequestKind.upgrade && cause[exchange] === Cause.connectionClosed)
        endByTrial(world, exchange);
      closeTowardsAsker(world, exchange);
    },
    noteCrash: (world: World, exchange: number) =>
      closeHere(world, exchange, Cause.balancerCrashed, EndReason.balancerCrashed),
    noteReplaced: (world: World, exchange: number) =>
      closeHere(world, exchange, Cause.connectionClosed, EndReason.balancerReloaded),
    noteMarkedDown: (world: World, exchange: number) =>
      closeHere(world, exchange, Cause.connectionClosed, EndReason.markedDown),
    answerMarkedDown: (world: World, exchange: number) =>
      answerAsker(world, exchange, 502, -1, balancerNode(world, exchange)),
    noteDown: (world: World, exchange: number) =>
      closeHere(world, exchange, Cause.balancerCrashed, EndReason.balancerDown),
    dropUp: (world: World, exchange: number, packet: number, subject: number) => {
      endByTrial(world, exchange);
      drop(world, exchange, frameOfPacket(packet, true), subjectOf(world, packet, subject, exchange));
    },
    dropDown: (world: World, exchange: number, packet: number, subject: number) =>
      drop(world, exchange, frameOfPacket(packet, false), subjectOf(world, packet, subject, exchange)),
    dropBody,
    dropAnswer: (world: World, exchange: number) => drop(world, exchange, FrameKind.httpOk, exchange),
  },
  guards: {
    balancerIsDown: (world: World, exchange: number) =>
      world.isIn(balancerPart, world.exchanges.balancer[exchange], "down"),
    mustWait,
    isTurnedAway,
    serversAreLeft,
    mayTryNext,
    asksAgain,
    asksAgainNow,
    forgets: (world: World, exchange: number) => world.balancers.forgets[balancerOf(world, exchange)] === 1,
    isTooOld: (world: World, exchange: number) => ageLeftUs(world, exchange) <= 0,
    wasActive: (world: World, exchange: number) => silenceLeftUs(world, exchange) > 0,
  },
  delays: {
    acceptWait: (world: World, exchange: number) => APART.acceptQueue.acceptWaitUs(world, exchange),
    placeWait: (world: World, exchange: number) => world.balancers.placeUs[balancerOf(world, exchange)],
    turnAround: () => TURN_AROUND_US,
    answerTimeout: (world: World, exchange: number) => world.balancers.answerUs[balancerOf(world, exchange)],
    idleTimeout: (world: World, exchange: number) =>
      Math.min(silenceLeftUs(world, exchange), ageLeftUs(world, exchange)),
  },
} satisfies Behaviour<World>;

function balancerOf({ exchanges }: World, exchange: number): number {
  return exchanges.balancer[exchange];
}

/** How long a silence its balancer bears: an event stream is an answer that has not ended. µs. */
function longestSilenceUs({ exchanges, balancers }: World, exchange: number): number {
  const of = exchanges.kind[exchange] === RequestKind.events ? balancers.answerUs : balancers.silenceUs;
  return of[exchanges.balancer[exchange]];
}

/** Time left until a tunnel has been silent for too long. µs. */
function silenceLeftUs(world: World, exchange: number): number {
  return world.exchanges.armedUs[exchange] + longestSilenceUs(world, exchange) - world.queue.nowUs;
}

/** Time left until a tunnel is too old. µs. */
function ageLeftUs({ exchanges, balancers, queue }: World, exchange: number): number {
  return exchanges.openedUs[exchange] + balancers.lifetimeUs[exchanges.balancer[exchange]] - queue.nowUs;
}

/** A byte crossed the tunnel. */
function touch({ exchanges, balancers, queue }: World, exchange: number): void {
  const { armedUs } = exchanges;
  const { nowUs } = queue;
  if (nowUs - armedUs[exchange] >= balancers.lazyUs[exchanges.balancer[exchange]]) armedUs[exchange] = nowUs;
}

/** A frame met this exchange closed: what it carried is lost. */
function drop(world: World, exchange: number, frame: number, subject: number): void {
  dropCargo(world, frame, subject, whyClosed(world, exchange), balancerNode(world, exchange));
}

/** What the request carried is lost at the balancer, for the reason that its exchange closed. */
function dropBody(world: World, exchange: number): void {
  const { body } = world.exchanges;
  dropPackets(world, body[exchange], true, whyClosed(world, exchange), balancerNode(world, exchange));
  body[exchange] = NONE;
}

/** No server answers it: its balancer does, or closes, if it understands no HTTP. */
function answerInVain(world: World, exchange: number, status: number): void {
  const here = balancerNode(world, exchange);
  world.exchanges.cause[exchange] = Cause.noServerLeft;
  endWith(world, exchange, EndReason.badGateway, here);
  dropBody(world, exchange);
  if (world.balancers.inVain[balancerOf(world, exchange)] === 0) closeTowardsAsker(world, exchange);
  else answerAsker(world, exchange, status, -1, here);
}

/** No socket is left for it. */
function turnAway(world: World, exchange: number): void {
  closeHere(world, exchange, Cause.turnedAway, EndReason.turnedAway);
}

/** This balancer closes the exchange, and what it had of it is lost for `cause`. */
function closeHere(world: World, exchange: number, cause: number, reason: number): void {
  noteClosed(world, exchange, cause);
  endWith(world, exchange, reason, balancerNode(world, exchange));
  dropBody(world, exchange);
}

/** It is this balancer that closes the exchange. */
function noteClosed(world: World, exchange: number, cause: number): void {
  world.exchanges.cause[exchange] = cause;
  world.exchanges.closedAt[exchange] = balancerNode(world, exchange);
}

/** Nothing crossed the exchange for as long as its balancer bears, which gives it up for `cause`. */
function recordIdle(world: World, exchange: number, cause: number): void {
  noteClosed(world, exchange, cause);
  const { client, kind } = world.exchanges;
  const server = serverOf(world, exchange);
  const node = server === NONE ? NONE : world.nodes.first.server + server;
  const told = innermost(world, exchange);
  const by = balancerNode(world, exchange);
  world.record(RecordKind.idleClosed, told, client[exchange], kind[exchange], node, by);
}

export const exchangeMachine = machineOf(exchangePart, behaviour, {
  initial: "arriving",
  states: {
    arriving: {
      on: {
        REQUEST: [
          { guard: "balancerIsDown", target: "closed", actions: ["noteDown", "closeClient"] },
          { guard: "mustWait", target: "queued" },
          { guard: "isTurnedAway", target: "closed", actions: ["turnAway", "closeClient"] },
          { target: "waiting", actions: ["accept", "chooseWorker"] },
        ],
        ADOPT: { target: "tunnel", actions: "startTimers" },
        CLIENT_CLOSED: "closed",
      },
    },
    waiting: {
      entry: "route",
      exit: "release",
      on: {
        ANSWER: { target: "closed", actions: ["noteSuccess", "passAnswer"] },
        NOBODY: { target: "closed", actions: "giveUp" },
        NO_PLACE: "pending",
        SWITCH: { target: "tunnel", actions: ["startTimers", "passSwitch"] },
        REFUSED: [
          { guard: "serversAreLeft", target: "waiting", reenter: true, actions: ["noteFailure", "tryNext"] },
          { guard: "asksAgainNow", target: "waiting", reenter: true, actions: "tryAgain" },
          { guard: "asksAgain", target: "retrying", actions: "tryAgain" },
          { target: "closed", actions: ["noteFailure", "giveUp"] },
        ],
        SERVER_CLOSED: [
          { guard: "mayTryNext", target: "waiting", reenter: true, actions: ["noteFailure", "tryNext"] },
          { target: "closed", actions: ["noteFailure", "answerBadGateway"] },
        ],
        CLIENT_CLOSED: { target: "closed", actions: ["noteSuccess", "noteGivenUp", "closeServer"] },
        BALANCER_CRASHED: { target: "closed", actions: ["noteCrash", "closeServer", "closeClient"] },
        PROCESS_REPLACED: { target: "closed", actions: ["noteReplaced", "closeServer", "closeClient"] },
        MARKED_DOWN: { target: "closed", actions: ["noteMarkedDown", "closeServer", "answerMarkedDown"] },
      },
      after: {
        answerTimeout: [
          { guard: "forgets", target: "forgotten", actions: "forget" },
          {
            guard: "mayTryNext",
            target: "waiting",
            reenter: true,
            actions: ["giveUpServer", "closeServer", "dropAnswer", "noteFailure", "tryNext"],
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
      exit: ["release", "noteSuccess"],
      on: {
        UP: { actions: "passUp" },
        DOWN: { actions: "passDown" },
        CLIENT_CLOSED: { target: "closed", actions: ["dropHeldBack", "closeServer"] },
        SERVER_CLOSED: { target: "closed", actions: ["passHeldBack", "closeClient"] },
        BALANCER_CRASHED: {
          target: "closed",
          actions: ["noteCrash", "dropHeldBack", "closeServer", "closeClient"],
        },
        PROCESS_REPLACED: {
          target: "closed",
          actions: ["noteReplaced", "dropHeldBack", "closeServer", "closeClient"],
        },
        MARKED_DOWN: { target: "closed", actions: ["noteMarkedDown", "closeServer", "closeClient"] },
      },
      after: {
        idleTimeout: [
          {
            guard: "isTooOld",
            target: "closed",
            actions: ["closeOld", "passHeldBack", "closeServer", "closeClient"],
          },
          { guard: "wasActive", target: "tunnel", reenter: true },
          { guard: "forgets", target: "forgotten", actions: "forget" },
          { target: "closed", actions: ["closeIdle", "passHeldBack", "closeServer", "closeClient"] },
        ],
      },
    },
    closed: {
      entry: "letGo",
      on: {
        UP: { actions: "dropUp" },
        DOWN: { actions: "dropDown" },
        ANSWER: { actions: "dropAnswer" },
        SWITCH: { actions: "closeServer" },
        REFUSED: { actions: "dropBody" },
        SERVER_CLOSED: { actions: "dropBody" },
      },
    },
    /** The ends that close are not heard, and those that write are reset. */
    forgotten: {
      entry: "letGo",
      on: {
        UP: { actions: ["dropUp", "closeClient"] },
        DOWN: { actions: ["dropDown", "closeServer"] },
        ANSWER: { actions: ["dropAnswer", "closeServer"] },
        SWITCH: { actions: "closeServer" },
        REFUSED: { actions: "dropBody" },
      },
    },
    /** The balancer accepts nothing at the moment. */
    queued: {
      entry: "enqueue",
      exit: "dequeue",
      on: {
        CLIENT_CLOSED: { target: "closed", actions: "dropBody" },
        BALANCER_CRASHED: { target: "closed", actions: ["noteCrash", "closeClient"] },
      },
      after: {
        acceptWait: [
          { guard: "mustWait", target: "queued", reenter: true },
          { target: "waiting", actions: ["accept", "chooseWorker"] },
        ],
      },
    },
    /** A server has refused; the next try begins in a moment. */
    retrying: {
      on: {
        CLIENT_CLOSED: { target: "closed", actions: ["noteGivenUp", "dropBody"] },
        BALANCER_CRASHED: { target: "closed", actions: ["noteCrash", "closeClient"] },
        PROCESS_REPLACED: { target: "closed", actions: ["noteReplaced", "closeClient"] },
      },
      after: { turnAround: "waiting" },
    },
    /** Where it may go, all places are taken. */
    pending: {
      entry: ["hold", "lineUp"],
      exit: ["release", "leaveLine"],
      on: {
        LET_IN: { target: "waiting", actions: "takeServer" },
        CLIENT_CLOSED: { target: "closed", actions: ["noteGivenUp", "dropBody"] },
        BALANCER_CRASHED: { target: "closed", actions: ["noteCrash", "closeClient"] },
        PROCESS_REPLACED: { target: "closed", actions: ["noteReplaced", "closeClient"] },
      },
      after: { placeWait: { target: "closed", actions: "giveUp" } },
    },
  },
});
