/**
 * HAProxy's `maxconn` of a server: so many requests and WebSockets are at it at a time, and whoever comes next waits at the balancer, first
 * come, first served, until one of them is over, or for the queue's timeout: then it is answered 503. Who may go to any server passes by those that are full, and
 * where all are, takes the first place that becomes free; who is bound to one (by a cookie, or a hash) waits for that one. A WebSocket keeps its place
 * for as long as it is open. HAProxy src/queue.c; FACTS §3; ground-truth 33-haproxy-maxconn.
 *
 * Leaves out: that who has gone still takes its turn, and is sent on in vain (`option abortonclose` is off); `minconn`, `maxqueue`, priorities;
 * that a request keeps its place while it waits to be sent again; that with `redispatch` who waits for a server that is marked down is dealt out
 * anew; a queue of a process that a reload has replaced, in which everybody waits for the timeout; of balancers in a row, all but the last.
 */
import { NONE } from "../network/packets.ts";
import { LimitKind, RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { balancerNode } from "./balancers.ts";
import { ExchangeEvent, Holds } from "./exchange.part.ts";
import { isFull, isListed } from "./listed.ts";
import { isUsable } from "./policies/policy.ts";

/** Whether a request has to wait for a place: at this server, or, where it may go to any (−1), at one of those that are full. */
export function lacksPlace(world: World, exchange: number, server: number): boolean {
  if (server !== NONE) return isFull(world, server);
  for (let one = 0; one < world.nodes.count.server; one++)
    if (isFull(world, one) && isUsable(world, exchange, one)) return true;
  return false;
}

/** It takes a place at the server, where there is a limit. */
export function takePlace(world: World, exchange: number, server: number): void {
  const { exchanges, balancers, upstreams } = world;
  // In a row, the last has the servers.
  if (exchanges.balancer[exchange] !== balancers.rows - 1) return;
  upstreams.placesTaken[server]++;
  exchanges.holds[exchange] |= Holds.place;
  recordPlaces(world, server);
}

function recordPlaces(world: World, server: number): void {
  const { nodes, balancers, upstreams } = world;
  const place = nodes.first.server + server;
  const by = nodes.first.balancer + balancers.rows - 1;
  world.record(RecordKind.open, place, upstreams.placesTaken[server], by, 0, 0);
}

/** It gives its place at the server back, and the first who waits for it may come. */
export function givePlace(world: World, exchange: number): void {
  const { exchanges, tries, upstreams } = world;
  exchanges.holds[exchange] &= ~Holds.place;
  const server = tries.server[exchanges.current[exchange]];
  upstreams.placesTaken[server]--;
  recordPlaces(world, server);
  letIn(world, server);
}

/** Whoever waits may come, as far as there are places at this server. */
export function letIn(world: World, server: number): void {
  const { upstreams } = world;
  while (isListed(world, server) && upstreams.isMarkedDown[server] === 0 && !isFull(world, server)) {
    const first = firstInLine(world, server);
    if (first === NONE) return;
    world.send(ExchangeEvent.LET_IN, first, server, 0);
    if (world.exchanges.ticket[first] > 0) return;
  }
}

/** Who has waited longest of those who may go to this server. */
function firstInLine({ exchanges, tries }: World, server: number): number {
  let first: number = NONE;
  for (let exchange = 0; exchange < exchanges.rows; exchange++) {
    if (exchanges.ticket[exchange] === 0 || exchanges.isOld[exchange] === 1) continue;
    const bound = tries.server[exchanges.current[exchange]];
    if (bound !== NONE && bound !== server) continue;
    if (first === NONE || exchanges.ticket[exchange] < exchanges.ticket[first]) first = exchange;
  }
  return first;
}

/** It is the last in the line. */
export function lineUp(world: World, exchange: number): void {
  const { exchanges } = world;
  let last = 0;
  for (let other = 0; other < exchanges.rows; other++) last = Math.max(last, exchanges.ticket[other]);
  exchanges.ticket[exchange] = last + 1;
  const { client } = exchanges;
  const place = balancerNode(world, exchange);
  world.record(RecordKind.turnedAway, place, LimitKind.maxconn, exchange, client[exchange], 0);
}

export function leaveLine({ exchanges }: World, exchange: number): void {
  exchanges.ticket[exchange] = 0;
}
