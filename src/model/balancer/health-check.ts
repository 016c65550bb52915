/**
 * What a health check is: a connection to a server, which its kernel takes or refuses, and what the word on it does. When checks are made, and what
 * they leave out: health.ts.
 */
import { dropsAck, dropsPacket } from "../network/link.ts";
import { NONE } from "../network/packets.ts";
import { latencyOf, recordFrame } from "../network/streams.ts";
import { openStreams } from "../network/tcp.ts";
import { listens } from "../server/listening.ts";
import { FrameKind } from "../trace/frames.ts";
import { RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { ExchangeEvent } from "./exchange.part.ts";
import { HealthEvent } from "./health.part.ts";
import { isLimited } from "./listed.ts";
import { goByWeights } from "./policies/turn.ts";
import { letIn } from "./slots.ts";

function lastOf({ balancers }: World): number {
  return balancers.rows - 1;
}

/** The next check of a server. */
export function begin(world: World, server: number): void {
  const { healthChecks, links, queue } = world;
  healthChecks.number[server]++;
  healthChecks.askedUs[server] = queue.nowUs;
  healthChecks.stream[server] = openStreams(world, links.toServer(server));
  healthChecks.isUnderWay[server] = 0;
}

/** Knocks at the server's door, for the first time or again. */
export function knock(world: World, server: number): void {
  const { healthChecks, queue } = world;
  if (healthChecks.isUnderWay[server] === 1) return;
  const stream = healthChecks.stream[server];
  const flight = flightUs(world, stream, dropsPacket(world, stream));
  recordFrame(world, stream, FrameKind.healthCheck, NONE, flight);
  if (flight < 0) return;
  healthChecks.isUnderWay[server] = 1;
  queue.schedule(queue.nowUs + flight, HealthEvent.ARRIVED, server, healthChecks.number[server], 0);
}

/** The server's kernel says whether somebody listens. */
export function reply(world: World, server: number): void {
  const { healthChecks, queue } = world;
  const down = healthChecks.stream[server] + 1;
  const flight = flightUs(world, down, dropsAck(world, down));
  recordFrame(world, down, FrameKind.healthAnswer, NONE, flight);
  if (flight < 0) {
    healthChecks.isUnderWay[server] = 0;
    return;
  }
  const isThere = listens(world, server) ? 1 : 0;
  queue.schedule(queue.nowUs + flight, HealthEvent.OUTCOME, server, healthChecks.number[server], isThere);
}

/** How long a packet of a check is under way, −1: it is lost. */
function flightUs(world: World, stream: number, isLost: boolean): number {
  return isLost ? -1 : latencyOf(world, stream).meanUs;
}

/** The word on a check has come, or none has in time. */
export function count(world: World, server: number, isThere: boolean): void {
  const { balancers, healthChecks, upstreams } = world;
  const rise = balancers.rise[lastOf(world)];
  const full = rise + balancers.fall[lastOf(world)] - 1;
  const before = healthChecks.health[server];
  let after = isThere ? Math.min(before + 1, full) : Math.max(before - 1, 0);
  if (isThere && after >= rise) after = full;
  if (!isThere && after < rise) after = 0;
  healthChecks.health[server] = after;
  if (before >= rise === after >= rise) return;
  upstreams.isMarkedDown[server] = isThere ? 0 : 1;
  for (let worker = 0; worker < world.turns.rows; worker++) goByWeights(world, worker);
  world.record(
    RecordKind.marked,
    world.nodes.first.server + server,
    isThere ? 1 : 0,
    healthChecks.node[server],
    0,
    0,
  );
  if (isThere && isLimited(world)) letIn(world, server);
  else if (balancers.endsMarked[lastOf(world)] === 1) endOpen(world, server);
}

/** Whatever the server has ends: what its balancer's process has taken itself, and not one before a reload, whose checks have stopped. */
function endOpen(world: World, server: number): void {
  const { exchanges, tries } = world;
  const last = lastOf(world);
  for (let exchange = 0; exchange < exchanges.rows; exchange++) {
    if (exchanges.balancer[exchange] !== last || exchanges.isOld[exchange] === 1) continue;
    if (tries.server[exchanges.current[exchange]] === server)
      world.send(ExchangeEvent.MARKED_DOWN, exchange, 0, 0);
  }
}
