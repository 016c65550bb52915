/**
 * A client that pings, as applications with a WebSocket and nothing else do: every so often, whatever else crosses
 * the connection, and whether or not the ping before was answered. What a missing answer means to it is its watchdog's.
 * These are pings of the WebSocket protocol, which a browser's page can't send: Engine.IO's own pings come from the
 * server alone (FACTS §1.2), so that long polling has none of them. Ground-truth 07-idle-timeout, `client-ping-*`.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { NONE, Packet } from "../network/packets.ts";
import { machineOf } from "../world/machine.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ConnectionEvent } from "./connection.part.ts";
import { pingerPart } from "./pinger.part.ts";

const behaviour = {
  actions: {
    ping: (world: World, client: number) => world.send(ConnectionEvent.WRITE, client, Packet.ping, NONE),
  },
  guards: {},
  delays: {
    interval: (world: World, client: number) => ofClient(world, pingerPart, client).pingIntervalUs,
  },
} satisfies Behaviour<World>;

export const pingerMachine = machineOf(pingerPart, behaviour, {
  initial: "idle",
  states: {
    idle: { on: { START: "pinging" } },
    pinging: {
      on: { STOP: "idle" },
      after: { interval: { target: "pinging", reenter: true, actions: "ping" } },
    },
  },
});
