import { NONE } from "../../network/packets.ts";
import type { World } from "../../world/world.ts";
import { isFull, isListed, isSingle, peerOf } from "../listed.ts";

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
  /** Whether servers can be `backup`: nginx knows none where it hashes or draws. */
  readonly knowsBackups?: true;
}

/** Whether the balancer may send this request to this server: one that stands by only where all others can't be asked. */
export function isAvailable(world: World, exchange: number, server: number): boolean {
  if (!isUsable(world, exchange, server) || isPassedBy(world, exchange, server)) return false;
  return world.upstreams.isBackup[server] === 0 || !hasOthers(world, exchange);
}

/** Whether a server is full, and another is as good. Who is bound to it by a hash waits for it (slots.ts). */
function isPassedBy(world: World, exchange: number, server: number): boolean {
  return isFull(world, server) && world.balancers.avoids[world.exchanges.balancer[exchange]] === 1;
}

/** Whether any server can be asked that does not stand by. HAProxy goes by its marks alone. */
function hasOthers(world: World, exchange: number): boolean {
  const { upstreams, nodes, balancers, exchanges } = world;
  const byMarks = balancers.asksAgain[exchanges.balancer[exchange]] === 1;
  for (let server = 0; server < nodes.count.server; server++) {
    if (upstreams.isBackup[server] === 1) continue;
    if (byMarks ? isUp(world, server) : isUsable(world, exchange, server)) return true;
  }
  return false;
}

/** Whether a server is in the balancer's list, and health checks have not found it gone. */
function isUp(world: World, server: number): boolean {
  return isListed(world, server) && world.upstreams.isMarkedDown[server] === 0;
}

/**
 * Whether this server can take this request, be it one that stands by: not if it is not in the balancer's list, or `down` there, not if its health checks have found it gone, not if it is
 * left out because it has failed (upstreams.ts), and not if this request was sent to it in vain. nginx asks none twice
 * (ngx_http_upstream_round_robin.c, `rrp->tried`), HAProxy not the same again, if there is another and no hash decides
 * (`srvtoavoid`). A server that is alone is asked all the same, but not if it is marked down. FACTS §3.
 */
export function isUsable(world: World, exchange: number, server: number): boolean {
  const { upstreams, peers, queue, nodes, balancers, exchanges } = world;
  if (!isListed(world, server)) return false;
  const balancer = exchanges.balancer[exchange];
  if (upstreams.isMarkedDown[server] === 1 && !failsOpen(world, balancer)) return false;
  if (nodes.count.server === 1 || isSingle(world)) return true;
  if (balancers.asksAgain[balancer] === 1)
    return balancers.avoids[balancer] === 0 || !isAvoided(world, exchange, server);
  const peer = peerOf(world, exchange, server);
  const isOut = peers.fails[peer] >= balancers.maxFails[balancer] && peers.failedUntilUs[peer] > queue.nowUs;
  return !isOut && !wasTried(world, exchange, server);
}

/** How many servers health checks have not found gone, without those that stand by. */
export function countUp(world: World): number {
  const { upstreams, nodes } = world;
  let up = 0;
  for (let server = 0; server < nodes.count.server; server++)
    if (upstreams.isBackup[server] === 0 && isUp(world, server)) up++;
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
