/**
 * A balancer's end of its connection to a server, or to the next balancer. What arrives for a try that the balancer
 * has given up goes no further. No copy is in it: copies come over WebSockets and as answers to polls, and neither
 * goes on to another server once its own has it.
 */

import { APART } from "../apart.ts";
import { NONE } from "../network/packets.ts";
import { type Handler, NOWHERE } from "../world/handler.ts";
import { EVENT_MASK } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { balancerNode } from "./balancers.ts";
import { isOver } from "./closing.ts";
import { ExchangeEvent } from "./exchange.part.ts";
import { disconnect } from "./limits.ts";
import { list } from "./listing.ts";
import { UpstreamEvent, upstreamPart } from "./upstream.part.ts";

/** Something arrived for a try; `code` is one of UpstreamEvent. */
function upstreamEvent(world: World, code: number, tried: number, x: number, y: number): void {
  const { tries } = world;
  if (code === UpstreamEvent.PORT_FREE) return APART.ports.freePort(world, tried);
  if (code === UpstreamEvent.LISTED || code === UpstreamEvent.UNLISTED)
    return list(world, tried, code === UpstreamEvent.LISTED);
  const isOver = tries.isOver[tried] === 1;
  // Packets bring nothing but themselves.
  if (code < UpstreamEvent.ANSWERED) {
    if (!isOver) world.send(ExchangeEvent.DOWN, x, code & EVENT_MASK, y);
    return;
  }
  const exchange = tries.exchange[tried];
  if (tries.inner[tried] !== NONE) bring(world, code, exchange, tries.inner[tried]);
  if (isOver) return;
  switch (code) {
    case UpstreamEvent.ANSWERED:
      return world.send(ExchangeEvent.ANSWER, exchange, x, y);
    case UpstreamEvent.SWITCHED:
      return world.send(ExchangeEvent.SWITCH, exchange, 0, 0);
    case UpstreamEvent.CLOSED:
      disconnect(world, exchange, false);
      return world.send(ExchangeEvent.SERVER_CLOSED, exchange, 0, 0);
    case UpstreamEvent.REFUSED:
      disconnect(world, exchange, false);
      return world.send(ExchangeEvent.REFUSED, exchange, 0, 0);
  }
}

/** Copies what the next balancer's exchange knows to the one here. If that is closed, it hears no more, and an answer is dropped. */
function bring(world: World, code: number, exchange: number, inner: number): void {
  const { exchanges } = world;
  if (code === UpstreamEvent.ANSWERED) {
    // Closed or not: what becomes of the answer here, its machine says.
    exchanges.answer[exchange] = exchanges.answer[inner];
    exchanges.answer[inner] = NONE;
  }
  if (isOver(world, exchange)) return;
  if (code === UpstreamEvent.CLOSED) {
    exchanges.cause[exchange] = exchanges.cause[inner];
    exchanges.closedAt[exchange] = exchanges.closedAt[inner];
  } else {
    exchanges.session[exchange] = exchanges.session[inner];
    exchanges.setCookie[exchange] = exchanges.setCookie[inner];
  }
}

class Upstream implements Handler<typeof upstreamPart> {
  readonly part = upstreamPart;

  handle(world: World, code: number, entity: number, x: number, y: number): void {
    upstreamEvent(world, code, entity, x, y);
  }

  nodeOf(world: World, code: number, entity: number): number {
    const isOfTry =
      code !== UpstreamEvent.PORT_FREE && code !== UpstreamEvent.LISTED && code !== UpstreamEvent.UNLISTED;
    return isOfTry ? balancerNode(world, world.tries.exchange[entity]) : NOWHERE;
  }
}

export const upstream = new Upstream();
