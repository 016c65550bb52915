/** The names of a scenario's nodes and links, and what they stand for. */
import type { FaultSettings } from "../model/settings.ts";
import type { Fault, Scenario } from "./schema.ts";
import { quote } from "./words.ts";

export const BALANCER = "balancer";
export const BACKPLANE = "backplane";
/** Words that `to` gives a meaning to. */
export const AUDIENCE_WORDS = ["others", "everyone", "room"] as const;

/** Clients by name, in order, without a table of them all: there may be 100,000. */
export class ClientNames {
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
  /** Clients that a workload line's `from` means: one client, or a group's members; empty if there is none. */
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
    senders: (from) => client.members(from),
  };
}

type Target = FaultSettings extends infer F ? (F extends FaultSettings ? Omit<F, "atUs"> : never) : never;

const PROCESS_ACTS = ["crash", "restart"] as const;
const BACKPLANE_ACTS = ["crash", "restart", "freeze", "resume"] as const;
const LINK_ACTS = ["cut", "heal"] as const;

/** What a fault acts on, or, as a sentence, why it can't. */
export function resolveFaultTarget(scenario: Scenario, names: ScenarioNames, fault: Fault): Target | string {
  const { target, act } = fault;
  const server = serverIndex(scenario, target);
  if (server !== null) {
    if (isOneOf(act, PROCESS_ACTS)) return { target: "server", index: server, act };
    return wrongAct(act, `a server`, PROCESS_ACTS);
  }
  if (target === BALANCER) {
    if (isOneOf(act, PROCESS_ACTS)) return { target: "balancer", act };
    return wrongAct(act, `the balancer`, PROCESS_ACTS);
  }
  if (target === BACKPLANE) {
    if (!isOneOf(act, BACKPLANE_ACTS)) return wrongAct(act, "the backplane", BACKPLANE_ACTS);
    return { target: "backplane", act };
  }
  const link = linkIndex(scenario, names, target);
  if (link !== null) {
    if (isOneOf(act, LINK_ACTS)) return { target: "link", index: link, act };
    return wrongAct(act, "a link", LINK_ACTS);
  }
  return `there is no ${quote(target)}`;
}

function isOneOf<T extends string>(act: string, acts: readonly T[]): act is T {
  return (acts as readonly string[]).includes(act);
}

function wrongAct(act: string, what: string, allowed: readonly string[]): string {
  return `found ${quote(act)}, which does not apply to ${what}; allowed: ${allowed.join(", ")}`;
}

/** The number of the server with this name, from 0; null if there is none. */
export function serverIndex(scenario: Scenario, name: string): number | null {
  const number = Number(/^server-([1-9]\d?)$/.exec(name)?.[1] ?? 0);
  return number >= 1 && number <= scenario.servers.count ? number - 1 : null;
}

function linkIndex(scenario: Scenario, names: ScenarioNames, name: string): number | null {
  const [from = "", to = "", ...rest] = name.split("/");
  if (rest.length > 0) return null;
  const clients = names.client.size;
  if (to === BALANCER) return names.client.get(from) ?? null;
  if (from === BALANCER) {
    const server = serverIndex(scenario, to);
    return server === null ? null : clients + server;
  }
  const server = serverIndex(scenario, from);
  return server === null || to !== BACKPLANE ? null : clients + scenario.servers.count + server;
}

/** What a fault may name, for suggestions: all of it in small scenarios, the beginning in large ones. */
export function faultTargets(scenario: Scenario, names: ScenarioNames): string[] {
  const servers = Array.from({ length: scenario.servers.count }, (_, i) => serverName(i));
  const clients: string[] = [];
  for (const client of names.client.keys()) if (clients.push(`${client}/${BALANCER}`) === 1000) break;
  return [
    ...servers,
    BALANCER,
    BACKPLANE,
    ...clients,
    ...servers.map((server) => `${BALANCER}/${server}`),
    ...servers.map((server) => `${server}/${BACKPLANE}`),
  ];
}
