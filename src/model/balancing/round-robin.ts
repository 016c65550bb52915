import { isAvailable, type Policy } from "./policy.ts";

/**
 * Each request goes to the next server in turn: request i to (first + i) mod servers, long polls and refused ones included
 * (ground-truth 01, 03, 06).
 *
 * Leaves out: weights, and nginx keeping one turn for each of several worker processes (FACTS §3).
 */
export const roundRobin: Policy = (world, exchange) => {
  const { registers, serverCount } = world;
  for (let i = 0; i < serverCount; i++) {
    const server = registers.nextServer[0];
    registers.nextServer[0] = (server + 1) % serverCount;
    if (isAvailable(world, exchange, server)) return server;
  }
  return -1;
};
