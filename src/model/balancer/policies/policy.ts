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
  /** Whether any server is as good as another, so that the next is taken at once where one refuses (retry.ts). */
  readonly takesAny?: true;
  /** Whether what the request says decides alone, so that it names who has just refused once more. */
  readonly hashes?: true;
}

/**
 * Whether the balancer may send this request to this server: not if its health checks have found it gone, not if it is
 * left out because it has failed (upstreams.ts), and not if this request was sent to it in vain. nginx asks none twice
 * (ngx_http_upstream_round_robin.c, `rrp->tried`), HAProxy not the same again, if there is another and no hash decides
 * (`srvtoavoid`). A server that is alone is asked all the same, but not if it is marked down. FACTS §3.
 */
export function isAvailable(world: World, exchange: number, server: number): boolean {
  const { upstreams, queue, nodes, balancers, exchanges } = world;
  const balancer = exchanges.balancer[exchange];
  if (upstreams.isMarkedDown[server] === 1 && !failsOpen(world, balancer)) return false;
  if (nodes.count.server === 1) return true;
  if (balancers.asksAgain[balancer] === 1)
    return balancers.avoids[balancer] === 0 || !isAvoided(world, exchange, server);
  const isOut =
    upstreams.fails[server] >= balancers.maxFails[balancer] && upstreams.failedUntilUs[server] > queue.nowUs;
  return !isOut && !wasTried(world, exchange, server);
}

/** How many servers health checks have not found gone. */
export function countUp({ upstreams, nodes }: World): number {
  let up = 0;
  for (let server = 0; server < nodes.count.server; server++) if (upstreams.isMarkedDown[server] === 0) up++;
  return up;
}

function failsOpen(world: World, balancer: number): boolean {
  return world.balancers.failsOpen[balancer] === 1 && countUp(world) === 0;
}

/** Whether a server has just refused this request, and another can be asked. */
function isAvoided(world: World, exchange: number, server: number): boolean {
  const { exchanges, tries } = world;
  const before = tries.before[exchanges.current[exchange]];
  return before !== NONE && tries.server[before] === server && countUp(world) > 1;
}

function wasTried({ exchanges, tries }: World, exchange: number, server: number): boolean {
  for (let row = tries.before[exchanges.current[exchange]]; row !== NONE; row = tries.before[row])
    if (tries.server[row] === server) return true;
  return false;
}
