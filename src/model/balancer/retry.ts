/**
 * What HAProxy does when a server refuses a connection (back_handle_st_cer, stream_choose_redispatch in src/backend.c). FACTS §3;
 * ground-truth 18-haproxy-dead-target:
 *
 * - It connects `retries` times more, to the same server, each time after a second.
 * - With `redispatch` the last of these goes to another server, and any that follows when health checks have found the server gone;
 *   at once, if two servers or more are up, else after the second.
 * - Where no cookie names the server and any is as good, the first goes to another at once.
 *
 * Leaves out: `redispatch` with a number; `retry-on`, which sends again what a server had taken; a `timeout connect` below a
 * second, which is waited for instead.
 */
import { NONE } from "../network/packets.ts";
import type { World } from "../world/world.ts";
import { isLast, policyOf } from "./balancers.ts";
import { countUp } from "./policies/policy.ts";
import { triesOf, tryNext } from "./upstreams.ts";

/** HAProxy's turn-around delay. µs. */
export const TURN_AROUND_US = 1_000_000;

/** Whether the server that has refused is asked again, or another in its place. */
export function asksAgain(world: World, exchange: number): boolean {
  const { exchanges, balancers } = world;
  const balancer = exchanges.balancer[exchange];
  if (balancers.asksAgain[balancer] === 0 || !isLast(world, balancer)) return false;
  return triesOf(world, exchange) <= balancers.retries[balancer];
}

/** Whether that happens at once. */
export function asksAgainNow(world: World, exchange: number): boolean {
  return asksAgain(world, exchange) && redispatches(world, exchange) && countUp(world) > 1;
}

/** The next try begins, with the same server unless it may be another. */
export function tryAgain(world: World, exchange: number): void {
  const { exchanges, tries } = world;
  const server = redispatches(world, exchange) ? NONE : tries.server[exchanges.current[exchange]];
  tryNext(world, exchange);
  tries.server[exchanges.current[exchange]] = server;
}

function redispatches(world: World, exchange: number): boolean {
  const { exchanges, balancers, tries, upstreams } = world;
  const balancer = exchanges.balancer[exchange];
  if (balancers.redispatches[balancer] === 0) return false;
  const server = tries.server[exchanges.current[exchange]];
  if (upstreams.isMarkedDown[server] === 1 || triesOf(world, exchange) === balancers.retries[balancer])
    return true;
  const isNamed = exchanges.cookie[exchange] === server;
  const policy = policyOf(world, balancer);
  return policy.takesAny === true && !(policy.setsCookie === true && isNamed) && countUp(world) > 1;
}
