/** What it means for a connection that one of its exchanges closes, and why what meets the closed exchange is lost. */
import { connectionPart } from "../client/connection.part.ts";
import { endConnection, whyOf } from "../fate/ends.ts";
import { silenceBetween, throttleOf } from "../fate/silence.ts";
import { NONE } from "../network/packets.ts";
import { sessionPart } from "../server/session.part.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason, type EndReasonIndex } from "../trace/end-reasons.ts";
import { isTunnel, RequestKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { balancerNode, policyOf } from "./balancers.ts";
import { exchangePart } from "./exchange.part.ts";

/** The server that a request is at, by way of however many balancers, −1: it is at none yet, or none is left. */
export function serverOf(world: World, exchange: number): number {
  const { exchanges, tries } = world;
  return tries.server[exchanges.current[innermost(world, exchange)]];
}

/** The exchange at the first balancer: the one that its client knows. */
function outermost({ exchanges, tries }: World, exchange: number): number {
  let outer = exchange;
  while (exchanges.outer[outer] !== NONE) outer = tries.exchange[exchanges.outer[outer]];
  return outer;
}

/** Why a copy is lost that meets this exchange closed. */
export function whyClosed(world: World, exchange: number): number {
  const { exchanges } = world;
  return whyOf(world, exchanges.connection[exchange], exchanges.cause[exchange]);
}

/**
 * The connection that this exchange is part of ends with it, unless it is a WebSocket on trial, which its client can
 * do without. If the client comes to rely on it before it hears of the close, see {@link endByTrial}.
 */
export function endWith(world: World, exchange: number, reason: number, place: number, root = NONE): void {
  const { exchanges, clients } = world;
  const client = exchanges.client[exchange];
  if (exchanges.kind[exchange] === RequestKind.upgrade) {
    if (clients.socket[client] !== outermost(world, exchange)) return;
    const relies =
      world.isIn(connectionPart, client, "open.websocket") ||
      world.isIn(connectionPart, client, "open.polling.pausing");
    if (!relies) return;
  }
  endConnection(world, exchanges.connection[exchange], reason, place, root);
}

/** A client relies on this WebSocket, which was closed when it was still on trial: that ends the connection, if nothing has. */
export function endByTrial(world: World, exchange: number): void {
  const { exchanges, nodes } = world;
  switch (exchanges.cause[exchange]) {
    case Cause.idleClosed:
      return endWith(world, exchange, EndReason.idleClosed, exchanges.closedAt[exchange]);
    case Cause.connectionForgotten: {
      const byNat = world.streams.forgotten[exchanges.stream[exchange]];
      const reason = byNat === NONE ? EndReason.connectionForgotten : EndReason.resetOnTheWay;
      return endWith(world, exchange, reason, exchanges.closedAt[exchange], byNat);
    }
    case Cause.lifetimeOver:
      return endWith(world, exchange, EndReason.lifetimeOver, exchanges.closedAt[exchange]);
    case Cause.balancerCrashed:
      return endWith(world, exchange, EndReason.balancerCrashed, exchanges.closedAt[exchange]);
    case Cause.tcpTimedOut:
      return endWith(world, exchange, EndReason.tcpTimedOut, exchanges.closedAt[exchange]);
    default: {
      // By itself a balancer closes it for no other reason.
      if (exchanges.closedAt[exchange] !== NONE) {
        const reason = wasMarkedDown(world, exchange) ? EndReason.markedDown : EndReason.balancerReloaded;
        return endWith(world, exchange, reason, exchanges.closedAt[exchange]);
      }
      // Its server waited too long for the upgrade.
      const place = nodes.first.server + serverOf(world, exchange);
      return endWith(world, exchange, EndReason.upgradeTimeout, place);
    }
  }
}

/** Of what a balancer closed for a reload or a mark: whether it was the latter, which the last balancer makes, and not its old process. */
function wasMarkedDown(world: World, exchange: number): boolean {
  const inner = innermost(world, exchange);
  return (
    world.exchanges.closedAt[exchange] === balancerNode(world, inner) && world.exchanges.isOld[inner] === 0
  );
}

/** Whether nothing more passes through an exchange, be it closed or forgotten. */
export function isOver(world: World, exchange: number): boolean {
  return world.isIn(exchangePart, exchange, "closed") || world.isIn(exchangePart, exchange, "forgotten");
}

/** The exchange at the last balancer that the request has reached. */
export function innermost({ exchanges, tries }: World, exchange: number): number {
  let inner = exchange;
  while (tries.inner[exchanges.current[inner]] !== NONE) inner = tries.inner[exchanges.current[inner]];
  return inner;
}

/** The client will learn of the session that was created for it: from now on it is its connection's. */
export function settleSession(world: World, exchange: number): void {
  const { exchanges, connections, sessions, nodes } = world;
  const kind = exchanges.kind[exchange];
  if (kind !== RequestKind.handshake && kind !== RequestKind.events && !isTunnel(kind)) return;
  const session = exchanges.session[exchange];
  const connection = exchanges.connection[exchange];
  connections.session[connection] = session;
  if (!world.isIn(sessionPart, session, "closed")) return;
  const place = nodes.first.server + sessions.server[session];
  endConnection(world, connection, sessions.unheardEnd[session], place, NONE);
}

/** The reason of a refusal with «Session ID unknown»: where cookies decide and the client returned none, that. */
export function refusalReason(world: World, exchange: number): EndReasonIndex {
  const isBlind =
    policyOf(world, world.exchanges.balancer[exchange]).setsCookie === true &&
    world.exchanges.cookie[exchange] === NONE;
  return isBlind ? EndReason.cookieMissing : EndReason.sessionUnknown;
}

/** For silence of this long: what on the way between client and server explains it, −1 none. */
export function silenceOnTheWay(world: World, exchange: number, silentUs: number): number {
  const sinceUs = world.queue.nowUs - silentUs;
  const server = serverOf(world, exchange);
  return silenceBetween(world, world.exchanges.client[exchange], server, exchange, sinceUs);
}

/** For silence of this long on a WebSocket: what explains it; a client whose pings come late is an explanation, too. −1 none. */
export function silenceOfTunnel(world: World, exchange: number, silentUs: number): number {
  const root = silenceOnTheWay(world, exchange, silentUs);
  return root === NONE ? throttleOf(world, world.exchanges.client[exchange], silentUs) : root;
}
