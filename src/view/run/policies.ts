/**
 * Balancing policies that most openings of the page do not need are fetched with the first scenario that has one of them: the build puts
 * what does so in place of this (src/view/build/policies.ts). As it stands here, all of them are there.
 */
import type { PolicyName } from "../../model/balancer/policies/index.ts";

/** Afterwards this policy is there; without a name, all are. */
export async function fetchPolicies(_name?: PolicyName): Promise<void> {}
