/** What each link of a scenario is like: by its class, its client group, and what is said of it alone. */
import { msToUs } from "../kernel/time.ts";
import { linkNumbers } from "../model/world/links.ts";
import type { Nodes } from "../model/world/nodes.ts";
import type { LatencySettings, LinkSettings, LossSettings } from "../model/world/settings.ts";
import { linksNamed, nodesOf, type ScenarioNames } from "./names.ts";
import type { Latency, Loss, Scenario } from "./schema.ts";

interface Link {
  readonly latencyMs: Latency;
  readonly loss: Loss;
}

/** What a link says of itself, and for the rest, what its like are. */
function differing(like: Link, { latencyMs, loss }: Scenario["network"]["links"][string]): Link {
  return { latencyMs: latencyMs ?? like.latencyMs, loss: loss ?? like.loss };
}

/** By number. Links that are alike share one object. */
export function linksOf(scenario: Scenario, names: ScenarioNames): LinkSettings[] {
  const { network, clients } = scenario;
  const written = new Map<number, Link>();
  const ofKind = linksOfKinds(nodesOf(scenario), {
    client: clients.flatMap(({ count, link }) => {
      const own = link === undefined ? network.client : differing(network.client, link);
      return new Array<Link>(count).fill(own);
    }),
    balancer: network.proxy,
    server: network.server,
    backplane: network.backplane,
  });
  for (const [name, own] of Object.entries(network.links))
    for (const link of linksNamed(scenario, names, name) ?? [])
      written.set(link, differing(ofKind[link]!, own));
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
  },
): Link[] {
  const { count } = linkNumbers(nodes);
  return [
    ...kinds.client,
    ...new Array<Link>(count.balancer).fill(kinds.balancer),
    ...new Array<Link>(count.server).fill(kinds.server),
    ...new Array<Link>(count.backplane).fill(kinds.backplane),
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
