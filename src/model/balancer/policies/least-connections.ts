import { peerOf } from "../listed.ts";
import { isAvailable, type Policy } from "./policy.ts";
import { takeTurn } from "./turn.ts";

/**
 * The server with the fewest exchanges in progress for its weight (nginx `least_conn`). The turn decides among those that tie, and only
 * then is a turn taken: a choice without a tie leaves it where it was. With several workers, each counts its own. For WebSockets the choice
 * is made at the connect only: a new server gets no existing connection. FACTS §3.
 */
export const leastConnections: Policy = {
  knowsBackups: true,
  route(world, exchange) {
    const { peers, upstreams, nodes } = world;
    const first = peerOf(world, exchange, 0);
    const load = (server: number) => peers.active[first + server];
    let fewest = -1;
    let ties = 0;
    // How two servers compare, without a division: the connections of each, times the weight of the other.
    const more = (one: number, other: number) =>
      load(one) * upstreams.weight[other] - load(other) * upstreams.weight[one];
    for (let server = 0; server < nodes.count.server; server++) {
      if (!isAvailable(world, exchange, server)) continue;
      if (ties > 0 && more(server, fewest) > 0) continue;
      ties = ties > 0 && more(server, fewest) === 0 ? ties + 1 : 1;
      fewest = server;
    }
    if (ties <= 1) return fewest;
    return takeTurn(
      world,
      world.exchanges.worker[exchange],
      (server) => more(server, fewest) === 0 && isAvailable(world, exchange, server),
    );
  },
};
