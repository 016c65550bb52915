/** What each link of a scenario is like: by its class, its client group, and what is said of it alone. */
import { msToUs } from "../kernel/time.ts";
import { linkNumbers } from "../model/world/links.ts";
import type { Nodes } from "../model/world/nodes.ts";
import type { LatencySettings, LinkSettings, LossSettings } from "../model/world/settings.ts";
import { linksNamed, nodeNumbers, type ScenarioNames } from "./names.ts";
import type { Latency, Loss, Scenario } from "./schema.ts";

type OwnLink = Scenario["network"]["links"][string];

interface Link {
  readonly latencyMs: Latency;
  readonly loss: Loss;
}

/** What a link says of itself, and for the rest, what its like are. */
function differing(like: Link, { latencyMs, loss }: OwnLink): Link {
  return { latencyMs: latencyMs ?? like.latencyMs, loss: loss ?? like.loss };
}

/** What is said of links by name, and which links each name means: names of many come first, so that those of one have the last word. */
function ownLinks(scenario: Scenario, names: ScenarioNames): (readonly [OwnLink, readonly number[]])[] {
  return Object.entries(scenario.network.links)
    .map(([name, own]) => [own, linksNamed(scenario, names, name) ?? []] as const)
    .sort(([, one], [, other]) => other.length - one.length);
}

/** By number. Links that are alike share one object. */
export function linksOf(scenario: Scenario, names: ScenarioNames): LinkSettings[] {
  const { network, clients } = scenario;
  const written = new Map<number, Link>();
  const ofKind = linksOfKinds(nodeNumbers(scenario), {
    client: clients.flatMap(({ count, link }) => {
      const own = link === undefined ? network.client : differing(network.client, link);
      return new Array<Link>(count).fill(own);
    }),
    balancer: network.proxy,
    server: network.server,
    backplane: network.backplane,
    publisher: network.publisher,
  });
  for (const [own, links] of ownLinks(scenario, names)) {
    const made = new Map<Link, Link>();
    for (const link of links) {
      const like = written.get(link) ?? ofKind[link]!;
      let now = made.get(like);
      if (now === undefined) {
        now = differing(like, own);
        made.set(like, now);
      }
      written.set(link, now);
    }
  }
  const settings = new Map<Link, LinkSettings>();
  return ofKind.map((link, i) => {
    const own = written.get(i) ?? link;
    let known = settings.get(own);
    if (known === undefined) {
      known = { latency: latencySettings(own.latencyMs), loss: lossSettings(own.loss) };
      settings.set(own, known);
    }
    return known;
  });
}

function linksOfKinds(
  nodes: Nodes,
  kinds: {
    readonly client: readonly Link[];
    readonly balancer: Link;
    readonly server: Link;
    readonly backplane: Link;
    readonly publisher: Link;
  },
): Link[] {
  const { count } = linkNumbers(nodes);
  return [
    ...kinds.client,
    ...new Array<Link>(count.balancer).fill(kinds.balancer),
    ...new Array<Link>(count.server).fill(kinds.server),
    ...new Array<Link>(count.backplane).fill(kinds.backplane),
    ...new Array<Link>(count.publisher).fill(kinds.publisher),
  ];
}

export function lossSettings(loss: Loss): LossSettings {
  if (typeof loss === "number") return { good: loss, burst: null };
  const { good, bad, meanGoodMs, meanBadMs } = loss;
  return { good, burst: { bad, meanGoodUs: msToUs(meanGoodMs), meanBadUs: msToUs(meanBadMs) } };
}

export function latencySettings(latency: Latency): LatencySettings {
  if (typeof latency === "number") return { kind: "constant", us: msToUs(latency) };
  switch (latency.distribution) {
    case "uniform":
      return { kind: "uniform", minUs: msToUs(latency.minMs), maxUs: msToUs(latency.maxMs) };
    case "normal":
      return { kind: "normal", meanUs: msToUs(latency.meanMs), sdUs: msToUs(latency.sdMs) };
    case "exponential":
      return { kind: "exponential", minUs: msToUs(latency.minMs), meanUs: msToUs(latency.meanMs) };
  }
}
