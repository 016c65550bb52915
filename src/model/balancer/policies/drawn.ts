/** Servers drawn at random, as often as their weights say. */
import { Purpose } from "../../trace/purposes.ts";
import type { World } from "../../world/world.ts";
import { isAvailable } from "./policy.ts";
import { isEven } from "./turn.ts";

/** One of those that can take the request, but for one; −1 if there is none. */
export function drawServer(world: World, exchange: number, but: number): number {
  const { upstreams, nodes } = world;
  if (isEven(world, exchange)) return drawEvenly(world, but);
  const mayTake = (server: number) => server !== but && isAvailable(world, exchange, server);
  let total = 0;
  for (let server = 0; server < nodes.count.server; server++)
    if (mayTake(server)) total += upstreams.weight[server];
  if (total === 0) return -1;
  let skip = world.choices.draw(Purpose.balancing, total);
  for (let server = 0; ; server++) {
    if (!mayTake(server)) continue;
    skip -= upstreams.weight[server];
    if (skip < 0) return server;
  }
}

function drawEvenly({ choices, nodes }: World, but: number): number {
  const others = but < 0 ? nodes.count.server : nodes.count.server - 1;
  if (others === 0) return -1;
  const drawn = choices.draw(Purpose.balancing, others);
  return but >= 0 && drawn >= but ? drawn + 1 : drawn;
}
