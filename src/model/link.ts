/**
 * A link: what joins two nodes. It delays every packet by a latency drawn from its distribution, and loses
 * some: with one probability, or in bursts (Gilbert–Elliott: a good and a bad state, with exponential stays).
 * A cut link drops everything silently, in both directions, as a packet filter does
 * (ground-truth 10-half-open).
 *
 * Leaves out: bandwidth and queueing, reordering (TCP hides it), a limit on what a cut may last.
 */
import { setup } from "xstate";
import { chance, exponentialUs, normalUs } from "../kernel/sampling.ts";
import { type Behaviour, forXState, type MachineTypes } from "../statechart/behaviour.ts";
import type { EVENTS } from "./codes.ts";
import { cutLink, healLink } from "./ends.ts";
import { Purpose } from "./purposes.ts";
import type { LatencySettings, LinkSettings } from "./settings.ts";
import type { World } from "./world.ts";

/** The three classes of links. */
export const Hop = { client: 0, server: 1, backplane: 2 } as const;

/** The settings of the link with this number: client links first, then the servers', then the backplane's. */
function hopOf(world: World, link: number): number {
  if (link < world.clientCount) return Hop.client;
  return link < world.clientCount + world.serverCount ? Hop.server : Hop.backplane;
}

/** The node at a link's end that is neither the balancer nor the backplane. */
export function outerNode(world: World, link: number): number {
  if (link < world.clientCount) return link;
  return world.firstServerNode + ((link - world.clientCount) % world.serverCount);
}

/** Purposes come in pairs, up and down, in the order of the hops. */
export function upwardPurpose(world: World, link: number): number {
  return 2 * hopOf(world, link);
}

export function hopOfPurpose(purpose: number): number {
  return purpose >> 1;
}

/** The nodes that a link's upward direction leads from and to: client to balancer, balancer to server, server to backplane. */
export function upwardNodes(world: World, link: number): readonly [from: number, to: number] {
  const outer = outerNode(world, link);
  switch (hopOf(world, link)) {
    case Hop.client:
      return [outer, world.balancerNode];
    case Hop.server:
      return [world.balancerNode, outer];
    default:
      return [outer, world.backplaneNode];
  }
}

/** The link between the balancer and a server. */
export function serverLink(world: World, server: number): number {
  return world.clientCount + server;
}

/** The link between a server and the backplane. */
export function backplaneLink(world: World, server: number): number {
  return world.clientCount + world.serverCount + server;
}

function burst(world: World, link: number) {
  return world.hops[hopOf(world, link)].settings.loss.burst;
}

const behaviour = {
  actions: {
    noteCut: (world: World, link: number) => cutLink(world, link, outerNode(world, link)),
    noteHealed: (world: World, link: number) => healLink(world, link),
  },
  guards: {
    losesInBursts: (world: World, link: number) => burst(world, link) !== null,
  },
  delays: {
    stayInGood: (world: World, link: number) =>
      exponentialUs(world.choices, Purpose.lossBurst, burst(world, link)!.meanGoodUs, "longest"),
    stayInBad: (world: World, link: number) =>
      // At least 1 µs, or a link could go back and forth for ever at one instant.
      Math.max(1, exponentialUs(world.choices, Purpose.lossBurst, burst(world, link)!.meanBadUs)),
  },
} satisfies Behaviour<World>;

export const linkBehaviour: Behaviour<World> = behaviour;

export const linkMachine = setup({
  types: {} as MachineTypes<World, (typeof EVENTS.link)[number]>,
  ...forXState(behaviour),
}).createMachine({
  id: "link",
  initial: "healthy",
  states: {
    healthy: {
      initial: "steady",
      on: { CUT: "cut" },
      states: {
        steady: { always: { guard: "losesInBursts", target: "good" } },
        good: { after: { stayInGood: "bad" } },
        bad: { after: { stayInBad: "good" } },
      },
    },
    cut: { entry: "noteCut", exit: "noteHealed", on: { HEAL: "healthy" } },
  },
});

/** Whether the link drops the packet that is sent now. Draws from the loss stream only if the link can lose by chance. */
export function dropsPacket(world: World, link: number): boolean {
  if (world.link.inState(link, "cut")) return true;
  const { good, burst } = world.hops[hopOf(world, link)].settings.loss;
  const probability = burst !== null && world.link.inState(link, "healthy.bad") ? burst.bad : good;
  return chance(world.choices, Purpose.loss, probability);
}

/** Constant or uniform latency as two numbers, so that the hot path has no switch over shapes. */
export interface HopSettings {
  readonly settings: LinkSettings;
  readonly latency: LatencySettings;
  /** Shortest delay, and the width of a uniform range (0: constant); −1: drawn by {@link drawLatencyUs}. µs. */
  readonly minUs: number;
  readonly spanUs: number;
  /** Mean one-way delay, for what TCP expects of a round trip. µs. */
  readonly meanUs: number;
  /** Whether packets can be lost on links of this class in this scenario. */
  readonly lossy: boolean;
}

export function hopSettings(settings: LinkSettings, cut: boolean): HopSettings {
  const { latency, loss } = settings;
  const lossy = cut || loss.good > 0 || loss.burst !== null;
  switch (latency.kind) {
    case "constant":
      return { settings, latency, minUs: latency.us, spanUs: 0, meanUs: latency.us, lossy };
    case "uniform": {
      const spanUs = latency.maxUs - latency.minUs;
      return {
        settings,
        latency,
        minUs: latency.minUs,
        spanUs,
        meanUs: latency.minUs + Math.round(spanUs / 2),
        lossy,
      };
    }
    case "normal":
      return { settings, latency, minUs: 0, spanUs: -1, meanUs: latency.meanUs, lossy };
    case "exponential":
      return {
        settings,
        latency,
        minUs: latency.minUs,
        spanUs: -1,
        meanUs: latency.minUs + latency.meanUs,
        lossy,
      };
  }
}

/** One packet's one-way delay in µs. */
export function drawLatencyUs(world: World, hop: HopSettings, purpose: number): number {
  if (hop.spanUs === 0) return hop.minUs;
  if (hop.spanUs > 0) return hop.minUs + world.choices.draw(purpose, hop.spanUs + 1);
  if (hop.latency.kind === "normal")
    return normalUs(world.choices, purpose, hop.latency.meanUs, hop.latency.sdUs);
  if (hop.latency.kind === "exponential")
    return hop.minUs + exponentialUs(world.choices, purpose, hop.latency.meanUs);
  throw new Error(`no draw for ${hop.latency.kind} latency`);
}
