/** What a scenario says of its channels. */
import { ofGateway } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { CHANNELS, type Channel, type ChannelName, type ChannelSettings, partsOf } from "./channels.ts";
import { gatewayPart } from "./gateway.part.ts";

/** A request between the service and a provider, one way: an assumption, and small beside all else. µs. */
export const REQUEST_US = 50_000;

export function kindOf({ settings }: World, channel: number): Channel {
  return CHANNELS[settings.gateway!.channels[channel]!.kind as ChannelName];
}

export function ofChannel({ settings }: World, channel: number): ChannelSettings {
  return settings.gateway!.channels[channel]!.own as ChannelSettings;
}

/** US dollars in millionths, which are whole numbers: so sums of prices are exact. */
export function microsOf(usd: number): number {
  return Math.round(usd * 1e6);
}

/** What a message costs on a channel, in millionths of a US dollar; −1: no price is known. */
export function priceOf(world: World, channel: number): number {
  const { priceUsd } = ofChannel(world, channel);
  if (priceUsd === "missing") return -1;
  const parts = partsOf(kindOf(world, channel), ofGateway(world, gatewayPart).characters);
  return microsOf(priceUsd as number) * parts;
}
