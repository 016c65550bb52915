/** Ports towards a destination, where a balancer has only so many: FACTS §5; ground-truth 14-ephemeral-ports. */
import { RecordKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { exchangePart, Holds } from "./exchange.part.ts";
import { UpstreamEvent } from "./upstream.part.ts";

export function takePort(world: World, exchange: number, destination: number): void {
  world.exchanges.holds[exchange] |= Holds.port;
  world.destinations.ports[destination]++;
  recordPorts(world, destination);
}

/** `isOurDoing`: the balancer closed the connection, and its port is not free yet. */
export function givePort(world: World, exchange: number, destination: number, isOurDoing: boolean): void {
  const { exchanges, queue } = world;
  const { timeWaitUs } = ofBalancer(world, exchangePart, exchanges.balancer[exchange]);
  if (isOurDoing) queue.schedule(queue.nowUs + timeWaitUs, UpstreamEvent.PORT_FREE, destination, 0, 0);
  else freePort(world, destination);
}

/** A port is free again. */
export function freePort(world: World, destination: number): void {
  world.destinations.ports[destination]--;
  recordPorts(world, destination);
}

function recordPorts(world: World, destination: number): void {
  const { nodes, destinations } = world;
  const last = nodes.count.balancer - 1;
  const place = nodes.first.balancer + Math.min(destination, last);
  const to = destination < last ? place + 1 : nodes.first.server + destination - last;
  world.record(RecordKind.open, place, destinations.ports[destination], to, 0, 0);
}
