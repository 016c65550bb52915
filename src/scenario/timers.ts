/** The heartbeats and timeouts of a scenario's connections, as they work together. ms; what never strikes is ∞. */
import { usToMs } from "../kernel/time.ts";
import { BALANCER_KINDS } from "../model/balancer/kinds/index.ts";
import type { BalancerKind, Limit } from "../model/balancer/kinds/kind.ts";
import { BALANCER } from "./names.ts";
import { memberSettings } from "./part-fields.ts";
import type { Balancer, ClientGroup, Scenario } from "./schema.ts";

const NEVER_MS = Number.POSITIVE_INFINITY;

/** A timer, or a limit, as it is written: «none» is ∞. */
export function timerMs(written: number | "none"): number {
  return written === "none" ? NEVER_MS : written;
}

/**
 * How often a heartbeat crosses a connection of a group: its server's pings, or its own, if these are more frequent; on an event
 * stream, its server's comments.
 */
export function beatMs({ servers }: Scenario, group: ClientGroup): number {
  if (group.transport === "sse") return timerMs(servers.commentIntervalMs);
  return Math.min(timerMs(servers.pingIntervalMs), timerMs(group.pingIntervalMs));
}

/** The longest time between heartbeats on anybody's connection. */
export function rarestBeatMs(scenario: Scenario): number {
  return Math.max(...scenario.clients.map((group) => beatMs(scenario, group)));
}

/** The earliest of times that are written as one, as a range, or as a mean. */
export function earliestMs(times: number | { readonly minMs: number } | { readonly meanMs: number }): number {
  if (typeof times === "number") return times;
  return "minMs" in times ? times.minMs : 0;
}

/** Whether what servers get may have to wait for what they are at work on. */
export function workTakesTime({ servers }: Scenario): boolean {
  return servers.serviceMs > 0 || servers.writeMs > 0;
}

/** How long a silence its server bears. */
export function serverPatienceMs({ servers }: Scenario): number {
  return timerMs(servers.pingIntervalMs) + servers.pingTimeoutMs;
}

/** How long a silence a client of a group bears; an EventSource any. */
export function clientPatienceMs(scenario: Scenario, { transport, watchdogMs }: ClientGroup): number {
  if (transport === "sse") return NEVER_MS;
  return watchdogMs === "announced" ? serverPatienceMs(scenario) : timerMs(watchdogMs);
}

/** A timeout of a balancer's. */
export interface Timeout {
  /** Which balancer's, by its name. */
  readonly balancer: string;
  /** The field that says so. */
  readonly field: string;
  readonly ms: number;
  /** Bytes so soon after its timer was armed don't move it. ms. */
  readonly lazyMs: number;
}

/** What a balancer of this name does with time. */
export interface Patience {
  /** How long it bears it that nothing crosses a WebSocket. */
  readonly silence: Timeout;
  /** How long it waits for the answer to a request. */
  readonly answer: Timeout;
  /** How old it lets a WebSocket get. ms. */
  readonly lifetimeMs: number;
  /** Whether it forgets what is silent, and tells nobody. */
  readonly forgets: boolean;
}

/** The balancer, or the proxy of this name. */
export function balancerNamed({ proxies, balancer }: Scenario, name: string): Balancer {
  return proxies.find((proxy) => proxy.name === name) ?? balancer;
}

export function patienceOf(scenario: Scenario, name: string): Patience {
  const balancer = balancerNamed(scenario, name);
  const kind: BalancerKind = BALANCER_KINDS[balancer.kind];
  const { silence, answer } = kind.timeouts(memberSettings(kind, balancer));
  const timeout = ({ us, by }: Limit): Timeout => ({
    balancer: name,
    field: by,
    ms: usToMs(us),
    lazyMs: usToMs(kind.lazyUs),
  });
  return {
    silence: timeout(silence),
    answer: timeout(answer),
    lifetimeMs: timerMs(balancer.maxLifetimeMs),
    forgets: kind.afterSilence === "forgets",
  };
}

/** The shortest timeout of a row's balancers; the first of several, from the clients on. */
export function shortestTimeout(scenario: Scenario, of: "silence" | "answer" = "silence"): Timeout {
  return [...scenario.proxies.map(({ name }) => name), BALANCER]
    .map((name) => patienceOf(scenario, name)[of])
    .reduce((shortest, one) => (one.ms < shortest.ms ? one : shortest));
}

/** How long a silence the row bears on a connection of a group: long polls are silent while they wait. */
function idleMs(scenario: Scenario, { transport }: Pick<ClientGroup, "transport">): number {
  const silenceMs = shortestTimeout(scenario).ms;
  return transport.startsWith("web")
    ? silenceMs
    : Math.min(silenceMs, shortestTimeout(scenario, "answer").ms);
}

/** The shortest silence that the row does not bear on anybody's connection. */
export function shortestIdleMs(scenario: Scenario): number {
  return Math.min(...scenario.clients.map((group) => idleMs(scenario, group)));
}
