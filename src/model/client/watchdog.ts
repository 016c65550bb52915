/**
 * A client's side of the heartbeat: if no ping comes for interval + timeout, the connection is dead. Only pings
 * count, not messages. FACTS §1.2, ground-truth 10-half-open.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { heartbeatPart } from "../server/heartbeat.part.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ConnectionEvent } from "./connection.part.ts";
import { watchdogPart } from "./watchdog.part.ts";

const behaviour = {
  actions: {
    giveUp: (world: World, client: number) => world.send(ConnectionEvent.WATCHDOG, client, 0, 0),
  },
  guards: {},
  delays: {
    intervalPlusTimeout: (world: World) => {
      const { pingIntervalUs, pingTimeoutUs } = ofServers(world, heartbeatPart);
      return pingIntervalUs + pingTimeoutUs;
    },
  },
} satisfies Behaviour<World>;

export const watchdogMachine = machineOf(watchdogPart, behaviour, {
  initial: "idle",
  states: {
    idle: { on: { WATCH: "watching" } },
    watching: {
      on: { PING: { target: "watching", reenter: true }, STOP: "idle" },
      after: { intervalPlusTimeout: { target: "idle", actions: "giveUp" } },
    },
  },
});
