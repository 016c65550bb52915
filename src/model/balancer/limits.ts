/**
 * What a balancer can run out of, and what its clients see then. FACTS §3, §5; ground-truth 14-ephemeral-ports. A
 * connection that it passes on takes two sockets, one towards whoever asked and one towards whoever is asked, and for the
 * latter a port. As nginx does:
 *
 * - No open file left for a new connection (EMFILE): it accepts nothing for half a second, and connections wait (accept-queue.ts).
 * - No worker connection left for it: it is accepted and closed at once, and its client is reset.
 * - Neither left to ask a server with: the request is answered 500.
 * - No port left (EADDRNOTAVAIL): as if that server had refused. Ports are counted for each destination, since
 *   connections to different ones share them; one stays taken for a while (TIME_WAIT), unless the server closed first.
 *
 * Leaves out: the few open files that are the balancer's own, several workers, keep-alive to servers, HAProxy's maxconn of the process,
 * ports of clients, the conntrack table, memory, and what closes first when both close at once, where the balancer is
 * taken to. Without limits nothing is counted.
 */
import { APART } from "../apart.ts";
import { NONE } from "../network/packets.ts";
import { LimitKind, RecordKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { balancerNode } from "./balancers.ts";
import { reached } from "./capacity.ts";
import { exchangePart, Holds } from "./exchange.part.ts";
import { isFull, isLimited } from "./listed.ts";

/** Whether sockets are counted at a balancer. */
function isBounded({ balancers }: World, balancer: number): boolean {
  return Math.min(balancers.mostDescriptors[balancer], balancers.mostConnections[balancer]) < Infinity;
}

/** A connection that arrives has to wait in the accept queue. */
export function mustWait(world: World, exchange: number): boolean {
  return (
    world.balancers.queues[world.exchanges.balancer[exchange]] === 1 &&
    APART.acceptQueue.mustWait(world, exchange)
  );
}

/** A connection that arrives is closed at once. */
export function isTurnedAway(world: World, exchange: number): boolean {
  return reached(world, world.exchanges.balancer[exchange]) === LimitKind.workerConnections;
}

/** The balancer accepts a connection. */
export function accept(world: World, exchange: number): void {
  const balancer = world.exchanges.balancer[exchange];
  if (world.balancers.mostSessions[balancer] < Infinity) APART.acceptQueue.countSession(world, balancer);
  takeSocket(world, exchange, Holds.asker);
}

function takeSocket(world: World, exchange: number, side: number): void {
  const { balancers, exchanges } = world;
  const balancer = exchanges.balancer[exchange];
  if (!isBounded(world, balancer)) return;
  balancers.open[balancer]++;
  exchanges.holds[exchange] |= side;
  recordOpen(world, exchange);
}

function recordOpen(world: World, exchange: number): void {
  const open = world.balancers.open[world.exchanges.balancer[exchange]];
  world.record(RecordKind.open, balancerNode(world, exchange), open, NONE, 0, 0);
}

/** What its current try is a connection to: the next balancer, or this server. */
function destinationOf({ exchanges, nodes }: World, exchange: number, server: number): number {
  return server === NONE ? exchanges.balancer[exchange] : nodes.count.balancer - 1 + server;
}

/** Takes what a connection to a server, or to the next balancer (−1), needs. What is missing, if anything is. */
export function connect(world: World, exchange: number, server: number): LimitKind | null {
  const { exchanges } = world;
  const balancer = exchanges.balancer[exchange];
  const missing = reached(world, balancer);
  if (missing !== null) return missing;
  const { ports } = ofBalancer(world, exchangePart, balancer);
  const destination = destinationOf(world, exchange, server);
  if (world.destinations.ports[destination] >= ports) return LimitKind.ports;
  takeUpstream(world, exchange, server);
  return null;
}

function takeUpstream(world: World, exchange: number, server: number): void {
  takeSocket(world, exchange, Holds.upstream);
  if (isLimited(world) && server !== NONE) APART.slots.takePlace(world, exchange, server);
  const { exchanges } = world;
  if (ofBalancer(world, exchangePart, exchanges.balancer[exchange]).ports === Infinity) return;
  APART.ports.takePort(world, exchange, destinationOf(world, exchange, server));
}

/** A connection that is open when the run begins. */
export function adoptConnection(world: World, exchange: number, server: number): void {
  takeSocket(world, exchange, Holds.asker);
  takeUpstream(world, exchange, server);
}

/** Whether a connection to this server can be open when the run begins. */
export function canConnect(world: World, server: number): boolean {
  const { balancers, destinations } = world;
  if (isFull(world, server)) return false;
  for (let balancer = 0; balancer < balancers.rows; balancer++) {
    const { ports } = ofBalancer(world, exchangePart, balancer);
    const last = balancer === balancers.rows - 1;
    if (destinations.ports[last ? balancer + server : balancer] >= ports) return false;
    const most = Math.min(balancers.mostDescriptors[balancer], balancers.mostConnections[balancer]);
    if (balancers.open[balancer] + 2 > most) return false;
  }
  return true;
}

/** The connection of the current try is over. `isOurDoing`: the balancer closed it, and its port is not free yet. */
export function disconnect(world: World, exchange: number, isOurDoing: boolean): void {
  const { exchanges, tries, balancers } = world;
  const holds = exchanges.holds[exchange];
  if ((holds & Holds.port) !== 0) {
    const destination = destinationOf(world, exchange, tries.server[exchanges.current[exchange]]);
    APART.ports.givePort(world, exchange, destination, isOurDoing);
  }
  if ((holds & Holds.upstream) !== 0) balancers.open[exchanges.balancer[exchange]]--;
  exchanges.holds[exchange] = holds & (Holds.asker | Holds.place);
  if ((holds & Holds.upstream) !== 0) recordOpen(world, exchange);
  if ((world.exchanges.holds[exchange] & Holds.place) !== 0) APART.slots.givePlace(world, exchange);
}

/** The exchange is over, and with it both of its connections. */
export function letGo(world: World, exchange: number): void {
  const { exchanges, balancers } = world;
  if (exchanges.holds[exchange] === 0) return;
  disconnect(world, exchange, true);
  if (exchanges.holds[exchange] === 0) return;
  exchanges.holds[exchange] = 0;
  balancers.open[exchanges.balancer[exchange]]--;
  recordOpen(world, exchange);
}
