/**
 * A session's heartbeat: the server pings, the client pongs. The next ping goes out one interval after the last pong; no pong
 * within the timeout means that the connection is dead. FACTS §1.2, ground-truth 10-half-open. A server may do without;
 * clients that ping by themselves are answered by the session (session.ts).
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { NONE, Packet } from "../network/packets.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { heartbeatPart } from "./heartbeat.part.ts";
import { SessionEvent } from "./session.part.ts";

const behaviour = {
  actions: {
    ping: (world: World, session: number) => world.send(SessionEvent.WRITE, session, Packet.ping, NONE),
    fail: (world: World, session: number) => world.send(SessionEvent.HEARTBEAT_FAILED, session, 0, 0),
  },
  guards: {},
  delays: {
    interval: (world: World) => ofServers(world, heartbeatPart).pingIntervalUs,
    timeout: (world: World) => ofServers(world, heartbeatPart).pingTimeoutUs,
  },
} satisfies Behaviour<World>;

export const heartbeatMachine = machineOf(heartbeatPart, behaviour, {
  initial: "idle",
  states: {
    idle: { on: { START: "resting" } },
    resting: { on: { STOP: "idle" }, after: { interval: { target: "awaiting", actions: "ping" } } },
    awaiting: {
      on: { PONG: "resting", STOP: "idle" },
      after: { timeout: { target: "idle", actions: "fail" } },
    },
  },
});
