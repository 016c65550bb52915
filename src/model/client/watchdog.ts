/**
 * A client's side of the heartbeat: if no ping comes for interval + timeout, the connection is dead. Only pings
 * count, not messages. FACTS §1.2, ground-truth 10-half-open. A client may have its own idea of how long that is, or
 * none: a page with a plain WebSocket hears nothing of pings and waits for TCP. And it may let messages count, too: ground-truth
 * 22-half-dead.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { heartbeatPart } from "../server/heartbeat.part.ts";
import { machineOf } from "../world/machine.ts";
import { ofClient, ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ConnectionEvent } from "./connection.part.ts";
import { watchdogPart } from "./watchdog.part.ts";

/** How long a client bears it that no heartbeat comes. µs; ∞ for ever. */
export function patienceUs(world: World, client: number): number {
  const { watchdogUs } = ofClient(world, watchdogPart, client);
  if (watchdogUs !== "announced") return watchdogUs;
  const { pingIntervalUs, pingTimeoutUs } = ofServers(world, heartbeatPart);
  return pingIntervalUs + pingTimeoutUs;
}

/** Whether a client takes a message for a sign of life. */
export function hearsMessages(world: World, client: number): boolean {
  return ofClient(world, watchdogPart, client).watchdogHears === "all";
}

const behaviour = {
  actions: {
    giveUp: (world: World, client: number) => world.send(ConnectionEvent.WATCHDOG, client, 0, 0),
  },
  guards: {},
  delays: { patience: patienceUs },
} satisfies Behaviour<World>;

export const watchdogMachine = machineOf(watchdogPart, behaviour, {
  initial: "idle",
  states: {
    idle: { on: { WATCH: "watching" } },
    watching: {
      on: { PING: { target: "watching", reenter: true }, STOP: "idle" },
      after: { patience: { target: "idle", actions: "giveUp" } },
    },
  },
});
