/** What rules need to know of a scenario's links: how long a packet can be under way, and whether one can be lost. */
import { msToUs } from "../kernel/time.ts";
import { LINK_KINDS, type LinkKind, linkNumbers } from "../model/world/links.ts";
import type { LatencySettings } from "../model/world/settings.ts";
import { latencySettings, linksOf } from "../scenario/links.ts";
import { linksNamed, namesOf, nodeNumbers } from "../scenario/names.ts";
import type { Scenario } from "../scenario/schema.ts";

/** Of the links of one kind. */
export interface LinkBounds {
  /** The longest flight over all of them that lie between a client and a server, or a server and the backplane. µs. */
  readonly longestUs: number;
  /** Whether a packet can be lost on one. */
  readonly isLossy: boolean;
}

/** Samplers' reach: 23 means of an exponential, 6 deviations of a normal distribution (kernel/sampling.ts). */
const EXPONENTIAL_REACH = 23;
const NORMAL_REACH = 6;

export function linkBoundsOf(scenario: Scenario): Readonly<Record<LinkKind, LinkBounds>> {
  const names = namesOf(scenario);
  const links = linksOf(scenario, names);
  const { first, count } = linkNumbers(nodeNumbers(scenario));
  const kindOf = (link: number) => LINK_KINDS.findLast((kind) => count[kind] > 0 && link >= first[kind])!;
  const known = new Map<string, LinkKind | undefined>();
  const kindStruck = (target: string) => {
    if (!known.has(target)) {
      const [struck] = linksNamed(scenario, names, target) ?? [];
      known.set(target, struck === undefined ? undefined : kindOf(struck));
    }
    return known.get(target);
  };
  const boundsOf = (kind: LinkKind): LinkBounds => {
    const own = [...new Set(links.slice(first[kind], first[kind] + count[kind]))];
    let longestUs = Math.max(0, ...own.map(({ latency }) => longestFlightUs(latency)));
    let isLossy = own.some(({ loss }) => loss.good > 0 || loss.burst !== null);
    let heldBackUs = 0;
    for (const fault of scenario.faults) {
      if (kindStruck(fault.target) !== kind) continue;
      if (fault.act === "slow")
        longestUs = Math.max(longestUs, longestFlightUs(latencySettings(fault.latencyMs)));
      else if (fault.act === "delay") heldBackUs = Math.max(heldBackUs, msToUs(fault.byMs));
      else if (fault.act === "lose" || fault.act === "drop") isLossy = true;
    }
    longestUs += heldBackUs;
    // Of links between balancers, a packet crosses each.
    return { longestUs: kind === "balancer" ? longestUs * count.balancer : longestUs, isLossy };
  };
  return {
    client: boundsOf("client"),
    balancer: boundsOf("balancer"),
    server: boundsOf("server"),
    backplane: boundsOf("backplane"),
    publisher: boundsOf("publisher"),
  };
}

function longestFlightUs(latency: LatencySettings): number {
  switch (latency.kind) {
    case "constant":
      return latency.us;
    case "uniform":
      return latency.maxUs;
    case "normal":
      return latency.meanUs + NORMAL_REACH * latency.sdUs;
    case "exponential":
      return latency.minUs + EXPONENTIAL_REACH * latency.meanUs;
  }
}
