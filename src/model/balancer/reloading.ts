/** What a reload does to the exchanges that are open: the old process keeps them, and what the new one counts leaves them out. */
import { RecordKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { balancerPart } from "./balancer.part.ts";
import { startsAfterUs } from "./balancers.ts";
import { ExchangeEvent, exchangePart, Holds } from "./exchange.part.ts";

const HELD = ["waiting", "pending", "retrying", "tunnel"] as const;

/** What is open belongs to the old process from now on, which the new one does not count. */
export function leaveOpen(world: World, balancer: number): void {
  const { exchanges, queue } = world;
  const afterUs =
    startsAfterUs(world, balancer) + ofBalancer(world, balancerPart, balancer).shutdownTimeoutUs;
  for (let exchange = 0; exchange < exchanges.rows; exchange++) {
    if (exchanges.balancer[exchange] !== balancer || !isHeld(world, exchange)) continue;
    leaveToOld(world, exchange);
    if (afterUs < Number.POSITIVE_INFINITY)
      queue.schedule(queue.nowUs + afterUs, ExchangeEvent.PROCESS_REPLACED, exchange, 0, 0);
  }
  startCounting(world, balancer);
}

/** Whether the process that is replaced has this exchange. What waits in the accept queue is the kernel's, and the next process takes it. */
function isHeld(world: World, exchange: number): boolean {
  return (
    world.exchanges.isOld[exchange] === 0 && HELD.some((state) => world.isIn(exchangePart, exchange, state))
  );
}

/** It stays with the process that has it. Its port stays taken, which is counted by the kernel and not by processes. */
function leaveToOld({ exchanges }: World, exchange: number): void {
  exchanges.isOld[exchange] = 1;
  exchanges.holds[exchange] &= Holds.port;
}

/** The new process has no connection yet. */
function startCounting(world: World, balancer: number): void {
  const { balancers, peers, nodes, upstreams } = world;
  balancers.pausedUntilUs[balancer] = 0;
  balancers.sessions[balancer] = 0;
  balancers.sessionsBefore[balancer] = 0;
  if (balancers.open[balancer] > 0) {
    balancers.open[balancer] = 0;
    world.record(RecordKind.open, nodes.first.balancer + balancer, 0, -1, 0, 0);
  }
  if (balancer !== nodes.count.balancer - 1) return;
  for (let peer = 0; peer < peers.rows; peer++) peers.active[peer] = 0;
  for (let server = 0; server < upstreams.rows; server++) upstreams.placesTaken[server] = 0;
}
