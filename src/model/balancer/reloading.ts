/** What a reload does to the exchanges that are open: the old process keeps them, and what the new one counts leaves them out. */
import { RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { exchangePart, Holds } from "./exchange.part.ts";

const HELD = ["waiting", "pending", "retrying", "tunnel"] as const;

/** Whether the process that is replaced has this exchange. What waits in the accept queue is the kernel's, and the next process takes it. */
export function isHeld(world: World, exchange: number): boolean {
  return (
    world.exchanges.isOld[exchange] === 0 && HELD.some((state) => world.isIn(exchangePart, exchange, state))
  );
}

/** It stays with the process that has it. Its port stays taken, which is counted by the kernel and not by processes. */
export function leaveToOld({ exchanges }: World, exchange: number): void {
  exchanges.isOld[exchange] = 1;
  exchanges.holds[exchange] &= Holds.port;
}

/** The new process has no connection yet. */
export function startCounting(world: World, balancer: number): void {
  const { balancers, peers, nodes, upstreams } = world;
  balancers.pausedUntilUs[balancer] = 0;
  if (balancers.open[balancer] > 0) {
    balancers.open[balancer] = 0;
    world.record(RecordKind.open, nodes.first.balancer + balancer, 0, -1, 0, 0);
  }
  if (balancer !== nodes.count.balancer - 1) return;
  for (let peer = 0; peer < peers.rows; peer++) peers.active[peer] = 0;
  for (let server = 0; server < upstreams.rows; server++) upstreams.placesTaken[server] = 0;
}
