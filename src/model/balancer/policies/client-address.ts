import { NONE } from "../../network/packets.ts";
import type { World } from "../../world/world.ts";

/** 10.0.0.1: where requests come from that another balancer passes on. */
const BALANCER_ADDRESS = 0x0a_00_00_01;

/** The IPv4 address that a request's connection comes from, as an unsigned integer: of a client, or of the balancer before. */
export function addressOf({ clients, exchanges }: World, exchange: number): number {
  const isFromClient = exchanges.outer[exchange] === NONE;
  return isFromClient ? clients.address[exchanges.client[exchange]] : BALANCER_ADDRESS;
}

/** nginx `$remote_addr`. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
