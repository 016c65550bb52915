/**
 * When health checks are made: every `checkIntervalMs` the last balancer connects to each server to see whether it is there, as HAProxy's `check`, an
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
import { SYN_TIMEOUT_US } from "../network/tcp.part.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { healthPart } from "./health.part.ts";

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

const behaviour = {
  actions: {
    /** A server is up until checks say otherwise. */
    believe: (world: World, server: number) => {
      const { balancers, healthChecks } = world;
      const last = lastOf(world);
      healthChecks.health[server] = balancers.rise[last] + balancers.fall[last] - 1;
    },
    begin: (world: World, server: number) => APART.healthCheck.begin(world, server),
    knock: (world: World, server: number) => APART.healthCheck.knock(world, server),
    reply: (world: World, server: number) => APART.healthCheck.reply(world, server),
    note: (world: World, server: number, _number: number, isThere: number) =>
      APART.healthCheck.count(world, server, isThere === 1),
    fail: (world: World, server: number) => APART.healthCheck.count(world, server, false),
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
