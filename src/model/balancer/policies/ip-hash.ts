import { addressOf } from "./client-address.ts";
import { countPlaces, serverAt } from "./places.ts";
import { isAvailable, type Policy } from "./policy.ts";
import { roundRobin } from "./round-robin.ts";

/** After this many misses nginx gives up hashing and uses round robin. */
const MAX_TRIES = 20;

/**
 * nginx `ip_hash`: the first three octets of the client's IPv4 address choose the server, so a whole /24 lands on one
 * server. Start at 89; per octet h = (h × 113 + octet) mod 6271; the server is h mod servers, each counted as often as it weighs. If that
 * server is not available, hash on from there. FACTS §3 (ngx_http_upstream_ip_hash_module.c), ground-truth 04-polling-ip-hash.
 * Behind another balancer all requests come from that one's address, so all go to one server.
 *
 * Leaves out: IPv6 (all 16 octets), the client's address in a header or in the PROXY protocol.
 */
export const ipHash: Policy = {
  hashes: true,
  route(world, exchange) {
    const address = addressOf(world, exchange);
    let hash = 89;
    for (let tries = 0; tries <= MAX_TRIES; tries++) {
      for (let shift = 24; shift >= 8; shift -= 8) hash = (hash * 113 + ((address >>> shift) & 255)) % 6271;
      const server = serverAt(world, hash % countPlaces(world));
      if (isAvailable(world, exchange, server)) return server;
    }
    return roundRobin.route(world, exchange);
  },
};
