import { NONE } from "../../network/packets.ts";
import type { World } from "../../world/world.ts";

/** How a balancer chooses a server. */
export interface Policy {
  /**
   * Which server gets this exchange's request. Called once for each request that reaches the balancer, and again when
   * the chosen server refused the connection or did not answer. It must not choose a server for which {@link
   * isAvailable} is false, and returns −1 if there is none.
   */
  readonly route: (world: World, exchange: number) => number;
  /** Whether its answers set a cookie that names the server. */
  readonly setsCookie?: true;
}

/**
 * Whether the balancer may send this request to this server. One that refused a connection is left out for
 * `failTimeoutUs` (nginx max_fails=1, fail_timeout=10s), and one that this request was sent to in vain is not tried
 * again with it, whatever the time (ngx_http_upstream_round_robin.c, `rrp->tried`); a server that is alone is never
 * left out. FACTS §3.
 */
export function isAvailable(world: World, exchange: number, server: number): boolean {
  if (world.nodes.count.server === 1) return true;
  const { failedUntilUs } = world.upstreams;
  return failedUntilUs[server] <= world.queue.nowUs && !wasTried(world, exchange, server);
}

function wasTried({ exchanges, tries }: World, exchange: number, server: number): boolean {
  for (let row = tries.before[exchanges.current[exchange]]; row !== NONE; row = tries.before[row])
    if (tries.server[row] === server) return true;
  return false;
}
