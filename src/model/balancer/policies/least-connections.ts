import { isAvailable, type Policy } from "./policy.ts";
import { roundRobin } from "./round-robin.ts";

/**
 * The server with the fewest exchanges in progress (nginx `least_conn`). The turn decides among those that tie, and only then is a
 * turn taken: a choice without a tie leaves it where it was. For WebSockets the choice is made at the connect only: a new
 * server gets no existing connection. FACTS §3.
 *
 * Leaves out: weights.
 */
export const leastConnections: Policy = {
  route(world, exchange) {
    const { active } = world.upstreams;
    let fewest = -1;
    let ties = 0;
    for (let server = 0; server < world.nodes.count.server; server++) {
      if (!isAvailable(world, exchange, server)) continue;
      if (ties > 0 && active[server] > active[fewest]) continue;
      ties = ties > 0 && active[server] === active[fewest] ? ties + 1 : 1;
      fewest = server;
    }
    if (ties <= 1) return fewest;
    for (;;) {
      const server = roundRobin.route(world, exchange);
      if (active[server] === active[fewest]) return server;
    }
  },
};
