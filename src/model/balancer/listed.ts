/**
 * The last balancer's list of servers: each has a weight, stands by (`backup`) or is out of service (`down`), and can be put on the list
 * later (`addedMs`) and taken off it (`removedMs`), as by a reload that lets connections live on. Or the list follows the servers, and lags behind them (listing.ts). What is
 * open to a server that is taken off goes on. And what a worker of its knows of each, in rows of its own. FACTS §3, §13.1.
 *
 * Leaves out: that a reload begins turns, counts and failures anew.
 */
import type { World } from "../world/world.ts";

/** What the worker that has this exchange knows of a server: a row of peers. */
export function peerOf({ exchanges, nodes }: World, exchange: number, server: number): number {
  return exchanges.worker[exchange] * nodes.count.server + server;
}

/** Whether new requests may go to a server at all. */
export function isListed(world: World, server: number): boolean {
  return world.upstreams.isDown[server] === 0 && hasPlace(world, server);
}

/** Whether a server counts where places are dealt out by weight: one that is `down` does, which keeps those of others. */
export function hasPlace({ upstreams }: World, server: number): boolean {
  return upstreams.isListed[server] === 1;
}

/** Whether the balancer that has the servers lets only so many be at one at a time. */
export function isLimited({ balancers }: World): boolean {
  return balancers.mostAtServer[balancers.rows - 1] < Number.POSITIVE_INFINITY;
}

/** Whether as many are at a server as its balancer lets there be. */
export function isFull({ balancers, upstreams }: World, server: number): boolean {
  return upstreams.placesTaken[server] >= balancers.mostAtServer[balancers.rows - 1];
}

/** How many can be asked at all. */
export function countListed(world: World): number {
  let listed = 0;
  for (let server = 0; server < world.nodes.count.server; server++) if (isListed(world, server)) listed++;
  return listed;
}

/** Whether the list has no more than one line. */
export function isSingle(world: World): boolean {
  let places = 0;
  for (let server = 0; server < world.nodes.count.server; server++) if (hasPlace(world, server)) places++;
  return places === 1;
}
