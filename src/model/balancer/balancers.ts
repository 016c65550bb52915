/** The balancers of the row: where they are, what they choose by, and whom they can ask. */
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { balancerPart } from "./balancer.part.ts";
import { exchangePart } from "./exchange.part.ts";
import { BALANCER_KINDS, type BalancerKindName } from "./kinds/index.ts";
import type { BalancerKind } from "./kinds/kind.ts";
import { POLICIES, type PolicyName } from "./policies/index.ts";
import type { Policy } from "./policies/policy.ts";

/** The node of the balancer that an exchange is at. */
export function balancerNode({ nodes, exchanges }: World, exchange: number): number {
  return nodes.first.balancer + exchanges.balancer[exchange];
}

export function policyOf({ settings }: World, balancer: number): Policy {
  return POLICIES[settings.balancers[balancer]!.policy as PolicyName];
}

/** The balancers take their place in the row. */
export function addBalancers(world: World): void {
  const { balancers, nodes, settings } = world;
  balancers.addMany(nodes.count.balancer);
  world.destinations.addMany(nodes.count.balancer - 1 + nodes.count.server);
  settings.balancers.forEach((balancer, i) => {
    const kind: BalancerKind = BALANCER_KINDS[balancer.kind as BalancerKindName];
    const { answer, silence } = kind.timeouts(balancer.own);
    balancers.answerUs[i] = answer.us;
    balancers.silenceUs[i] = silence.us;
    balancers.lazyUs[i] = kind.lazyUs;
    balancers.lifetimeUs[i] = ofBalancer(world, exchangePart, i).maxLifetimeUs;
    balancers.mostDescriptors[i] = ofBalancer(world, balancerPart, i).descriptors;
    balancers.mostConnections[i] = kind.connections?.(balancer.own) ?? Number.POSITIVE_INFINITY;
    balancers.bufferEvents[i] = kind.buffers?.(balancer.own) ?? 0;
    balancers.forgets[i] = kind.afterSilence === "forgets" ? 1 : 0;
  });
}

/** The first balancer of the row that drops the header that asks for a WebSocket, −1 none. */
export function dropsUpgrade(world: World): number {
  return world.settings.balancers.findIndex(
    (_, balancer) => ofBalancer(world, exchangePart, balancer).upgradeHeader === "drop",
  );
}

/** Whether it has the servers; the others have the next balancer only. */
export function isLast({ nodes }: World, balancer: number): boolean {
  return balancer === nodes.count.balancer - 1;
}
