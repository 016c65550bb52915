/**
 * A link: what joins two nodes. It delays every packet by a latency drawn from its distribution, and loses some: with
 * one probability, or in bursts (Gilbert–Elliott: a good and a bad state, with exponential stays). A cut link drops
 * everything silently, in both directions, as a packet filter does (ground-truth 10-half-open). Or the connections
 * that exist go mute, in one direction or in both, while new ones work: an address that changed, a middlebox that
 * started anew (ground-truth 22-half-dead). It may be the sender's own kernel that drops them, which knows it (tcp.ts). A fault can make a
 * link slower, or lossy, until it heals, and can drop or hold back a single packet: over TCP that costs a
 * retransmission or a wait, never the message.
 *
 * Leaves out: bandwidth and queueing, reordering (TCP hides it), a limit on what a cut may last.
 */
import { chance, exponentialUs } from "../../kernel/sampling.ts";
import type { Behaviour } from "../../statechart/behaviour.ts";
import { cutLink, healLink, muteLink } from "../fate/silence.ts";
import { Purpose } from "../trace/purposes.ts";
import { RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import type { LossSettings, PacketFault } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import { Directions, linkPart } from "./link.part.ts";
import { isForgottenBy, isToldBy } from "./nat.ts";
import { isUpward, TcpEvent } from "./tcp.part.ts";

function lossOf({ links }: World, link: number): LossSettings {
  return links.losses[links.loss[link]]!;
}

/** The client or server at a link's end; of one between balancers, the nearer to the clients. */
export function outerNode({ links, nodes }: World, link: number): number {
  const to = links.to[link];
  return to >= nodes.first.server && to < nodes.first.backplane ? to : links.from[link];
}

const behaviour = {
  actions: {
    noteCut: (world: World, link: number) => cutLink(world, link, outerNode(world, link)),
    noteHealed: (world: World, link: number) => healLink(world, link),
    mute: (world: World, link: number, direction: number, bySender: number) => {
      const { links, streams } = world;
      if (direction !== Directions.down) links.mutedUp[link] = streams.rows;
      if (direction !== Directions.up) links.mutedDown[link] = streams.rows;
      links.muteBySender[link] = bySender;
      muteLink(world, link, outerNode(world, link));
    },
    setLatency: ({ links }: World, link: number, latency: number) => {
      links.latency[link] = latency;
    },
    setLoss: ({ links }: World, link: number, loss: number) => {
      links.loss[link] = loss;
    },
    restore: ({ links, queue }: World, link: number) => {
      links.latency[link] = links.usualLatency[link];
      links.loss[link] = links.usualLoss[link];
      if (links.mutedUp[link] + links.mutedDown[link] > 0) links.muteUntilUs[link] = queue.nowUs;
      links.mutedUp[link] = 0;
      links.mutedDown[link] = 0;
      links.muteBySender[link] = 0;
    },
  },
  guards: {
    hasOtherLoss: ({ links }: World, link: number) => links.loss[link] !== links.usualLoss[link],
    losesInBursts: (world: World, link: number) => lossOf(world, link).burst !== null,
  },
  delays: {
    stayInGood: (world: World, link: number) =>
      exponentialUs(world.choices, Purpose.lossBurst, lossOf(world, link).burst!.meanGoodUs, "longest"),
    stayInBad: (world: World, link: number) =>
      // At least 1 µs, or a link could go back and forth for ever at one instant.
      Math.max(1, exponentialUs(world.choices, Purpose.lossBurst, lossOf(world, link).burst!.meanBadUs)),
  },
} satisfies Behaviour<World>;

export const linkMachine = machineOf(linkPart, behaviour, {
  initial: "healthy",
  on: {
    SLOW: { actions: "setLatency" },
    MUTE: { actions: "mute" },
  },
  states: {
    healthy: {
      initial: "steady",
      on: {
        CUT: "cut",
        LOSE: { target: ".steady", actions: "setLoss" },
        HEAL: [{ guard: "hasOtherLoss", target: ".steady", actions: "restore" }, { actions: "restore" }],
      },
      states: {
        steady: { always: { guard: "losesInBursts", target: "good" } },
        good: { after: { stayInGood: "bad" } },
        bad: { after: { stayInBad: "good" } },
      },
    },
    cut: {
      entry: "noteCut",
      exit: "noteHealed",
      on: { HEAL: { target: "healthy", actions: "restore" }, LOSE: { actions: "setLoss" } },
    },
  },
});

/** Whether the link drops the packet that a stream sends now. Draws from the loss stream only if the link can lose by chance. */
export function dropsPacket(world: World, stream: number): boolean {
  const link = world.streams.link[stream];
  const isNamed = world.links.counted[link] === 1 && countPacket(world, stream)?.delayUs === null;
  if (isNamed || drops(world, stream, Purpose.loss)) return true;
  return isForgotten(world, stream, true);
}

/** Whether the link drops an acknowledgement without data in the direction of a stream. Faults don't count or name it. */
export function dropsAck(world: World, stream: number): boolean {
  return drops(world, stream, Purpose.ackLoss) || isForgotten(world, stream, false);
}

/** Whether a packet comes by a NAT that has forgotten its connection. `tells`: then its sender may be told. */
function isForgotten(world: World, stream: number, tells: boolean): boolean {
  const { links, streams, queue } = world;
  const link = streams.link[stream];
  if (link >= links.numbers.count.client || !isForgottenBy(world, link, stream)) return false;
  if (tells && isToldBy(world, link)) {
    // Half the way there, and half the way back.
    const { meanUs } = links.latencies[links.latency[link]]!;
    queue.schedule(queue.nowUs + meanUs, TcpEvent.RESET, stream, 0, 0);
  }
  return true;
}

function drops(world: World, stream: number, purpose: number): boolean {
  const link = world.streams.link[stream];
  if (world.isIn(linkPart, link, "cut") || isMute(world, stream)) return true;
  const { good, burst } = lossOf(world, link);
  const probability = burst !== null && world.isIn(linkPart, link, "healthy.bad") ? burst.bad : good;
  return chance(world.choices, purpose, probability);
}

/** Whether a stream's connection carries nothing any more in its direction. */
function isMute({ links, streams }: World, stream: number): boolean {
  const link = streams.link[stream];
  return stream < (isUpward(stream) ? links.mutedUp : links.mutedDown)[link];
}

/** Whether its sender's own kernel refuses what a stream sends now. */
export function refusesPacket(world: World, stream: number): boolean {
  const { links, streams } = world;
  return links.muteBySender[streams.link[stream]] === 1 && isMute(world, stream);
}

/** Counts a packet on its way over its link. Returns the fault that names it. */
function countPacket(world: World, stream: number): PacketFault | undefined {
  const { links, streams } = world;
  const link = streams.link[stream];
  const up = isUpward(stream);
  if (up) links.sentUp[link]++;
  else links.sentDown[link]++;
  const index = faultOf(world, link, up);
  if (index < 0) return undefined;
  world.record(RecordKind.fault, index, 0, 0, 0, 0);
  return world.settings.faults[index] as PacketFault;
}

/** The fault that names the packet that was counted last in a direction of a link, −1 none. */
function faultOf({ links, settings }: World, link: number, up: boolean): number {
  const packet = (up ? links.sentUp : links.sentDown)[link];
  return settings.faults.findIndex(
    (fault) => fault.target === "packet" && fault.link === link && fault.up === up && fault.packet === packet,
  );
}

/** By how much a fault holds back the packet that a stream has just sent. µs. */
export function heldBackUs(world: World, stream: number): number {
  const { links, streams, settings } = world;
  const link = streams.link[stream];
  if (links.counted[link] === 0) return 0;
  const index = faultOf(world, link, isUpward(stream));
  return index < 0 ? 0 : ((settings.faults[index] as PacketFault).delayUs ?? 0);
}
