/**
 * A session's heartbeat: the server pings, the client pongs. The next ping goes out one interval after the last pong; no pong
 * within the timeout means that the connection is dead. FACTS §1.2, ground-truth 10-half-open.
 */
import { setup } from "xstate";
import { type Behaviour, forXState, type MachineTypes } from "../statechart/behaviour.ts";
import { type EVENTS, SessionEvent } from "./codes.ts";
import { NONE, Packet } from "./packets.ts";
import type { World } from "./world.ts";

const behaviour = {
  actions: {
    ping: (world: World, session: number) => world.send(SessionEvent.WRITE, session, Packet.ping, NONE),
    fail: (world: World, session: number) => world.send(SessionEvent.HEARTBEAT_FAILED, session, 0, 0),
  },
  guards: {},
  delays: {
    interval: (world: World) => world.settings.pingIntervalUs,
    timeout: (world: World) => world.settings.pingTimeoutUs,
  },
} satisfies Behaviour<World>;
export const heartbeatBehaviour: Behaviour<World> = behaviour;

export const heartbeatMachine = setup({
  types: {} as MachineTypes<World, (typeof EVENTS.heartbeat)[number]>,
  ...forXState(behaviour),
}).createMachine({
  id: "heartbeat",
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
