/**
 * A worker in each server's process, which does what servers were asked to do, one entry of a stream after the other. What it is given, and what becomes of
 * that, is in consumer-group.ts.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { NONE } from "../network/packets.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ConsumerEvent, consumerPart } from "./consumer.part.ts";
import { handlingPart } from "./handling.part.ts";

/** Whether servers leave what they are asked to do to a stream. */
export function hasTaskStream(world: World): boolean {
  return ofServers(world, consumerPart).tasks === "stream";
}

/** A stream comes to be, if servers append to one, and workers wait for what comes. */
export function addTaskStream(world: World): void {
  if (!hasTaskStream(world)) return;
  const servers = world.nodes.count.server;
  world.consumerGroups.add();
  world.consumers.addMany(servers);
  for (let server = 0; server < servers; server++) startConsumer(world, server);
}

/** A server's process runs. */
export function startConsumer(world: World, server: number): void {
  if (world.consumers.rows > 0) world.send(ConsumerEvent.START, server, 0, 0);
}

/** A server's process died. */
export function stopConsumer(world: World, server: number): void {
  if (world.consumers.rows > 0) world.send(ConsumerEvent.CRASH, server, 0, 0);
}

/** What is done with entries (consumer-group.ts). */
function group(what: Exclude<keyof typeof APART.consumerGroup, "append">) {
  return (world: World, server: number) => APART.consumerGroup[what](world, server);
}

const behaviour = {
  actions: {
    ask: group("ask"),
    look: group("look"),
    work: group("work"),
    acknowledge: group("acknowledge"),
    die: group("die"),
  },
  guards: {
    has: ({ consumers }: World, server: number) => consumers.holding[server] !== NONE,
    claims: (world: World) => ofServers(world, consumerPart).claimIdleUs !== Number.POSITIVE_INFINITY,
    acksFirst: (world: World) => ofServers(world, consumerPart).acksEntries === "before",
  },
  delays: {
    claimIdle: (world: World) => ofServers(world, consumerPart).claimIdleUs,
    effect: (world: World) => ofServers(world, handlingPart).effectUs,
    ackDelay: (world: World) => ofServers(world, handlingPart).ackDelayUs,
  },
} satisfies Behaviour<World>;

const CRASHES = { CRASH: { target: "#consumer.off", actions: "die" } } as const;

export const consumerMachine = machineOf(consumerPart, behaviour, {
  initial: "off",
  states: {
    off: { on: { START: "idle" } },
    idle: {
      entry: "ask",
      initial: "resting",
      on: { ...CRASHES, TAKE: { guard: "has", target: "working" } },
      states: {
        resting: { always: { guard: "claims", target: "looking" } },
        looking: { after: { claimIdle: { target: "looking", reenter: true, actions: "look" } } },
      },
    },
    working: {
      on: CRASHES,
      after: {
        effect: [
          { guard: "acksFirst", target: "idle", actions: "work" },
          { target: "acknowledging", actions: "work" },
        ],
      },
    },
    acknowledging: {
      on: CRASHES,
      after: { ackDelay: { target: "idle", actions: "acknowledge" } },
    },
  },
});
