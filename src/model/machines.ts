/** The machines of the model, in the order of their numbers: what the interface draws, what tests explore, and what runs. */
import type { AnyStateMachine } from "xstate";
import type { Behaviour } from "../statechart/behaviour.ts";
import type { Chart } from "../statechart/chart.ts";
import { compile } from "../statechart/compile.ts";
import { backplaneBehaviour, backplaneMachine } from "./backplane.ts";
import { balancerBehaviour, balancerMachine } from "./balancer.ts";
import { clientBehaviour, clientMachine } from "./client.ts";
import { EVENTS, MACHINES } from "./codes.ts";
import { connectionBehaviour, connectionMachine } from "./connection.ts";
import { exchangeBehaviour, exchangeMachine } from "./exchange.ts";
import { heartbeatBehaviour, heartbeatMachine } from "./heartbeat.ts";
import { linkBehaviour, linkMachine } from "./link.ts";
import { redisClientBehaviour, redisClientMachine } from "./redis-client.ts";
import { serverBehaviour, serverMachine } from "./server.ts";
import { sessionBehaviour, sessionMachine } from "./session.ts";
import { watchdogBehaviour, watchdogMachine } from "./watchdog.ts";
import type { World } from "./world.ts";

export interface ModelMachine {
  readonly name: (typeof MACHINES)[number];
  readonly machine: AnyStateMachine;
  readonly behaviour: Behaviour<World>;
  readonly chart: Chart<World>;
}

const SOURCES: Readonly<Record<(typeof MACHINES)[number], readonly [AnyStateMachine, Behaviour<World>]>> = {
  client: [clientMachine, clientBehaviour],
  connection: [connectionMachine, connectionBehaviour],
  watchdog: [watchdogMachine, watchdogBehaviour],
  exchange: [exchangeMachine, exchangeBehaviour],
  balancer: [balancerMachine, balancerBehaviour],
  server: [serverMachine, serverBehaviour],
  session: [sessionMachine, sessionBehaviour],
  heartbeat: [heartbeatMachine, heartbeatBehaviour],
  redisClient: [redisClientMachine, redisClientBehaviour],
  backplane: [backplaneMachine, backplaneBehaviour],
  link: [linkMachine, linkBehaviour],
};

export const MODEL: readonly ModelMachine[] = MACHINES.map((name) => {
  const [machine, behaviour] = SOURCES[name];
  return { name, machine, behaviour, chart: compile(machine, behaviour, EVENTS[name]) };
});
