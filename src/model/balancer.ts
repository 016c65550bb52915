/**
 * The balancer's process: up or down. What it does with one request or WebSocket is the exchange's machine
 * (exchange.ts); which server it chooses is a policy (balancing/).
 */
import { setup } from "xstate";
import { type Behaviour, forXState, type MachineTypes } from "../statechart/behaviour.ts";
import { type EVENTS, ExchangeEvent } from "./codes.ts";
import type { World } from "./world.ts";

const behaviour = {
  actions: {
    /** SIGKILL: the kernel closes every connection that the process held. */
    resetConnections: (world: World) => {
      for (let exchange = 0; exchange < world.exchanges.rows; exchange++)
        world.send(ExchangeEvent.BALANCER_CRASHED, exchange, 0, 0);
    },
  },
  guards: {},
  delays: {},
} satisfies Behaviour<World>;

export const balancerMachine = setup({
  types: {} as MachineTypes<World, (typeof EVENTS.balancer)[number]>,
  ...forXState(behaviour),
}).createMachine({
  id: "balancer",
  initial: "up",
  states: {
    up: { on: { CRASH: { target: "down", actions: "resetConnections" } } },
    down: { on: { RESTART: "up" } },
  },
});
export const balancerBehaviour: Behaviour<World> = behaviour;
