/**
 * A copy that the notification service watches: it goes to the page first, as ever. If no receipt comes in time, or what it went by has
 * failed, the service takes the next channel of its list, and so on to the last. FACTS §9.1.
 *
 * Leaves out: two channels at a time, a channel that is tried again, hours at which nobody is called.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { Fate } from "../fate/oracle.part.ts";
import { carry, endBranch, giveUp, noteReason } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import { RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofGateway } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ChannelEvent } from "./channel.part.ts";
import { fallbackPart } from "./fallback.part.ts";
import { gatewayPart, Heard, PAGE } from "./gateway.part.ts";
import { microsOf, ofChannel, priceOf, REQUEST_US } from "./providers.ts";

/** The first channel that was not tried yet and is within what may be spent; −1 none. */
function nextChannel(world: World, fallback: number): number {
  const { fallbacks, settings, spendings } = world;
  const { budgetUsd, keepsBudget } = ofGateway(world, gatewayPart);
  const isBound = keepsBudget && budgetUsd !== "none";
  const mostMicros = isBound ? microsOf(budgetUsd as number) : Number.POSITIVE_INFINITY;
  for (let channel = fallbacks.next[fallback]; channel < settings.gateway!.channels.length; channel++)
    if (spendings.micros[0] + Math.max(0, priceOf(world, channel)) <= mostMicros) return channel;
  return NONE;
}

const behaviour = {
  actions: {
    sendNext: (world: World, fallback: number) => {
      const { fallbacks, nodes, queue, spendings } = world;
      const channel = nextChannel(world, fallback);
      const copy = fallbacks.copy[fallback];
      fallbacks.channel[fallback] = channel;
      fallbacks.next[fallback] = channel + 1;
      // It is given back if the channel refuses.
      spendings.micros[0] += Math.max(0, priceOf(world, channel));
      carry(world, copy);
      const place = nodes.first.channel + channel;
      world.record(RecordKind.frame, FrameKind.handOver, nodes.first.gateway, place, copy, REQUEST_US);
      queue.schedule(queue.nowUs + REQUEST_US, ChannelEvent.SEND, channel, fallback, copy);
    },
    /** The service has done what it can. */
    release: (world: World, fallback: number) => {
      const { fallbacks, notices, nodes, settings, copies } = world;
      const notice = fallbacks.notice[fallback];
      const copy = fallbacks.copy[fallback];
      const place = nodes.first.gateway;
      // A channel is left, and the money is not.
      const isLeft = fallbacks.next[fallback] < settings.gateway!.channels.length;
      if (copies.fate[copy] === Fate.inFlight && isLeft && nextChannel(world, fallback) === NONE)
        noteReason(world, copy, Cause.budgetSpent, place);
      if (--notices.open[notice] > 0) giveUp(world, copy, place);
      else endBranch(world, notices.message[notice], place);
    },
  },
  guards: {
    isAway: (world: World, fallback: number) => {
      const { fallbacks, copies, clients } = world;
      const recipient = copies.recipient[fallbacks.copy[fallback]];
      return ofGateway(world, gatewayPart).asksPresence && clients.server[recipient] === NONE;
    },
    hasChannel: (world: World, fallback: number) => nextChannel(world, fallback) !== NONE,
    minds: (world: World) => ofGateway(world, gatewayPart).fallBackOn === "unread",
    /** Whether a receipt says what the service waits for. */
    isEnough: (world: World, _fallback: number, heard: number, by: number) => {
      const { gate, until } = ofGateway(world, gatewayPart);
      if (!gate) return false;
      if (heard === Heard.read || until === "delivered") return true;
      return by !== PAGE && ofChannel(world, by).receipts === "delivered";
    },
    isLatest: ({ fallbacks }: World, fallback: number, channel: number) =>
      fallbacks.channel[fallback] === channel,
  },
  delays: {
    wait: (world: World) => ofGateway(world, gatewayPart).waitUs,
  },
} satisfies Behaviour<World>;

export const fallbackMachine = machineOf(fallbackPart, behaviour, {
  initial: "new",
  states: {
    new: { on: { OFFER: [{ guard: "isAway", target: "choosing" }, { target: "onPage" }] } },
    onPage: {
      on: { RECEIPT: { guard: "isEnough", target: "over" } },
      after: { wait: [{ guard: "minds", target: "choosing" }, { target: "over" }] },
    },
    choosing: {
      always: [{ guard: "hasChannel", target: "sent", actions: "sendNext" }, { target: "over" }],
    },
    sent: {
      on: {
        RECEIPT: { guard: "isEnough", target: "over" },
        FAILED: { guard: "isLatest", target: "choosing" },
      },
      after: { wait: [{ guard: "minds", target: "choosing" }, { target: "over" }] },
    },
    over: { entry: "release" },
  },
});
