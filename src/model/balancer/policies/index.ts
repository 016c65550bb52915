/** All balancing policies by their names in scenarios. A new one is one file and one line here. */
import { ipHash } from "./ip-hash.ts";
import { leastConnections } from "./least-connections.ts";
import type { Policy } from "./policy.ts";
import { random } from "./random.ts";
import { roundRobin } from "./round-robin.ts";
import { stickyCookie } from "./sticky-cookie.ts";

export const POLICIES = {
  "round-robin": roundRobin,
  random,
  "least-connections": leastConnections,
  "ip-hash": ipHash,
  "sticky-cookie": stickyCookie,
} as const satisfies Readonly<Record<string, Policy>>;

export type PolicyName = keyof typeof POLICIES;
