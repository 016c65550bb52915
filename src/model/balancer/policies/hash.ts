import { addressOf, addressText } from "./client-address.ts";
import { crc32 } from "./crc32.ts";
import { countPlaces, serverAt } from "./places.ts";
import { isAvailable, type Policy } from "./policy.ts";
import { roundRobin } from "./round-robin.ts";

/** After this many misses nginx gives up hashing and uses round robin. */
const MAX_TRIES = 20;

/**
 * nginx `hash $remote_addr`: bits 16 to 30 of the CRC-32 of the client's whole address, modulo the sum of all weights. If that server is
 * not available, the number of the try is put before the address, and its hash is added, until 20 were in vain. FACTS §3 (ngx_http_upstream_hash_module.c).
 *
 * Whoever joins or leaves changes the sum, so that nearly all addresses belong to another server than before; one that is `down` is
 * counted as if it were there, and only its own move.
 *
 * Leaves out: other keys.
 */
export const hash: Policy = {
  hashes: true,
  route(world, exchange) {
    const key = addressText(addressOf(world, exchange));
    let sum = 0;
    for (let tries = 0; tries <= MAX_TRIES; tries++) {
      sum += (crc32(tries === 0 ? "" : `${tries}`, key) >>> 16) & 0x7fff;
      const server = serverAt(world, sum % countPlaces(world));
      if (isAvailable(world, exchange, server)) return server;
    }
    return roundRobin.route(world, exchange);
  },
};
