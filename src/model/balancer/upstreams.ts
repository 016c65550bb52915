/**
 * What the last balancer knows of the servers, and whom it may ask next.
 *
 * nginx learns of servers by requests alone (ngx_http_upstream_round_robin.c; FACTS §3): a server that has failed `maxFails` times
 * is left out for `failTimeoutMs`. Then one request goes to it, and until that is over, it is left out for as long again;
 * what ends well forgives it all. A WebSocket is over when it closes, so that it keeps others away for a while.
 *
 * Leaves out: nginx's clock, which counts whole seconds.
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
  const { exchanges, tries, upstreams, queue, balancers } = world;
  const server = tries.server[exchanges.current[exchange]];
  const balancer = exchanges.balancer[exchange];
  if (server === NONE || balancers.maxFails[balancer] === 0) return;
  upstreams.fails[server] = Math.min(upstreams.fails[server] + 1, balancers.maxFails[balancer]);
  upstreams.isOnTrial[server] = 0;
  upstreams.failedUntilUs[server] = queue.nowUs + failTimeoutUs(world, balancer);
}

/** The current try's server is done with what it was asked, and has not failed. */
export function noteSuccess({ exchanges, tries, upstreams }: World, exchange: number): void {
  const server = tries.server[exchanges.current[exchange]];
  if (server === NONE || upstreams.isOnTrial[server] === 0) return;
  upstreams.fails[server] = 0;
  upstreams.isOnTrial[server] = 0;
}

/** A server is asked that has failed a while ago. */
export function noteTrial(world: World, exchange: number, server: number): void {
  const { exchanges, upstreams, queue } = world;
  if (upstreams.fails[server] === 0 || upstreams.failedUntilUs[server] > queue.nowUs) return;
  upstreams.isOnTrial[server] = 1;
  upstreams.failedUntilUs[server] = queue.nowUs + failTimeoutUs(world, exchanges.balancer[exchange]);
}

/** The balancer starts anew: to it, every server is there. */
export function forgetServer({ upstreams }: World, server: number): void {
  upstreams.fails[server] = 0;
  upstreams.isOnTrial[server] = 0;
  upstreams.isMarkedDown[server] = 0;
}

function failTimeoutUs(world: World, balancer: number): number {
  return ofBalancer(world, upstreamPart, balancer).failTimeoutUs;
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

/** Whether another server is asked when one does not take a request: each once at most. */
export function serversAreLeft(world: World, exchange: number): boolean {
  const { exchanges, balancers, nodes } = world;
  const balancer = exchanges.balancer[exchange];
  if (balancers.asksOther[balancer] === 0) return false;
  return triesOf(world, exchange) < (isLast(world, balancer) ? nodes.count.server : 1);
}

/** How often a request has been tried, the current try counted. */
export function triesOf({ exchanges, tries }: World, exchange: number): number {
  let count = 0;
  for (let row = exchanges.current[exchange]; row !== NONE; row = tries.before[row]) count++;
  return count;
}

/** Whether another server may be asked for the same. Not with a POST: it may have had its effect. */
export function mayTryNext(world: World, exchange: number): boolean {
  return world.exchanges.kind[exchange] !== RequestKind.post && serversAreLeft(world, exchange);
}
