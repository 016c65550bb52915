/**
 * The balancer's process: up or down. What it does with one request or WebSocket is the exchange's machine
 * (exchange.ts); which server it chooses is a policy (policies/).
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { balancerPart } from "./balancer.part.ts";
import { ExchangeEvent } from "./exchange.part.ts";

const behaviour = {
  actions: {
    /** SIGKILL: the kernel closes every connection that the process held. */
    resetConnections: (world: World, balancer: number) => {
      const { balancer: of, rows } = world.exchanges;
      for (let exchange = 0; exchange < rows; exchange++)
        if (of[exchange] === balancer) world.send(ExchangeEvent.BALANCER_CRASHED, exchange, 0, 0);
    },
  },
  guards: {},
  delays: {},
} satisfies Behaviour<World>;

export const balancerMachine = machineOf(balancerPart, behaviour, {
  initial: "up",
  states: {
    up: { on: { CRASH: { target: "down", actions: "resetConnections" } } },
    down: { on: { RESTART: "up" } },
  },
});
