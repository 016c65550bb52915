import { peerOf } from "../listed.ts";
import { drawServer } from "./drawn.ts";
import type { Policy } from "./policy.ts";

/**
 * The power of two choices (nginx `random two least_conn`, ngx_http_upstream_get_random2_peer): of two servers drawn at random, the one
 * with fewer exchanges in progress for its weight; where they tie, the one that was drawn last. FACTS §3, §14.4.
 *
 * Nobody has to know all servers, and a stale count sends only some requests wrong.
 */
export const twoChoices: Policy = {
  takesAny: true,
  route(world, exchange) {
    const { peers, upstreams } = world;
    const one = drawServer(world, exchange, -1);
    const other = one < 0 ? -1 : drawServer(world, exchange, one);
    if (other < 0) return one;
    const first = peerOf(world, exchange, 0);
    const isBusier =
      peers.active[first + other] * upstreams.weight[one] >
      peers.active[first + one] * upstreams.weight[other];
    return isBusier ? one : other;
  },
};
