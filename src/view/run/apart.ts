/**
 * What most openings of the page do not need is fetched with the first scenario that needs it: the build puts what does so in place of
 * this (src/view/build/apart.ts). As it stands here, all of it is there.
 */
import type { Scenario } from "../../scenario/schema.ts";

/** Afterwards what this scenario needs is there; without one, everything is. */
export async function fetchApart(_scenario?: Scenario): Promise<void> {}
