/** The names of a scenario's nodes and links, and what they stand for. */
import { msToUs } from "../kernel/time.ts";
import type { FaultSettings } from "../model/settings.ts";
import type { Fault, Scenario } from "./schema.ts";

export const BALANCER = "balancer";
export const BACKPLANE = "backplane";
/** Words that `to` gives a meaning to. */
export const AUDIENCE_WORDS = ["others", "everyone", "room"] as const;

export interface ScenarioNames {
  /** Clients by name, in order. */
  readonly client: ReadonlyMap<string, number>;
  /** Clients that a workload line's `from` means: one client, or a group's members; empty if there is none. */
  senders(from: string): number[];
  /** When a client opens its page, in µs. */
  startUs(client: number): number;
}

/** The name of server number `index`, counted from 0. */
export function serverName(index: number): string {
  return `server-${index + 1}`;
}

export function namesOf(scenario: Scenario): ScenarioNames {
  const client = new Map<string, number>();
  const members = new Map<string, number[]>();
  const starts: number[] = [];
  for (const group of scenario.clients) {
    const list: number[] = [];
    for (let i = 0; i < group.count; i++) {
      list.push(starts.length);
      client.set(group.count === 1 ? group.name : `${group.name}-${i + 1}`, starts.length);
      starts.push(msToUs(group.startMs + i * group.startGapMs));
    }
    members.set(group.name, list);
  }
  return {
    client,
    senders(from) {
      const one = client.get(from);
      return members.get(from) ?? (one === undefined ? [] : [one]);
    },
    startUs: (index) => starts[index]!,
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
  return `there is no ${JSON.stringify(target)}`;
}

function isOneOf<T extends string>(act: string, acts: readonly T[]): act is T {
  return (acts as readonly string[]).includes(act);
}

function wrongAct(act: string, what: string, allowed: readonly string[]): string {
  return `${JSON.stringify(act)} does not apply to ${what}; allowed: ${allowed.join(", ")}`;
}

function serverIndex(scenario: Scenario, name: string): number | null {
  for (let i = 0; i < scenario.servers.count; i++) if (serverName(i) === name) return i;
  return null;
}

function linkIndex(scenario: Scenario, names: ScenarioNames, name: string): number | null {
  const [from = "", to = ""] = name.split("/");
  const clients = names.client.size;
  if (to === BALANCER) return names.client.get(from) ?? null;
  if (from === BALANCER) {
    const server = serverIndex(scenario, to);
    return server === null ? null : clients + server;
  }
  const server = serverIndex(scenario, from);
  return server === null || to !== BACKPLANE ? null : clients + scenario.servers.count + server;
}

/** Everything that a fault may name, for suggestions. */
export function faultTargets(scenario: Scenario, names: ScenarioNames): string[] {
  const servers = Array.from({ length: scenario.servers.count }, (_, i) => serverName(i));
  return [
    ...servers,
    BALANCER,
    BACKPLANE,
    ...[...names.client.keys()].slice(0, 1000).map((client) => `${client}/${BALANCER}`),
    ...servers.map((server) => `${BALANCER}/${server}`),
    ...servers.map((server) => `${server}/${BACKPLANE}`),
  ];
}
