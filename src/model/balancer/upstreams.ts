/**
 * What the last balancer knows of the servers, and whom a balancer may ask next. Passive health checks: one failure takes
 * a server out for a while (nginx max_fails=1). FACTS §3.
 */

import { NONE } from "../network/packets.ts";
import { RequestKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { isLast } from "./balancers.ts";
import { disconnect } from "./limits.ts";
import { upstreamPart } from "./upstream.part.ts";

/** The exchange begins to be served by the server that its current try asks. */
export function busier({ exchanges, tries, upstreams }: World, exchange: number): void {
  const server = tries.server[exchanges.current[exchange]];
  if (server !== NONE) upstreams.active[server]++;
}

/** The exchange is served no more. */
export function idler({ exchanges, tries, upstreams }: World, exchange: number): void {
  const server = tries.server[exchanges.current[exchange]];
  if (server !== NONE) upstreams.active[server]--;
}

/** A server did not take a request, or not in time. A balancer that has the next one only has nobody to leave out. */
export function noteFailure(world: World, exchange: number): void {
  const { exchanges, tries, upstreams, queue } = world;
  const server = tries.server[exchanges.current[exchange]];
  if (server === NONE) return;
  const { failTimeoutUs } = ofBalancer(world, upstreamPart, exchanges.balancer[exchange]);
  upstreams.failedUntilUs[server] = queue.nowUs + failTimeoutUs;
}

/** The current try was in vain: the next begins. */
export function tryNext(world: World, exchange: number): void {
  const { exchanges, tries } = world;
  disconnect(world, exchange, true);
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
