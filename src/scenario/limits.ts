/** How many connections a scenario's nodes can have, by each of their limits. What has no limit is ∞. */
import { BALANCER_KINDS } from "../model/balancer/kinds/index.ts";
import type { BalancerKind } from "../model/balancer/kinds/kind.ts";
import { connectionsIn, OWN_DESCRIPTORS } from "../model/server/limits.ts";
import { balancerNames } from "./names.ts";
import { memberSettings } from "./part-fields.ts";
import type { Scenario } from "./schema.ts";
import { balancerNamed, timerMs } from "./timers.ts";

/** What bounds the connections that pass through a scenario at a time. */
export interface ConnectionLimit {
  /** The field that says so. */
  readonly field: "descriptors" | "memoryMiB" | "workerConnections" | "ports";
  /** A balancer's name, or `servers`. */
  readonly place: string;
  /** How many connections of clients it leaves room for. */
  readonly connections: number;
}

/** Sockets that a balancer may have, two for each connection that it passes on: by its open files, and by its worker. */
export function socketsOf(
  scenario: Scenario,
  name: string,
): { descriptors: number; workerConnections: number } {
  const balancer = balancerNamed(scenario, name);
  const kind: BalancerKind = BALANCER_KINDS[balancer.kind];
  return {
    descriptors: timerMs(balancer.descriptors),
    workerConnections: kind.connections?.(memberSettings(kind, balancer)) ?? Number.POSITIVE_INFINITY,
  };
}

/** Connections that one server may have. */
export function connectionsOf({ servers }: Scenario): { descriptors: number; memoryMiB: number } {
  return {
    descriptors: timerMs(servers.descriptors) - OWN_DESCRIPTORS,
    memoryMiB: connectionsIn(timerMs(servers.memoryMiB), servers.compressionWindowBits),
  };
}

/** Connections that a balancer may have to one destination. */
export function portsOf(scenario: Scenario, name: string): number {
  return timerMs(balancerNamed(scenario, name).ports);
}

/** How many connections a balancer accepts in a second. */
export function sessionsPerSOf(scenario: Scenario, name: string): number {
  const balancer = balancerNamed(scenario, name);
  const kind: BalancerKind = BALANCER_KINDS[balancer.kind];
  return kind.sessionsPerS?.(memberSettings(kind, balancer)) ?? Number.POSITIVE_INFINITY;
}

/** How many a balancer lets be at one server at a time. */
export function placesOf(scenario: Scenario, name: string): number {
  const balancer = balancerNamed(scenario, name);
  const kind: BalancerKind = BALANCER_KINDS[balancer.kind];
  return kind.places?.(memberSettings(kind, balancer)).most ?? Number.POSITIVE_INFINITY;
}

/**
 * All limits that are set, the one that runs out first before the others. Servers are taken to share connections evenly.
 */
export function connectionLimits(scenario: Scenario): ConnectionLimit[] {
  const { count } = scenario.servers;
  const names = balancerNames(scenario);
  const server = connectionsOf(scenario);
  const all: ConnectionLimit[] = [
    { field: "descriptors", place: "servers", connections: server.descriptors * count },
    { field: "memoryMiB", place: "servers", connections: server.memoryMiB * count },
  ];
  for (const [i, place] of names.entries()) {
    const { descriptors, workerConnections } = socketsOf(scenario, place);
    all.push({ field: "descriptors", place, connections: Math.floor(descriptors / 2) });
    all.push({ field: "workerConnections", place, connections: Math.floor(workerConnections / 2) });
    const destinations = i === names.length - 1 ? count : 1;
    all.push({ field: "ports", place, connections: portsOf(scenario, place) * destinations });
  }
  return all
    .filter(({ connections }) => connections !== Number.POSITIVE_INFINITY)
    .sort((one, other) => one.connections - other.connections);
}
