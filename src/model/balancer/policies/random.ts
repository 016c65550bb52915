import { drawServer } from "./drawn.ts";
import type { Policy } from "./policy.ts";

/** Each request goes to a server drawn at random among those that can take it, by their weights (nginx `random`). */
export const random: Policy = {
  takesAny: true,
  route: (world, exchange) => drawServer(world, exchange, -1),
};
