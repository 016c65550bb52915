/** From a scenario, as people write it, to the model's settings: names become numbers, milliseconds µs. */
import { msToUs } from "../kernel/time.ts";
import { Audience } from "../model/records.ts";
import {
  type ClientSettings,
  type FaultSettings,
  type LatencySettings,
  type LinkSettings,
  type RangeUs,
  type SendSettings,
  type Settings,
  Transport,
} from "../model/settings.ts";
import { namesOf, resolveFaultTarget, type ScenarioNames } from "./names.ts";
import type { ClientGroup, Latency, Loss, Scenario, Send } from "./schema.ts";

const TRANSPORTS = {
  "polling-first": Transport.pollingFirst,
  polling: Transport.polling,
  websocket: Transport.websocket,
} as const;

/** The settings of a world. Expects a scenario that the parser has let through. */
export function buildSettings(scenario: Scenario): Settings {
  const names = namesOf(scenario);
  const { clients, rooms } = buildClients(scenario);
  return {
    clients,
    groups: scenario.clients.map((group) => ({
      transport: TRANSPORTS[group.transport],
      cookies: group.cookies,
      reconnectionDelayUs: msToUs(group.reconnectionDelayMs),
      reconnectionDelayMaxUs: msToUs(group.reconnectionDelayMaxMs),
      randomizationFactor: group.randomizationFactor,
    })),
    rooms,
    servers: scenario.servers.count,
    policy: scenario.balancer.policy,
    idleTimeoutUs: msToUs(scenario.balancer.idleTimeoutMs),
    failTimeoutUs: msToUs(scenario.balancer.failTimeoutMs),
    pingIntervalUs: msToUs(scenario.servers.pingIntervalMs),
    pingTimeoutUs: msToUs(scenario.servers.pingTimeoutMs),
    upgradeTimeoutUs: msToUs(scenario.servers.upgradeTimeoutMs),
    backplane: scenario.backplane.kind === "redis",
    clientLink: linkSettings(scenario.network.client),
    serverLink: linkSettings(scenario.network.server),
    backplaneLink: linkSettings(scenario.network.backplane),
    sends: scenario.workload.map((send) => buildSend(scenario, names, send)),
    faults: scenario.faults.map((fault): FaultSettings => {
      const target = resolveFaultTarget(scenario, names, fault);
      if (typeof target === "string") throw new Error(target);
      return { atUs: msToUs(fault.atMs), ...target };
    }),
  };
}

function buildClients(scenario: Scenario): { clients: ClientSettings[]; rooms: number } {
  const clients: ClientSettings[] = [];
  let room = 0;
  scenario.clients.forEach((group, index) => {
    const roomSize = group.roomSize ?? group.count;
    for (let i = 0; i < group.count; i++) {
      clients.push({
        group: index,
        room: room + Math.floor(i / roomSize),
        address: addressOf(group, i),
        startUs: group.startConnected ? 0 : msToUs(group.startMs + i * group.startGapMs),
        startConnected: group.startConnected,
      });
    }
    room += Math.ceil(group.count / roomSize);
  });
  return { clients, rooms: room };
}

/** IPv4 address of a group's member as an unsigned integer; wraps around at the end of the address space. */
export function addressOf(group: ClientGroup, member: number): number {
  const first = group.address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const step = { networks: 256, hosts: 1, shared: 0 }[group.addressSpread];
  return (first + step * member) % 2 ** 32;
}

function buildSend(scenario: Scenario, names: ScenarioNames, send: Send): SendSettings {
  const audience = audienceOf(send);
  const endUs = msToUs(scenario.durationMs);
  const line = {
    clients: names.senders(send.from),
    audience,
    target: audience === Audience.direct ? names.client.get(send.to)! : -1,
  };
  if (send.everyMs === undefined) {
    const atUs = msToUs(send.atMs!);
    return { ...line, first: { minUs: atUs, maxUs: atUs }, every: null, untilUs: Math.max(endUs, atUs) };
  }
  return {
    ...line,
    first: send.firstMs === undefined ? null : rangeUs(send.firstMs),
    every: rangeUs(send.everyMs),
    untilUs: send.untilMs === undefined ? endUs : msToUs(send.untilMs),
  };
}

function audienceOf(send: Send): number {
  switch (send.to) {
    case "others":
      return Audience.others;
    case "everyone":
      return Audience.everyone;
    case "room":
      return Audience.room;
    default:
      return Audience.direct;
  }
}

function rangeUs(range: number | { minMs: number; maxMs: number }): RangeUs {
  return typeof range === "number"
    ? { minUs: msToUs(range), maxUs: msToUs(range) }
    : { minUs: msToUs(range.minMs), maxUs: msToUs(range.maxMs) };
}

function linkSettings(link: { latencyMs: Latency; loss: Loss }): LinkSettings {
  const { loss } = link;
  return {
    latency: latencySettings(link.latencyMs),
    loss:
      typeof loss === "number"
        ? { good: loss, burst: null }
        : {
            good: loss.good,
            burst: { bad: loss.bad, meanGoodUs: msToUs(loss.meanGoodMs), meanBadUs: msToUs(loss.meanBadMs) },
          },
  };
}

function latencySettings(latency: Latency): LatencySettings {
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
