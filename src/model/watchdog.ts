/**
 * A client's side of the heartbeat: if no ping comes for interval + timeout, the connection is dead. Only pings count, not messages.
 * FACTS §1.2, ground-truth 10-half-open.
 */
import { setup } from "xstate";
import { type Behaviour, forXState, type MachineTypes } from "../statechart/behaviour.ts";
import { ConnectionEvent, type EVENTS } from "./codes.ts";
import type { World } from "./world.ts";

const behaviour = {
  actions: {
    giveUp: (world: World, client: number) => world.send(ConnectionEvent.WATCHDOG, client, 0, 0),
  },
  guards: {},
  delays: {
    intervalPlusTimeout: (world: World) => world.settings.pingIntervalUs + world.settings.pingTimeoutUs,
  },
} satisfies Behaviour<World>;
export const watchdogBehaviour: Behaviour<World> = behaviour;

export const watchdogMachine = setup({
  types: {} as MachineTypes<World, (typeof EVENTS.watchdog)[number]>,
  ...forXState(behaviour),
}).createMachine({
  id: "watchdog",
  initial: "idle",
  states: {
    idle: { on: { WATCH: "watching" } },
    watching: {
      on: { PING: { target: "watching", reenter: true }, STOP: "idle" },
      after: { intervalPlusTimeout: { target: "idle", actions: "giveUp" } },
    },
  },
});
