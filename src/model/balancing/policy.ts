import type { World } from "../world.ts";

/**
 * A balancing policy: which server gets this exchange's request. Called once for each request that reaches the
 * balancer, and again when the chosen server refused the connection. It must not choose a server for
 * which {@link isAvailable} is false, and returns −1 if there is none.
 */
export type Policy = (world: World, exchange: number) => number;

/**
 * Whether the balancer may send to this server. One that refused a connection is left out for `failTimeoutUs`
 * (nginx max_fails=1, fail_timeout=10s); a server that is alone is never left out. FACTS §3.
 */
export function isAvailable(world: World, server: number): boolean {
  return world.serverCount === 1 || world.upstreams.failedUntilUs[server] <= world.queue.nowUs;
}
