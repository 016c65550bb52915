import { isAvailable, type Policy } from "./policy.ts";

/**
 * Each request goes to the next server in turn: request i to (first + i) mod servers, long polls and refused ones included
 * (ground-truth 01, 03, 06).
 *
 * Leaves out: weights, and nginx keeping one turn for each of several worker processes (FACTS §3).
 */
export const roundRobin: Policy = {
  takesAny: true,
  route(world, exchange) {
    const { nextServer } = world.balancers;
    const balancer = world.exchanges.balancer[exchange];
    const servers = world.nodes.count.server;
    for (let i = 0; i < servers; i++) {
      const server = nextServer[balancer];
      nextServer[balancer] = (server + 1) % servers;
      if (isAvailable(world, exchange, server)) return server;
    }
    return -1;
  },
};
