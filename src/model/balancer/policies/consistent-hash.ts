import type { World } from "../../world/world.ts";
import { hasPlace } from "../listed.ts";
import { addressOf, addressText } from "./client-address.ts";
import { crc32 } from "./crc32.ts";
import { isAvailable, type Policy } from "./policy.ts";
import { roundRobin } from "./round-robin.ts";

/** Points on the ring for each unit of weight. */
const POINTS = 160;

/** After this many misses nginx gives up the ring and uses round robin. */
const MAX_TRIES = 20;

/** The ring: hashes in rising order, and whose each is. */
interface Ring {
  readonly hashes: Uint32Array;
  readonly servers: Int32Array;
}

/**
 * nginx `hash $remote_addr consistent` (ketama, ngx_http_upstream_init_chash): each server has 160 points a weight on a ring of 2³²,
 * each the CRC-32 of its name and of the point before. An address belongs to the next point, and, if that one's server is not
 * available, to the one after, until 20 were in vain. So whoever joins or leaves moves its own share only, about 1/N. FACTS §3.
 *
 * Servers are named in its configuration as here, with a port: server-1:3000.
 *
 * Leaves out: other keys, and servers that have a name in common.
 */
export const consistentHash: Policy = {
  hashes: true,
  route(world, exchange) {
    const { hashes, servers } = ringOf(world);
    const from = firstAtLeast(hashes, crc32(addressText(addressOf(world, exchange))));
    for (let i = 0, misses = 0; i < servers.length && misses <= MAX_TRIES; i++) {
      const server = servers[(from + i) % servers.length]!;
      if (isAvailable(world, exchange, server)) return server;
      if (hasPlace(world, server)) misses++;
    }
    return roundRobin.route(world, exchange);
  },
};

/** It follows from the settings alone: servers that have not joined yet have their points, which are passed over. */
const rings = new WeakMap<World["settings"], Ring>();

function ringOf({ settings }: World): Ring {
  let ring = rings.get(settings);
  if (ring === undefined) {
    ring = makeRing(settings.upstreams.map(({ weight }) => weight));
    rings.set(settings, ring);
  }
  return ring;
}

/** Of servers that weigh so much. */
export function makeRing(weights: readonly number[]): Ring {
  const points: { readonly hash: number; readonly server: number }[] = [];
  for (const [server, weight] of weights.entries()) {
    let before = 0;
    for (let i = 0; i < POINTS * weight; i++) {
      const bytes = [before & 255, (before >>> 8) & 255, (before >>> 16) & 255, before >>> 24];
      before = crc32(`server-${server + 1}`, [0], "3000", bytes);
      points.push({ hash: before, server });
    }
  }
  points.sort((one, other) => one.hash - other.hash);
  const kept = points.filter(({ hash }, i) => i === 0 || points[i - 1]!.hash !== hash);
  return {
    hashes: Uint32Array.from(kept, ({ hash }) => hash),
    servers: Int32Array.from(kept, ({ server }) => server),
  };
}

/** The first place whose hash is not less; behind the last, if all are. */
function firstAtLeast(hashes: Uint32Array, hash: number): number {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hashes[middle]! < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}
