import { NONE } from "../packets.ts";
import type { World } from "../world.ts";

/**
 * A balancing policy: which server gets this exchange's request. Called once for each request that reaches the
 * balancer, and again when the chosen server refused the connection or did not answer. It must not choose a server for
 * which {@link isAvailable} is false, and returns −1 if there is none.
 */
export type Policy = (world: World, exchange: number) => number;

/**
 * Whether the balancer may send this request to this server. One that refused a connection is left out for `failTimeoutUs`
 * (nginx max_fails=1, fail_timeout=10s), and one that this request was sent to in vain is not tried again with it, whatever the time
 * (ngx_http_upstream_round_robin.c, `rrp->tried`); a server that is alone is never left out. FACTS §3.
 */
export function isAvailable(world: World, exchange: number, server: number): boolean {
  if (world.serverCount === 1) return true;
  return world.upstreams.failedUntilUs[server] <= world.queue.nowUs && !wasTried(world, exchange, server);
}

function wasTried({ exchanges, tries }: World, exchange: number, server: number): boolean {
  for (let row = exchanges.tried[exchange]; row !== NONE; row = tries.before[row])
    if (tries.server[row] === server) return true;
  return false;
}
