/**
 * What a balancer knows of those that it can ask, and whom it may ask next. Passive health checks: one failure takes
 * a server out for a while (nginx max_fails=1). FACTS §3.
 */

import { NONE } from "../network/packets.ts";
import { RequestKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { isLast } from "./balancers.ts";
import { upstreamPart } from "./upstream.part.ts";

/** The row of {@link Upstreams} of whom an exchange's current try asks, −1 none. */
function upstreamOf({ exchanges, tries }: World, exchange: number): number {
  const current = exchanges.current[exchange];
  const balancer = exchanges.balancer[exchange];
  // All balancers but the last have one row.
  if (tries.server[current] !== NONE) return balancer + tries.server[current];
  return tries.inner[current] === NONE ? NONE : balancer;
}

/** The exchange begins to be served. */
export function busier(world: World, exchange: number): void {
  world.upstreams.active[upstreamOf(world, exchange)]++;
}

/** The exchange is served no more. */
export function idler(world: World, exchange: number): void {
  const upstream = upstreamOf(world, exchange);
  if (upstream !== NONE) world.upstreams.active[upstream]--;
}

export function noteFailure(world: World, exchange: number): void {
  const failedUntilUs =
    world.queue.nowUs + ofBalancer(world, upstreamPart, world.exchanges.balancer[exchange]).failTimeoutUs;
  world.upstreams.failedUntilUs[upstreamOf(world, exchange)] = failedUntilUs;
}

/** The current try was in vain: the next begins. */
export function tryNext({ exchanges, tries }: World, exchange: number): void {
  const next = tries.add();
  tries.exchange[next] = exchange;
  tries.isOver[exchanges.current[exchange]] = 1;
  tries.before[next] = exchanges.current[exchange];
  exchanges.current[exchange] = next;
}

/** A request is tried once on each server at most. */
export function serversAreLeft(world: World, exchange: number): boolean {
  const { exchanges, tries, nodes } = world;
  let left = isLast(world, exchanges.balancer[exchange]) ? nodes.count.server : 1;
  for (let row = exchanges.current[exchange]; row !== NONE; row = tries.before[row]) left--;
  return left > 0;
}

/** Whether another server may be asked for the same. Not with a POST: it may have had its effect. */
export function mayTryNext(world: World, exchange: number): boolean {
  return world.exchanges.kind[exchange] !== RequestKind.post && serversAreLeft(world, exchange);
}
