/** The heartbeats and timeouts of a scenario's connections, as they work together. ms; what never strikes is ∞. */
import type { ClientGroup, Scenario } from "./schema.ts";

const NEVER_MS = Number.POSITIVE_INFINITY;

/** A timer as it is written. */
export function timerMs(written: number | "none"): number {
  return written === "none" ? NEVER_MS : written;
}

/** How often a heartbeat crosses a connection of a group: its server's pings, or its own, if these are more frequent. */
function beatMs({ servers }: Scenario, group: ClientGroup): number {
  return Math.min(timerMs(servers.pingIntervalMs), timerMs(group.pingIntervalMs));
}

/** The longest time between heartbeats on anybody's connection. */
export function rarestBeatMs(scenario: Scenario): number {
  return Math.max(...scenario.clients.map((group) => beatMs(scenario, group)));
}

/** How long a silence its server bears. */
export function serverPatienceMs({ servers }: Scenario): number {
  return timerMs(servers.pingIntervalMs) + servers.pingTimeoutMs;
}

/** How long a silence a client of a group bears. */
export function clientPatienceMs(scenario: Scenario, { watchdogMs }: ClientGroup): number {
  return watchdogMs === "announced" ? serverPatienceMs(scenario) : timerMs(watchdogMs);
}
