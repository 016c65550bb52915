import { isAvailable, type Policy } from "./policy.ts";
import { roundRobin } from "./round-robin.ts";

/**
 * Cookie affinity (HAProxy `cookie … insert indirect nocache`): a request without the cookie is balanced in turn and
 * its answer sets the cookie; a request with it goes to the server that it names, or in turn again if that server is
 * out (`option redispatch`). A client that does not keep cookies is balanced anew each time. FACTS §3, ground-truth
 * 05-cookie-sticky.
 *
 * Leaves out: health checks, and that HAProxy without one tries the cookie's server again, a second apart, before it
 * takes another. Here a server is out as it is at nginx: for failTimeoutMs after a failed try. And a cookie in the
 * answer that opens a WebSocket (101), which a browser would keep: who begins with a WebSocket gets none.
 */
export const stickyCookie: Policy = {
  setsCookie: true,
  route(world, exchange) {
    const server = world.exchanges.cookie[exchange];
    return server >= 0 && isAvailable(world, exchange, server) ? server : roundRobin.route(world, exchange);
  },
};
