/** The balancers of the row: where they are, what they choose by, and whom they can ask. */
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { balancerPart } from "./balancer.part.ts";
import { exchangePart } from "./exchange.part.ts";
import { BALANCER_KINDS, type BalancerKindName } from "./kinds/index.ts";
import type { BalancerKind, FailureHandling, HealthChecks } from "./kinds/kind.ts";
import { addUpstreams } from "./listing.ts";
import { POLICIES, type PolicyName } from "./policies/index.ts";
import type { Policy } from "./policies/policy.ts";

/** The node of the balancer that an exchange is at. */
export function balancerNode({ nodes, exchanges }: World, exchange: number): number {
  return nodes.first.balancer + exchanges.balancer[exchange];
}

export function policyOf({ settings }: World, balancer: number): Policy {
  return POLICIES[settings.balancers[balancer]!.policy as PolicyName];
}

const NO_CHECKS: HealthChecks = {
  intervalUs: Number.POSITIVE_INFINITY,
  timeoutUs: Number.POSITIVE_INFINITY,
  fall: 1,
  rise: 1,
  failsOpen: false,
  endsMarked: false,
};

function setFailures(world: World, balancer: number, failures: FailureHandling): void {
  const { balancers } = world;
  balancers.asksOther[balancer] = failures.asks === "other" ? 1 : 0;
  balancers.asksAgain[balancer] = failures.asks === "again" ? 1 : 0;
  balancers.avoids[balancer] = policyOf(world, balancer).hashes === true ? 0 : 1;
  balancers.inVain[balancer] = failures.inVain === "closes" ? 0 : failures.inVain;
  balancers.maxFails[balancer] = failures.maxFails;
  balancers.retries[balancer] = failures.retries;
  balancers.redispatches[balancer] = failures.redispatches ? 1 : 0;
}

function setChecks({ balancers }: World, balancer: number, checks: HealthChecks): void {
  balancers.checkUs[balancer] = checks.intervalUs;
  balancers.checkTimeoutUs[balancer] = checks.timeoutUs;
  balancers.fall[balancer] = checks.fall;
  balancers.rise[balancer] = checks.rise;
  balancers.failsOpen[balancer] = checks.failsOpen ? 1 : 0;
  balancers.endsMarked[balancer] = checks.endsMarked ? 1 : 0;
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
    balancers.mostSessions[i] = kind.sessionsPerS?.(balancer.own) ?? Number.POSITIVE_INFINITY;
    balancers.queues[i] =
      Math.min(balancers.mostDescriptors[i], balancers.mostSessions[i]) < Number.POSITIVE_INFINITY ? 1 : 0;
    balancers.workers[i] = kind.workers?.(balancer.own) ?? 1;
    balancers.bufferEvents[i] = kind.buffers?.(balancer.own) ?? 0;
    balancers.forgets[i] = kind.afterSilence === "forgets" ? 1 : 0;
    const places = kind.places?.(balancer.own);
    balancers.mostAtServer[i] = places?.most ?? Number.POSITIVE_INFINITY;
    balancers.placeUs[i] = places?.waitUs ?? Number.POSITIVE_INFINITY;
    setFailures(world, i, kind.failures(balancer.own));
    setChecks(world, i, kind.checks?.(balancer.own) ?? NO_CHECKS);
  });
  addUpstreams(world, balancers.workers[nodes.count.balancer - 1]);
}

/** How long after a reload the old process begins to shut down. µs. */
export function startsAfterUs({ settings }: World, balancer: number): number {
  const kind: BalancerKind = BALANCER_KINDS[settings.balancers[balancer]!.kind as BalancerKindName];
  return kind.handoverUs ?? 0;
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
