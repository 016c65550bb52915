/** The links of a run, and what each is like at an instant: cut, slower than its like, or losing more packets. */
import type { LinkKind } from "../../model/world/links.ts";
import type { LinkSettings } from "../../model/world/settings.ts";
import type { NodeInfo, RunResult } from "../../run/result.ts";
import { latencySettings, linksOf as linkSettings, lossSettings } from "../../scenario/links.ts";
import { linksNamed, namesOf } from "../../scenario/names.ts";
import type { Fault, Scenario } from "../../scenario/schema.ts";
import { seconds } from "../look/format.ts";
import { linkText, meanLatencyUs, meanLoss } from "./link-words.ts";
import type { LinkFault } from "./node-states.ts";

/** A link, by its ends away from the clients. */
export interface Link {
  readonly number: number;
  readonly kind: LinkKind;
  readonly from: NodeInfo;
  readonly to: NodeInfo;
}

/** A link with all that is known of it. */
export interface KnownLink extends Link {
  /** As its class is. */
  readonly like: LinkSettings;
  /** As it is where no fault is at work. */
  readonly usual: LinkSettings;
  /** What changes it, ascending. */
  readonly faults: readonly { readonly timeUs: number; readonly fault: Fault }[];
}

export interface LinkState extends LinkSettings {
  readonly isCut: boolean;
  /** Since when the connections that existed then carry nothing; ∞: none does. µs. */
  readonly mutedUs: number;
  /** Slower than its class. */
  readonly isSlow: boolean;
  /** It loses more than its class. */
  readonly isLossy: boolean;
}

/** All links between these nodes, in the order of their numbers. */
export function linksBetween(nodes: readonly NodeInfo[]): Link[] {
  const [clients, balancers, servers] = ["client", "balancer", "server"].map((kind) =>
    nodes.filter((node) => node.kind === kind),
  );
  const backplane = nodes.find(({ kind }) => kind === "backplane");
  const [first, last] = [balancers[0], balancers.at(-1)];
  if (first === undefined || last === undefined) return [];
  const links: Omit<Link, "number">[] = [
    ...clients.map((from) => ({ kind: "client" as const, from, to: first })),
    ...balancers.slice(1).map((to, i) => ({ kind: "balancer" as const, from: balancers[i], to })),
    ...servers.map((to) => ({ kind: "server" as const, from: last, to })),
    ...(backplane ? servers.map((from) => ({ kind: "backplane" as const, from, to: backplane })) : []),
    ...(backplane
      ? nodes
          .filter(({ kind }) => kind === "publisher")
          .map((from) => ({ kind: "publisher" as const, from, to: backplane }))
      : []),
  ];
  return links.map((link, number) => ({ number, ...link }));
}

/** Links of a run with their settings and faults. */
export function knownLinks(
  { scenario }: RunResult,
  links: readonly Link[],
  linkFaults: readonly LinkFault[],
): KnownLink[] {
  const names = namesOf(scenario);
  const usual = linkSettings(scenario, names);
  const like = linkSettings(withoutOwnLinks(scenario), names);
  const faults = linkFaults.map(({ timeUs, fault }) => ({ timeUs, fault: scenario.faults[fault] }));
  const targets = new Set(faults.map(({ fault }) => fault.target));
  const struck = new Map([...targets].map((name) => [name, new Set(linksNamed(scenario, names, name))]));
  return links.map((link) => ({
    ...link,
    like: like[link.number],
    usual: usual[link.number],
    faults: faults.filter(({ fault }) => struck.get(fault.target)!.has(link.number)),
  }));
}

/** The scenario as if no link differed from its class. */
function withoutOwnLinks(scenario: Scenario): Scenario {
  const { clients, network } = scenario;
  return {
    ...scenario,
    clients: clients.map(({ link: _own, ...group }) => group),
    network: { ...network, links: {} },
  };
}

/** What a link is like at an instant. */
export function linkAt({ like, usual, faults }: KnownLink, timeUs: number): LinkState {
  let isCut = false;
  let mutedUs = Number.POSITIVE_INFINITY;
  let { latency, loss } = usual;
  for (const { timeUs: sinceUs, fault } of faults) {
    if (sinceUs > timeUs) break;
    if (fault.act === "cut") isCut = true;
    else if (fault.act === "mute") mutedUs = sinceUs;
    else if (fault.act === "slow") latency = latencySettings(fault.latencyMs);
    else if (fault.act === "lose") loss = lossSettings(fault.loss);
    else if (fault.act === "heal") {
      isCut = false;
      mutedUs = Number.POSITIVE_INFINITY;
      ({ latency, loss } = usual);
    }
  }
  return {
    latency,
    loss,
    isCut,
    mutedUs,
    isSlow: meanLatencyUs(latency) > meanLatencyUs(like.latency),
    isLossy: meanLoss(loss) > meanLoss(like.loss),
  };
}

/** «phones-1/edge: latency 40 to 90 ms, no loss». */
export function describeLink({ from, to }: Link, state: LinkState): string {
  const mute =
    state.mutedUs === Number.POSITIVE_INFINITY
      ? ""
      : `; connections from before ${seconds(state.mutedUs)} are mute`;
  return `${from.name}/${to.name}: ${state.isCut ? "cut, no packet gets through" : linkText(state)}${mute}`;
}
