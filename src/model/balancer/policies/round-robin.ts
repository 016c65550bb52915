import { isAvailable, type Policy } from "./policy.ts";
import { goAround, isEven, takeNext, takeTurn } from "./turn.ts";

/**
 * Each request goes to the next server in turn, as often as its weight says: long polls and refused ones included
 * (ground-truth 01, 03, 06). With several workers, each has turns of its own. FACTS §3.
 */
export const roundRobin: Policy = {
  takesAny: true,
  knowsBackups: true,
  route(world, exchange) {
    const worker = world.exchanges.worker[exchange];
    if (isEven(world, exchange)) return takeNext(world, worker);
    const server = takeTurn(world, worker, (one) => isAvailable(world, exchange, one));
    goAround(world, worker);
    return server;
  },
};
