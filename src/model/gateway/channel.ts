/**
 * A channel's provider: it takes a message or refuses it (too long, not available), and brings it to the person's device, late, or
 * not at all. What it takes costs money. FACTS §9.1.
 *
 * Leaves out: rates and quotas, filters of carriers, and providers that take a message while they are down.
 */
import { chance, exponentialUs } from "../../kernel/sampling.ts";
import type { Behaviour } from "../../statechart/behaviour.ts";
import { dropCopy } from "../fate/oracle.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import { Purpose } from "../trace/purposes.ts";
import { RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofGateway } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { channelPart } from "./channel.part.ts";
import { FallbackEvent } from "./fallback.part.ts";
import { GatewayEvent, gatewayPart } from "./gateway.part.ts";
import { kindOf, ofChannel, priceOf, REQUEST_US } from "./providers.ts";

/** The provider says no. Nothing was paid. */
function refuse(world: World, channel: number, fallback: number, copy: number, cause: number): void {
  const { queue, nodes, spendings } = world;
  const place = nodes.first.channel + channel;
  spendings.micros[0] -= Math.max(0, priceOf(world, channel));
  dropCopy(world, copy, cause, place);
  world.record(RecordKind.frame, FrameKind.refusal, place, nodes.first.gateway, -1, REQUEST_US);
  queue.schedule(queue.nowUs + REQUEST_US, FallbackEvent.FAILED, fallback, channel, 0);
}

const behaviour = {
  actions: {
    take: (world: World, channel: number, fallback: number, copy: number) => {
      const { queue, copies, nodes, choices } = world;
      const { latencyUs, slowerUs, loss, bodyLimit } = ofChannel(world, channel);
      if (ofGateway(world, gatewayPart).characters > bodyLimit)
        return refuse(world, channel, fallback, copy, Cause.bodyTooLong);
      const place = nodes.first.channel + channel;
      const recipient = copies.recipient[copy];
      const message = copies.message[copy];
      world.record(RecordKind.channelSent, copy, message, recipient, place, priceOf(world, channel));
      const isLost = chance(choices, Purpose.channelLoss, loss);
      const flightUs = latencyUs + exponentialUs(choices, Purpose.channelLatency, slowerUs);
      world.record(RecordKind.frame, FrameKind.byChannel, place, recipient, copy, isLost ? -1 : flightUs);
      if (!isLost) {
        queue.schedule(queue.nowUs + flightUs, GatewayEvent.ARRIVED, fallback, channel, copy);
        return;
      }
      dropCopy(world, copy, Cause.lostOnChannel, place);
      if (!kindOf(world, channel).tellsLoss) return;
      // It rings for as long before the caller gives up.
      queue.schedule(queue.nowUs + flightUs, FallbackEvent.FAILED, fallback, channel, 0);
    },
    refuseDown: (world: World, channel: number, fallback: number, copy: number) =>
      refuse(world, channel, fallback, copy, Cause.channelDown),
  },
  guards: {},
  delays: {},
} satisfies Behaviour<World>;

export const channelMachine = machineOf(channelPart, behaviour, {
  initial: "up",
  states: {
    up: { on: { SEND: { actions: "take" }, CRASH: "down" } },
    down: { on: { SEND: { actions: "refuseDown" }, RESTART: "up" } },
  },
});
