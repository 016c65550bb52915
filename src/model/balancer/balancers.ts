/** The balancers of the row: where they are, what they choose by, and whom they can ask. */
import type { World } from "../world/world.ts";
import { POLICIES, type PolicyName } from "./policies/index.ts";
import type { Policy } from "./policies/policy.ts";

/** The node of the balancer that an exchange is at. */
export function balancerNode({ nodes, exchanges }: World, exchange: number): number {
  return nodes.first.balancer + exchanges.balancer[exchange];
}

export function policyOf({ settings }: World, balancer: number): Policy {
  return POLICIES[settings.balancers[balancer]!.policy as PolicyName];
}

/** Whether it has the servers; the others have the next balancer only. */
export function isLast({ nodes }: World, balancer: number): boolean {
  return balancer === nodes.count.balancer - 1;
}
