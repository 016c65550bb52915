import { NONE } from "../../network/packets.ts";
import { isUsable, type Policy } from "./policy.ts";
import { roundRobin } from "./round-robin.ts";

/**
 * Cookie affinity (HAProxy `cookie … insert indirect nocache`, nginx `sticky cookie`): a request without the cookie is balanced in
 * turn and its answer sets the cookie, also that which opens a WebSocket; a request with it goes to the server that it names, or in turn again if that server is
 * out, or has refused the request. A client that does not keep cookies is balanced anew each time. What happens where the named server
 * does not take a request, the balancer's kind says. FACTS §3, ground-truth 05-cookie-sticky, 18-haproxy-dead-target.
 */
export const stickyCookie: Policy = {
  setsCookie: true,
  takesAny: true,
  knowsBackups: true,
  route(world, exchange) {
    const { exchanges, tries } = world;
    const server = exchanges.cookie[exchange];
    const isFirst = tries.before[exchanges.current[exchange]] === NONE;
    const named = isFirst && server >= 0 && isUsable(world, exchange, server);
    return named ? server : roundRobin.route(world, exchange);
  },
};
