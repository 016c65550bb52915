/** Every ping and every timeout on the way of a connection, as a ladder: the shortest first, and what breaks. FACTS §3. */
import { usToMs } from "../kernel/time.ts";
import { PATIENCE_US } from "../model/network/tcp.ts";
import { BALANCER, balancerNames } from "./names.ts";
import type { ClientGroup, Scenario } from "./schema.ts";
import { beatMs, clientPatienceMs, patienceOf, serverPatienceMs, timerMs } from "./timers.ts";
import { holdsConnection } from "./transports.ts";

/** A ping or a timeout. */
export interface Rung {
  /** What it is, as the rest of a sentence whose time stands before it: «20 s: edge closes what is silent». */
  readonly says: string;
  /** The field that sets it; empty: nobody can, here. */
  readonly field: string;
  readonly ms: number;
  readonly isPing: boolean;
  /** It is over before a ping comes that would have kept it from striking, or just then. */
  readonly breaks: boolean;
}

/** What a group's connections are held by. */
export interface Ladder {
  /** The groups that it is the same for. */
  readonly groups: readonly string[];
  /** The shortest first. */
  readonly rungs: readonly Rung[];
  /** How often something crosses the line when nobody speaks, ms; ∞: never. */
  readonly beatMs: number;
}

/** A ladder for each kind of group that holds connections. */
export function laddersOf(scenario: Scenario): Ladder[] {
  const ladders = new Map<string, Ladder>();
  for (const group of scenario.clients) {
    if (!holdsConnection(group.transport)) continue;
    const rungs = rungsOf(scenario, group);
    const key = JSON.stringify(rungs.map(({ says, ms }) => [says, ms]));
    const groups = [...(ladders.get(key)?.groups ?? []), group.name];
    ladders.set(key, { groups, rungs, beatMs: beatMs(scenario, group) });
  }
  return [...ladders.values()];
}

function rungsOf(scenario: Scenario, group: ClientGroup): Rung[] {
  const rungs: Rung[] = [
    ...(group.transport === "sse" ? ofComments(scenario) : ofPings(scenario, group)),
    ...balancerNames(scenario).flatMap((name) => ofBalancer(scenario, group, name)),
    ofTransport(scenario, group),
  ];
  return rungs.filter(({ ms }) => Number.isFinite(ms)).sort((one, other) => one.ms - other.ms);
}

/** On an event stream nobody pings, and nobody waits for it. */
function ofComments({ servers }: Scenario): Rung[] {
  return [
    ping("the server writes a comment", "servers.commentIntervalMs", timerMs(servers.commentIntervalMs)),
  ];
}

function ofPings(scenario: Scenario, group: ClientGroup): Rung[] {
  const serverPingMs = timerMs(scenario.servers.pingIntervalMs);
  return [
    ping("the server pings", "servers.pingIntervalMs", serverPingMs),
    ping("the client pings", `clients.${group.name}.pingIntervalMs`, timerMs(group.pingIntervalMs)),
    timeout(
      "the server gives up a client that answers no ping",
      "servers.pingTimeoutMs",
      serverPatienceMs(scenario),
      // It counts from its own ping.
      Number.NEGATIVE_INFINITY,
    ),
    ofClient(scenario, group, serverPingMs),
  ];
}

/** TCP waits for what it sent; QUIC, for anything. */
function ofTransport(scenario: Scenario, group: ClientGroup): Rung {
  return group.transport === "webtransport"
    ? timeout(
        "QUIC gives up a path on which nothing is heard",
        `clients.${group.name}.quicIdleTimeoutMs`,
        timerMs(group.quicIdleTimeoutMs),
        beatMs(scenario, group),
      )
    : timeout("TCP gives up what nobody acknowledges", "", usToMs(PATIENCE_US), Number.NEGATIVE_INFINITY);
}

function ping(says: string, field: string, ms: number): Rung {
  return { says, field, ms, isPing: true, breaks: false };
}

/** `beat`: how often what keeps it from striking comes, ms. Equal times race. */
function timeout(says: string, field: string, ms: number, beat: number): Rung {
  return { says, field, ms, isPing: false, breaks: ms <= beat };
}

function ofBalancer(scenario: Scenario, group: ClientGroup, name: string): Rung[] {
  const { silence, answer, lifetimeMs, forgets } = patienceOf(scenario, name);
  const path = (field: string) => `${name === BALANCER ? name : `proxies.${name}`}.${field}`;
  const beat = movedEveryMs(beatMs(scenario, group), silence.lazyMs);
  const age = timeout(`${name} closes what is older, however busy`, path("maxLifetimeMs"), lifetimeMs, 0);
  const does = forgets ? "forgets" : "closes";
  if (group.transport === "polling")
    return [timeout(`${name} gives up a poll without an answer`, path(answer.field), answer.ms, beat), age];
  return [timeout(`${name} ${does} what is silent`, path(silence.field), silence.ms, beat), age];
}

/** How often a heartbeat moves a lazy timer, which heeds nothing so soon after it was armed. ms. */
function movedEveryMs(beat: number, lazyMs: number): number {
  return beat < lazyMs ? beat * Math.ceil(lazyMs / beat) : beat;
}

/** A client waits for its server's pings, or, if it pings itself, for the answers. */
function ofClient(scenario: Scenario, group: ClientGroup, serverPingMs: number): Rung {
  const heard = Math.min(serverPingMs, timerMs(group.pingIntervalMs));
  const field =
    group.watchdogMs === "announced" ? "servers.pingTimeoutMs" : `clients.${group.name}.watchdogMs`;
  return timeout(
    "the client gives up a server that is silent",
    field,
    clientPatienceMs(scenario, group),
    heard,
  );
}

/** What is wrong with a ladder, in a sentence; null if nothing is. */
export function breakOf({ rungs, beatMs: beat }: Ladder): string | null {
  const first = rungs.find(({ breaks }) => breaks);
  if (first === undefined) return null;
  const when = Number.isFinite(beat)
    ? first.ms === beat
      ? "just when the ping is due: a race"
      : `before the first ping, which comes after ${inWords(beat)}`
    : "and nobody pings";
  return `${first.says}, after ${inWords(first.ms)}, ${when}`;
}

/** «20 s», «0.5 s», «15 min», «2 h». */
export function inWords(ms: number): string {
  if (ms >= 7_200_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return `${Number((ms / 1000).toPrecision(4))} s`;
}
