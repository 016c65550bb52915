/**
 * What a repair may turn: the architecture. Clients, messages, faults, links, time and chance are what was
 * asked about: a repair that changed them would answer another question.
 */
import { withSettings } from "../../scenario/parse.ts";
import type { ClientGroup, Scenario } from "../../scenario/schema.ts";
import { rarestBeatMs, shortestIdleMs } from "../../scenario/timers.ts";
import { isLike } from "../../scenario/transports.ts";

/** Path → value, as `--set` takes them. */
export type Settings = Readonly<Record<string, unknown>>;

/** The fields of clients that belong to the architecture. All fields of balancer, servers, backplane, publishers and notification service do. */
export const CLIENT_TURNS = [
  "transport",
  "httpVersion",
  "tryAllTransports",
  "messagesBy",
  "quicIdleTimeoutMs",
  "cookies",
  "backoff",
  "reconnectionDelayMs",
  "reconnectionDelayMaxMs",
  "randomizationFactor",
  "connectsAgainAfterMs",
  "pollPauseMs",
  "retryMs",
  "pingIntervalMs",
  "watchdogMs",
  "watchdogHears",
  "tcpKeepaliveMs",
  "delivery",
  "ackTimeoutMs",
  "retries",
  "loads",
  "afterGap",
  "remembersIds",
] as const satisfies readonly (keyof ClientGroup)[];

/** The architecture of one scenario under the load of another. Both have the same groups of clients. */
export function redesigned(
  scenario: Scenario,
  { balancer, servers, backplane, publishers, gateway, clients }: Scenario,
): Scenario {
  return {
    ...scenario,
    clients: scenario.clients.map((group, i) => withDesign(group, clients[i])),
    balancer,
    servers,
    backplane,
    publishers,
    gateway,
  };
}

function withDesign(group: ClientGroup, like: ClientGroup): ClientGroup {
  const design = Object.fromEntries(CLIENT_TURNS.map((field) => [field, like[field]]));
  return { ...group, ...design };
}

/**
 * The scenario with its architecture turned by settings; null if these can't be a repair: they can't be set,
 * turn something other than the architecture, or take servers or the backplane away.
 */
export function turnedBy(scenario: Scenario, settings: Settings): Scenario | null {
  const result = withSettings(scenario, settings);
  if (!result.ok) return null;
  const turned = result.scenario;
  const isSameToBear =
    turned.clients.length === scenario.clients.length &&
    JSON.stringify(redesigned(turned, scenario)) === JSON.stringify(scenario);
  const isLess =
    turned.servers.count < scenario.servers.count ||
    (turned.backplane.kind === "none" && scenario.backplane.kind !== "none");
  return isSameToBear && !isLess && holdsSameConnections(turned, scenario) ? turned : null;
}

/** Whether the same groups hold connections: who holds none is no recipient, and so nothing of theirs could be lost. */
function holdsSameConnections({ clients }: Scenario, before: Scenario): boolean {
  return clients.every(({ transport }, i) => isLike(transport, before.clients[i].transport));
}

/**
 * Whether a turn of heartbeats or idle timeout leaves heartbeats more frequent than the timeout (FACTS §1.2,
 * §3). Where they are not, only this run's own traffic keeps connections open, and a rule that holds does so
 * by luck.
 */
export function isByLuck(scenario: Scenario, turned: Scenario): boolean {
  const [before, after] = [scenario, turned].map((one) => ({
    pingMs: rarestBeatMs(one),
    idleMs: shortestIdleMs(one),
  })) as [Beat, Beat];
  const isTurned = before.pingMs !== after.pingMs || before.idleMs !== after.idleMs;
  return isTurned && after.pingMs >= after.idleMs;
}

interface Beat {
  readonly pingMs: number;
  readonly idleMs: number;
}
