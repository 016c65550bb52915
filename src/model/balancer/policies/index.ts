/** All balancing policies by their names in scenarios. A new one is one file and one line here. */
import { consistentHash } from "./consistent-hash.ts";
import { hash } from "./hash.ts";
import { ipHash } from "./ip-hash.ts";
import { leastConnections } from "./least-connections.ts";
import type { Policy } from "./policy.ts";
import { random } from "./random.ts";
import { roundRobin } from "./round-robin.ts";
import { stickyCookie } from "./sticky-cookie.ts";
import { twoChoices } from "./two-choices.ts";

export const POLICIES = {
  "round-robin": roundRobin,
  random,
  "least-connections": leastConnections,
  "ip-hash": ipHash,
  "sticky-cookie": stickyCookie,
  hash,
  "consistent-hash": consistentHash,
  "two-choices": twoChoices,
} as const satisfies Readonly<Record<string, Policy>>;

export type PolicyName = keyof typeof POLICIES;
