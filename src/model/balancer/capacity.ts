/** How far a balancer is from its limits, and the note that it has reached one. */
import { LimitKind, RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { balancerNode } from "./balancers.ts";

/** The limit that keeps a balancer from one more socket, if any. */
export function reached({ balancers }: World, balancer: number): LimitKind | null {
  const open = balancers.open[balancer];
  // A worker's own limit is looked at first: where it is the smaller one, the other is never reached.
  if (open >= balancers.mostConnections[balancer]) return LimitKind.workerConnections;
  return open >= balancers.mostDescriptors[balancer] ? LimitKind.descriptors : null;
}

export function recordTurnedAway(world: World, exchange: number, limit: LimitKind): void {
  const { client } = world.exchanges;
  world.record(RecordKind.turnedAway, balancerNode(world, exchange), limit, exchange, client[exchange], 0);
}
