/** Places that are dealt out to servers, to each as many as it weighs. */
import type { World } from "../../world/world.ts";
import { hasPlace } from "../listed.ts";

/** How many there are, at least 1. */
export function countPlaces(world: World): number {
  let total = 0;
  for (let server = 0; server < world.nodes.count.server; server++)
    if (hasPlace(world, server)) total += world.upstreams.weight[server];
  return Math.max(total, 1);
}

/** Whose a place is. */
export function serverAt(world: World, place: number): number {
  let rest = place;
  for (let server = 0; server < world.nodes.count.server; server++) {
    if (!hasPlace(world, server)) continue;
    rest -= world.upstreams.weight[server];
    if (rest < 0) return server;
  }
  return 0;
}
