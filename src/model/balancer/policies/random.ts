import { Purpose } from "../../trace/purposes.ts";
import { isAvailable, type Policy } from "./policy.ts";

/** Each request goes to a server drawn at random among those available (nginx `random`). */
export const random: Policy = {
  takesAny: true,
  route(world, exchange) {
    let available = 0;
    for (let server = 0; server < world.nodes.count.server; server++)
      if (isAvailable(world, exchange, server)) available++;
    if (available === 0) return -1;
    let skip = world.choices.draw(Purpose.balancing, available);
    for (let server = 0; ; server++) {
      if (isAvailable(world, exchange, server) && skip-- === 0) return server;
    }
  },
};
