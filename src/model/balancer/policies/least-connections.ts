import { isAvailable, type Policy } from "./policy.ts";
import { roundRobin } from "./round-robin.ts";

/**
 * The server with the fewest exchanges in progress (nginx `least_conn`); among equals, the next in turn.
 * For WebSockets the choice is made at the connect only: a new server gets no existing connection. FACTS §3.
 *
 * Leaves out: weights, and that nginx takes no turn where none tie; here every choice moves the turn on.
 */
export const leastConnections: Policy = {
  route(world, exchange) {
    const { active } = world.upstreams;
    let fewest = Number.POSITIVE_INFINITY;
    for (let server = 0; server < world.nodes.count.server; server++) {
      if (isAvailable(world, exchange, server)) fewest = Math.min(fewest, active[server]);
    }
    if (fewest === Number.POSITIVE_INFINITY) return -1;
    for (;;) {
      const server = roundRobin.route(world, exchange);
      if (active[server] === fewest) return server;
    }
  },
};
