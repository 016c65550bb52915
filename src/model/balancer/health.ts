/**
 * Health checks: every `checkIntervalMs` the last balancer connects to each server to see whether it is there, as HAProxy's `check`, an
 * ALB and an NLB do. After `fall` failures in a row the server is marked down and gets no new request; after `rise` successes it is
 * marked up. With HAProxy's `on-marked-down shutdown-sessions` all that is open to it ends at the mark. HAProxy src/check.c: `health` counts from 0 to rise + fall − 1; the checks of n servers begin an n-th of the interval
 * apart (start_check_task). FACTS §3; ground-truth 18-haproxy-dead-target.
 *
 * The server's kernel takes the connection, or refuses it if no process listens; so a process that is frozen passes. A packet that is
 * lost is sent again after a second, as the first of any connection.
 *
 * Leaves out: checks that ask the application; `fastinter`, `downinter`, `spread-checks`; that a check keeps one of the balancer's
 * ports for a while; how long its packets take beside the mean, as with all that kernels say by themselves (tcp.ts, keepalive.ts): it
 * would decide nothing but when, and draw at every check. All servers are up, and have been for long, when the run begins or the balancer starts anew.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { dropsAck, dropsPacket } from "../network/link.ts";
import { NONE } from "../network/packets.ts";
import { latencyOf, recordFrame } from "../network/streams.ts";
import { SYN_TIMEOUT_US } from "../network/tcp.part.ts";
import { openStreams } from "../network/tcp.ts";
import { serverPart } from "../server/server.part.ts";
import { FrameKind } from "../trace/frames.ts";
import { RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { ExchangeEvent } from "./exchange.part.ts";
import { HealthEvent, healthPart } from "./health.part.ts";
import { isLimited } from "./listed.ts";
import { goByWeights } from "./policies/turn.ts";

/** The checks of all servers, if the balancer that has them makes any. */
export function addHealthChecks(world: World): void {
  const { balancers, healthChecks, nodes } = world;
  const last = balancers.rows - 1;
  if (balancers.checkUs[last] === Number.POSITIVE_INFINITY) return;
  healthChecks.addMany(nodes.count.server);
  for (let server = 0; server < nodes.count.server; server++) {
    healthChecks.node[server] = nodes.first.balancer + last;
    world.add(healthPart);
    world.start(healthPart, server);
  }
}

function lastOf({ balancers }: World): number {
  return balancers.rows - 1;
}

/** Since the current check began. µs. */
function sinceUs({ healthChecks, queue }: World, server: number): number {
  return queue.nowUs - healthChecks.askedUs[server];
}

/** How long a packet of a check is under way, −1: it is lost. */
function flightUs(world: World, stream: number, isLost: boolean): number {
  return isLost ? -1 : latencyOf(world, stream).meanUs;
}

/** The word on a check has come, or none has in time. */
function count(world: World, server: number, isThere: boolean): void {
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
  if (isThere && isLimited(world)) APART.slots.letIn(world, server);
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

const behaviour = {
  actions: {
    /** A server is up until checks say otherwise. */
    believe: (world: World, server: number) => {
      const { balancers, healthChecks } = world;
      const last = lastOf(world);
      healthChecks.health[server] = balancers.rise[last] + balancers.fall[last] - 1;
    },
    begin: (world: World, server: number) => {
      const { healthChecks, links, queue } = world;
      healthChecks.number[server]++;
      healthChecks.askedUs[server] = queue.nowUs;
      healthChecks.stream[server] = openStreams(world, links.toServer(server));
      healthChecks.isUnderWay[server] = 0;
    },
    /** Knocks at the server's door, for the first time or again. */
    knock: (world: World, server: number) => {
      const { healthChecks, queue } = world;
      if (healthChecks.isUnderWay[server] === 1) return;
      const stream = healthChecks.stream[server];
      const flight = flightUs(world, stream, dropsPacket(world, stream));
      recordFrame(world, stream, FrameKind.healthCheck, NONE, flight);
      if (flight < 0) return;
      healthChecks.isUnderWay[server] = 1;
      queue.schedule(queue.nowUs + flight, HealthEvent.ARRIVED, server, healthChecks.number[server], 0);
    },
    /** The server's kernel says whether somebody listens. */
    reply: (world: World, server: number) => {
      const { healthChecks, queue } = world;
      const down = healthChecks.stream[server] + 1;
      const flight = flightUs(world, down, dropsAck(world, down));
      recordFrame(world, down, FrameKind.healthAnswer, NONE, flight);
      if (flight < 0) {
        healthChecks.isUnderWay[server] = 0;
        return;
      }
      const isThere = world.isIn(serverPart, server, "up") ? 1 : 0;
      queue.schedule(queue.nowUs + flight, HealthEvent.OUTCOME, server, healthChecks.number[server], isThere);
    },
    note: (world: World, server: number, _number: number, isThere: number) =>
      count(world, server, isThere === 1),
    fail: (world: World, server: number) => count(world, server, false),
  },
  guards: {
    isOfThisCheck: (world: World, server: number, number: number) =>
      world.healthChecks.number[server] === number,
    isTimedOut: (world: World, server: number) =>
      sinceUs(world, server) >= world.balancers.checkTimeoutUs[lastOf(world)],
  },
  delays: {
    phase: (world: World, server: number) =>
      Math.floor((world.balancers.checkUs[lastOf(world)] * server) / world.nodes.count.server),
    rest: (world: World, server: number) => world.balancers.checkUs[lastOf(world)] - sinceUs(world, server),
    patience: (world: World, server: number) =>
      Math.min(SYN_TIMEOUT_US, world.balancers.checkTimeoutUs[lastOf(world)] - sinceUs(world, server)),
  },
} satisfies Behaviour<World>;

export const healthMachine = machineOf(healthPart, behaviour, {
  initial: "running",
  states: {
    running: {
      initial: "beginning",
      on: { STOP: "stopped" },
      states: {
        beginning: { entry: "believe", after: { phase: { target: "checking", actions: "begin" } } },
        checking: {
          entry: "knock",
          on: {
            ARRIVED: { guard: "isOfThisCheck", actions: "reply" },
            OUTCOME: { guard: "isOfThisCheck", target: "resting", actions: "note" },
          },
          after: {
            patience: [
              { guard: "isTimedOut", target: "resting", actions: "fail" },
              { target: "checking", reenter: true },
            ],
          },
        },
        resting: { after: { rest: { target: "checking", actions: "begin" } } },
      },
    },
    stopped: { on: { START: "running" } },
  },
});
