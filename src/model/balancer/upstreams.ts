/**
 * What the last balancer knows of the servers, and whom it may ask next.
 *
 * nginx learns of servers by requests alone (ngx_http_upstream_round_robin.c; FACTS §3): a server that has failed `maxFails` times
 * is left out for `failTimeoutMs`. Then one request goes to it, and until that is over, it is left out for as long again;
 * what ends well forgives it all. A WebSocket is over when it closes, so that it keeps others away for a while.
 *
 * Each of its workers learns by itself, and has turns and counts of its own, as nginx without a `zone`: whose connection it is, the
 * kernel decides; here each worker is as likely as the next.
 *
 * What the old process of a reload learns, the new one does not hear.
 *
 * Leaves out: nginx's clock, which counts whole seconds; that the newest to wait is the likeliest to be woken; max_conns; slow_start.
 */

import { NONE } from "../network/packets.ts";
import { Purpose } from "../trace/purposes.ts";
import { RequestKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { isLast } from "./balancers.ts";
import { disconnect } from "./limits.ts";
import { countListed, peerOf } from "./listed.ts";
import { goByWeights } from "./policies/turn.ts";
import { upstreamPart } from "./upstream.part.ts";

/** A worker takes the connection. */
export function chooseWorker(world: World, exchange: number): void {
  const { balancers, exchanges, choices } = world;
  const balancer = exchanges.balancer[exchange];
  const workers = balancers.workers[balancer];
  if (workers > 1 && isLast(world, balancer))
    exchanges.worker[exchange] = choices.draw(Purpose.worker, workers);
}

/** The exchange begins to be served by the server that its current try asks. */
export function busier(world: World, exchange: number): void {
  const { exchanges, tries, peers } = world;
  const server = tries.server[exchanges.current[exchange]];
  if (server !== NONE && exchanges.isOld[exchange] === 0) peers.active[peerOf(world, exchange, server)]++;
}

/** The exchange is served no more. */
export function idler(world: World, exchange: number): void {
  const { exchanges, tries, peers } = world;
  const server = tries.server[exchanges.current[exchange]];
  if (server !== NONE && exchanges.isOld[exchange] === 0) peers.active[peerOf(world, exchange, server)]--;
}

/** A server did not take a request, or not in time. A balancer that has the next one only has nobody to leave out. */
export function noteFailure(world: World, exchange: number): void {
  const { exchanges, tries, upstreams, peers, queue, balancers } = world;
  const server = tries.server[exchanges.current[exchange]];
  const balancer = exchanges.balancer[exchange];
  const maxFails = balancers.maxFails[balancer];
  if (server === NONE || maxFails === 0 || exchanges.isOld[exchange] === 1) return;
  const peer = peerOf(world, exchange, server);
  goByWeights(world, exchanges.worker[exchange]);
  peers.fails[peer] = Math.min(peers.fails[peer] + 1, maxFails);
  peers.isOnTrial[peer] = 0;
  peers.failedUntilUs[peer] = queue.nowUs + failTimeoutUs(world, balancer);
  const share = Math.floor(upstreams.weight[server] / maxFails);
  peers.effectiveWeight[peer] = Math.max(peers.effectiveWeight[peer] - share, 0);
}

/** The current try's server is done with what it was asked, and has not failed. */
export function noteSuccess(world: World, exchange: number): void {
  const { exchanges, tries, peers } = world;
  const server = tries.server[exchanges.current[exchange]];
  if (server === NONE || exchanges.isOld[exchange] === 1) return;
  const peer = peerOf(world, exchange, server);
  if (peers.isOnTrial[peer] === 0) return;
  peers.fails[peer] = 0;
  peers.isOnTrial[peer] = 0;
}

/** A server is asked that has failed a while ago. */
export function noteTrial(world: World, exchange: number, server: number): void {
  const { exchanges, peers, queue } = world;
  const peer = peerOf(world, exchange, server);
  if (peers.fails[peer] === 0 || peers.failedUntilUs[peer] > queue.nowUs || exchanges.isOld[exchange] === 1)
    return;
  peers.isOnTrial[peer] = 1;
  peers.failedUntilUs[peer] = queue.nowUs + failTimeoutUs(world, exchanges.balancer[exchange]);
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
  const { exchanges, balancers } = world;
  const balancer = exchanges.balancer[exchange];
  if (balancers.asksOther[balancer] === 0) return false;
  return triesOf(world, exchange) < (isLast(world, balancer) ? countListed(world) : 1);
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
