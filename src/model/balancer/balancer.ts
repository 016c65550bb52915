/**
 * The balancer's process: up or down. What it does with one request or WebSocket is the exchange's machine
 * (exchange.ts); which server it chooses is a policy (policies/).
 *
 * A reload puts a new process in its place, which takes all connections that arrive from then on, so that nobody is refused. It
 * knows nothing of what the old one knew: the turn, how busy and how faulty servers are, its checks' results. The old one keeps
 * its connections until they end, or are cut `shutdownTimeoutMs` after it has begun to shut down, without a farewell to either end.
 * FACTS §3; ground-truth 19-proxy-reload.
 *
 * Leaves out: that old and new both accept for the tenth of a second until nginx tells the old ones; that a request which an
 * old process tries once more goes by what that one knew; a stop that closes the door and keeps what is open (SIGQUIT,
 * SIGUSR1); Caddy, which closes every WebSocket with 1001 at once if its configuration has changed.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { balancerPart } from "./balancer.part.ts";
import { isLast } from "./balancers.ts";
import { ExchangeEvent } from "./exchange.part.ts";
import { HealthEvent } from "./health.part.ts";
import { forgetServers } from "./listing.ts";

const behaviour = {
  actions: {
    /** SIGKILL: the kernel closes every connection that the process held. */
    resetConnections: (world: World, balancer: number) => {
      const { balancer: of, ticket, rows } = world.exchanges;
      // Those who wait for a place before the others, or they would be let in.
      for (let exchange = 0; exchange < rows; exchange++)
        if (of[exchange] === balancer && ticket[exchange] > 0)
          world.send(ExchangeEvent.BALANCER_CRASHED, exchange, 0, 0);
      for (let exchange = 0; exchange < rows; exchange++)
        if (of[exchange] === balancer) world.send(ExchangeEvent.BALANCER_CRASHED, exchange, 0, 0);
    },
    /** What it knew of servers, and whose turn it was, was in its memory. */
    forget: (world: World, balancer: number) => {
      if (!isLast(world, balancer)) return;
      const { healthChecks } = world;
      forgetServers(world);
      for (let server = 0; server < healthChecks.rows; server++) world.send(HealthEvent.STOP, server, 0, 0);
    },
    leaveOpen: (world: World, balancer: number) => APART.reloading.leaveOpen(world, balancer),
    resumeChecks: (world: World, balancer: number) => {
      if (!isLast(world, balancer)) return;
      for (let server = 0; server < world.healthChecks.rows; server++)
        world.send(HealthEvent.START, server, 0, 0);
    },
  },
  guards: {},
  delays: {},
} satisfies Behaviour<World>;

export const balancerMachine = machineOf(balancerPart, behaviour, {
  initial: "up",
  states: {
    up: {
      on: {
        CRASH: { target: "down", actions: ["resetConnections", "forget"] },
        RELOAD: { actions: ["leaveOpen", "forget", "resumeChecks"] },
      },
    },
    down: { on: { RESTART: { target: "up", actions: "resumeChecks" } } },
  },
});
