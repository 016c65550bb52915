/**
 * Where servers remember which messages they have seen. A message has one id, however often it is sent. In a process's memory an id dies
 * with the process; in Redis it does not. FACTS §7; ground-truth 26.
 *
 * Leaves out: a Redis that fails or loses what it was told, and how much memory ids take.
 */
import { NONE } from "../network/packets.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { handlingPart } from "./handling.part.ts";

/** How many stores there are. */
function stores({ nodes }: World, seenIds: string): number {
  if (seenIds === "none") return 0;
  return seenIds === "redis" ? 1 : nodes.count.server;
}

/** There is room to remember a delivery's id. */
export function addId(world: World): void {
  world.seenIds.addMany(stores(world, ofServers(world, handlingPart).seenIds));
}

/** An id in the store that a server looks into: a row of SeenIds, −1 none. */
function idOf(world: World, server: number, delivery: number): number {
  const { seenIds } = ofServers(world, handlingPart);
  if (seenIds === "none" || delivery === NONE) return NONE;
  return delivery * stores(world, seenIds) + (seenIds === "redis" ? 0 : server);
}

export function isSeen(world: World, server: number, delivery: number): boolean {
  const { queue, seenIds } = world;
  const id = idOf(world, server, delivery);
  if (id === NONE || seenIds.isSeen[id] === 0) return false;
  return (
    ofServers(world, handlingPart).idsKeptUs === Number.POSITIVE_INFINITY || seenIds.untilUs[id] > queue.nowUs
  );
}

export function remember(world: World, server: number, delivery: number): void {
  const { queue, seenIds } = world;
  const id = idOf(world, server, delivery);
  if (id === NONE) return;
  const { idsKeptUs } = ofServers(world, handlingPart);
  seenIds.isSeen[id] = 1;
  if (idsKeptUs !== Number.POSITIVE_INFINITY) seenIds.untilUs[id] = queue.nowUs + idsKeptUs;
}

/** A process died, and with it the ids in its memory. */
export function forgetIds(world: World, server: number): void {
  if (ofServers(world, handlingPart).seenIds !== "memory") return;
  for (let delivery = 0; delivery < world.deliveries.rows; delivery++)
    world.seenIds.isSeen[idOf(world, server, delivery)] = 0;
}
