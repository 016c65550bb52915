/** The names of a scenario's nodes and links, and what they stand for. */
import { backplanePart } from "../model/backplane/backplane.part.ts";
import { balancerPart } from "../model/balancer/balancer.part.ts";
import { clientPart } from "../model/client/client.part.ts";
import { channelPart } from "../model/gateway/channel.part.ts";
import { CHANNELS } from "../model/gateway/channels.ts";
import { linkPart } from "../model/network/link.part.ts";
import { processPart } from "../model/process/process.part.ts";
import { serverPart } from "../model/server/server.part.ts";
import { type LinkKind, linkNumbers } from "../model/world/links.ts";
import { Nodes } from "../model/world/nodes.ts";
import type { ClientGroup, Fault, Scenario } from "./schema.ts";
import { quote } from "./words.ts";

export const BALANCER = "balancer";
export const BACKPLANE = "backplane";
/** The notification service. */
export const GATEWAY = "notifications";
/** All servers, as senders. */
const SERVERS = "servers";
/** Words that `to` gives a meaning to. */
export const AUDIENCE_WORDS = ["others", "everyone", "room", "server"] as const;

/** Clients by name, in order, without a table of them all: there may be 100,000. */
class ClientNames {
  readonly #groups = new Map<string, { readonly first: number; readonly count: number }>();
  readonly size: number;

  constructor(groups: readonly { readonly name: string; readonly count: number }[]) {
    let first = 0;
    for (const { name, count } of groups) {
      this.#groups.set(name, { first, count });
      first += count;
    }
    this.size = first;
  }

  /** A client's number. A group of several is no client; its members are called name-1, name-2, …. */
  get(name: string): number | undefined {
    const group = this.#groups.get(name);
    if (group !== undefined && group.count === 1) return group.first;
    const [, of = "", digits = ""] = /^(.*)-([1-9]\d{0,5})$/.exec(name) ?? [];
    const several = this.#groups.get(of);
    if (several === undefined || several.count === 1 || Number(digits) > several.count) return undefined;
    return several.first + Number(digits) - 1;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The name of a client, by its number. */
  nameOf(client: number): string {
    for (const [name, { first, count }] of this.#groups)
      if (client < first + count) return count === 1 ? name : memberName(name, client - first);
    throw new RangeError(`there is no client ${client}`);
  }

  *keys(): Generator<string> {
    for (const [name, { count }] of this.#groups) {
      for (let i = 0; i < count; i++) yield count === 1 ? name : memberName(name, i);
    }
  }

  /** Numbers of a group's members, or of one client; empty if there is none of this name. */
  members(name: string): number[] {
    const group = this.#groups.get(name);
    if (group !== undefined) return Array.from({ length: group.count }, (_, i) => group.first + i);
    const one = this.get(name);
    return one === undefined ? [] : [one];
  }

  /** How many {@link members} there are. */
  count(name: string): number {
    return this.#groups.get(name)?.count ?? (this.has(name) ? 1 : 0);
  }
}

export interface ScenarioNames {
  /** Clients by name, in order. */
  readonly client: ClientNames;
  /** Nodes that a workload line's `from` means: one client, a group's members, one server or all; empty if there is none. */
  senders(from: string): number[];
}

/** The name of a group's member number `index`, counted from 0. */
export function memberName(group: string, index: number): string {
  return `${group}-${index + 1}`;
}

/** The name of server number `index`, counted from 0. */
export function serverName(index: number): string {
  return `server-${index + 1}`;
}

export function namesOf(scenario: Scenario): ScenarioNames {
  const client = new ClientNames(scenario.clients);
  return {
    client,
    senders: (from) => {
      const members = client.members(from);
      if (members.length > 0) return members;
      const { first, count } = nodeNumbers(scenario);
      if (from === SERVERS) return Array.from({ length: count.server }, (_, i) => first.server + i);
      const server = serverIndex(scenario, from);
      if (server !== null) return [first.server + server];
      const publisher = publisherIndex(scenario, from);
      return publisher === null ? [] : [first.publisher + publisher];
    },
  };
}

/** The balancers' names, in their row: proxies first, from the clients on. */
export function balancerNames({ proxies }: Scenario): string[] {
  return [...proxies.map(({ name }) => name), BALANCER];
}

/** The node that clients connect to. */
export function entryOf(scenario: Scenario): string {
  return balancerNames(scenario)[0]!;
}

/** Whether there is a Redis: to join the servers, or to keep who is online. */
export function hasBackplane({ backplane, presence }: Scenario): boolean {
  return backplane.kind !== "none" || presence.kind !== "none";
}

/** The group of a client, by its number. */
export function groupOf({ clients }: Scenario, client: number): ClientGroup {
  let left = client;
  return clients.find(({ count }) => (left -= count) < 0)!;
}

/** What a user is called: the person, if one has several clients, or the client. By the node of the first of its clients. */
export function userName(scenario: Scenario, node: number): string {
  let first = 0;
  for (const { count, user } of scenario.clients) {
    if (node < first + count) return user ?? namesOf(scenario).client.nameOf(node);
    first += count;
  }
  return "?";
}

/** The nodes of a scenario, numbered as in the trace. */
export function nodeNumbers(scenario: Scenario): Nodes {
  return new Nodes({
    client: scenario.clients.reduce((sum, { count }) => sum + count, 0),
    balancer: scenario.proxies.length + 1,
    server: scenario.servers.count,
    backplane: hasBackplane(scenario) ? 1 : 0,
    publisher: scenario.publishers.length,
    gateway: scenario.gateway.channels.length === 0 ? 0 : 1,
    channel: scenario.gateway.channels.length,
  });
}

/** What a fault acts on: nodes of a kind, by their numbers among their like, or links, by theirs. */
export interface FaultTarget {
  readonly kind: "client" | "server" | "balancer" | "backplane" | "channel" | "link";
  readonly numbers: readonly number[];
}

/** What a fault can do to one packet on a link. */
const PACKET_ACTS: readonly string[] = ["drop", "delay"];

const ACTS: Readonly<
  Record<FaultTarget["kind"], { readonly what: string; readonly acts: readonly string[] }>
> = {
  client: { what: "a client", acts: [...Object.keys(clientPart.faults), ...Object.keys(processPart.faults)] },
  server: { what: "a server", acts: [...Object.keys(serverPart.faults), "freeze", "resume"] },
  balancer: { what: "the balancer", acts: Object.keys(balancerPart.faults) },
  backplane: { what: "the backplane", acts: Object.keys(backplanePart.faults) },
  channel: { what: "a channel", acts: Object.keys(channelPart.faults) },
  link: { what: "a link", acts: [...Object.keys(linkPart.faults), ...PACKET_ACTS] },
};

/** Whether a fault's act is one upon links. */
export function isForLinks(act: string): boolean {
  return ACTS.link.acts.includes(act);
}

/**
 * Why a fault can't act on its target, as a sentence, and what of it is wrong: its act, its target, or how many
 * targets there are.
 */
export interface FaultProblem {
  readonly problem: string;
  readonly about: "act" | "target" | "number";
}

/** What a fault acts on, or why it can't. */
export function resolveFaultTarget(
  scenario: Scenario,
  names: ScenarioNames,
  { act, target }: Fault,
): FaultTarget | FaultProblem {
  const found = targetNamed(scenario, names, target);
  if (found === null) return { problem: `there is no ${quote(target)}`, about: "target" };
  const { what, acts } = ACTS[found.kind];
  if (!acts.includes(act))
    return {
      problem: `found ${quote(act)}, which does not apply to ${what}; allowed: ${acts.join(", ")}`,
      about: "act",
    };
  const { backplane } = linkNumbers(nodeNumbers(scenario)).first;
  if (act === "mute" && found.numbers.some((link) => link >= backplane))
    return {
      problem: `found ${quote(target)}; connections go mute between clients and servers, as on ${linkExample(scenario, names)}`,
      about: "target",
    };
  if (PACKET_ACTS.includes(act) && found.numbers.length > 1)
    return {
      problem: `found ${quote(target)}, which is ${found.numbers.length} links; one packet is on one link, as ${linkExample(scenario, names)}`,
      about: "number",
    };
  return found;
}

/** A client's link, as an example. */
function linkExample(scenario: Scenario, names: ScenarioNames): string {
  const [client] = names.client.keys();
  return `${client}/${entryOf(scenario)}`;
}

function targetNamed(scenario: Scenario, names: ScenarioNames, name: string): FaultTarget | null {
  const server = serverIndex(scenario, name);
  if (server !== null) return { kind: "server", numbers: [server] };
  const balancer = balancerNames(scenario).indexOf(name);
  if (balancer >= 0) return { kind: "balancer", numbers: [balancer] };
  if (name === BACKPLANE) return { kind: "backplane", numbers: [0] };
  const members = names.client.members(name);
  if (members.length > 0) return { kind: "client", numbers: members };
  // A variant without a channel has none that could fail.
  if (Object.hasOwn(CHANNELS, name))
    return { kind: "channel", numbers: [scenario.gateway.channels.findIndex(({ kind }) => kind === name)] };
  const links = linksNamed(scenario, names, name);
  return links === null ? null : { kind: "link", numbers: links };
}

/** The number of the publisher with this name, from 0; null if there is none. */
function publisherIndex({ publishers }: Scenario, name: string): number | null {
  const index = publishers.findIndex((publisher) => publisher.name === name);
  return index < 0 ? null : index;
}

/** The number of the server with this name, from 0; null if there is none. */
export function serverIndex(
  { servers }: { readonly servers: { readonly count: number } },
  name: string,
): number | null {
  const number = Number(/^server-([1-9]\d?)$/.exec(name)?.[1] ?? 0);
  return number >= 1 && number <= servers.count ? number - 1 : null;
}

/** Any of a kind, at one end of a link. */
const ANY = "*";

/**
 * The links that a name means, by their ends in the direction away from the clients: one, a group's, or all of a
 * class. Null if there is none.
 */
export function linksNamed(scenario: Scenario, names: ScenarioNames, name: string): number[] | null {
  const [from = "", to = "", ...rest] = name.split("/");
  if (rest.length > 0) return null;
  const { first, count } = linkNumbers(nodeNumbers(scenario));
  const balancers = balancerNames(scenario);
  const all = (kind: LinkKind) => Array.from({ length: count[kind] }, (_, i) => first[kind] + i);
  const one = (kind: LinkKind, i: number | null) => (i === null ? null : [first[kind] + i]);
  if (to === BACKPLANE) {
    if (from === ANY) return all("backplane");
    const publisher = publisherIndex(scenario, from);
    return publisher === null ? one("backplane", serverIndex(scenario, from)) : one("publisher", publisher);
  }
  if (from === BALANCER) return to === ANY ? all("server") : one("server", serverIndex(scenario, to));
  if (to === balancers[0]) {
    const members = from === ANY ? all("client") : names.client.members(from);
    return members.length > 0 ? members : null;
  }
  const proxy = balancers.indexOf(from);
  return proxy >= 0 && balancers[proxy + 1] === to ? [first.balancer + proxy] : null;
}

/** The name of a link, by its number. */
function linkName(scenario: Scenario, names: ScenarioNames, link: number): string {
  const { first } = linkNumbers(nodeNumbers(scenario));
  const balancers = balancerNames(scenario);
  if (link < first.balancer) return `${names.client.nameOf(link)}/${balancers[0]}`;
  if (link < first.server)
    return `${balancers[link - first.balancer]}/${balancers[link - first.balancer + 1]}`;
  if (link < first.backplane) return `${BALANCER}/${serverName(link - first.server)}`;
  if (link < first.publisher) return `${serverName(link - first.backplane)}/${BACKPLANE}`;
  return `${scenario.publishers[link - first.publisher]!.name}/${BACKPLANE}`;
}

/** The names of the links between a client and a server, from the client on. */
export function wayOf(scenario: Scenario, client: string, server: string): string[] {
  const stations = [client, ...balancerNames(scenario), server];
  return stations.slice(1).map((station, i) => `${stations[i]}/${station}`);
}

/** The things that a fault strikes, each by its own name: of several links, all. */
export function struckBy(scenario: Scenario, names: ScenarioNames, target: string): string[] {
  const members = names.client.members(target);
  if (members.length > 1) return members.map((client) => names.client.nameOf(client));
  const links = linksNamed(scenario, names, target);
  return links === null ? [target] : links.map((link) => linkName(scenario, names, link));
}

/** What a fault may name, for suggestions: all of it in small scenarios, the beginning in large ones. */
export function faultTargets(scenario: Scenario, names: ScenarioNames): string[] {
  const servers = Array.from({ length: scenario.servers.count }, (_, i) => serverName(i));
  const balancers = balancerNames(scenario);
  const clients: string[] = [];
  for (const client of names.client.keys()) if (clients.push(`${client}/${balancers[0]}`) === 1000) break;
  return [
    ...servers,
    ...balancers.toReversed(),
    BACKPLANE,
    ...scenario.gateway.channels.map(({ kind }) => kind),
    ...clients,
    ...balancers.slice(1).map((balancer, i) => `${balancers[i]}/${balancer}`),
    ...servers.map((server) => `${BALANCER}/${server}`),
    ...servers.map((server) => `${server}/${BACKPLANE}`),
    ...scenario.publishers.map(({ name }) => `${name}/${BACKPLANE}`),
  ];
}
