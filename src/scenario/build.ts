/** From a scenario, as people write it, to the model's settings: names become numbers, milliseconds µs. */
import { msToUs } from "../kernel/time.ts";
import { BACKPLANES } from "../model/backplane/index.ts";
import { BALANCER_KINDS } from "../model/balancer/kinds/index.ts";
import { EventId } from "../model/fate/oracle.part.ts";
import { CHANNELS } from "../model/gateway/channels.ts";
import { Directions } from "../model/network/link.part.ts";
import { PRESENCE } from "../model/presence/index.ts";
import { Audience } from "../model/trace/records.ts";
import type {
  ClientSettings,
  FaultSettings,
  GapUs,
  PartSettings,
  RangeUs,
  SendSettings,
  Settings,
} from "../model/world/settings.ts";
import { latencySettings, linksOf, lossSettings } from "./links.ts";
import { type FaultTarget, namesOf, nodeNumbers, resolveFaultTarget, type ScenarioNames } from "./names.ts";
import { memberSettings, settingsIn } from "./part-fields.ts";
import type { Balancer, ClientGroup, Fault, Scenario, Send } from "./schema.ts";
import { isEngineIo } from "./transports.ts";

/** What a proxy chooses by: it has one to ask. */
const NO_CHOICE = "round-robin";

/** The settings of a world. Expects a scenario that the parser has let through. */
export function buildSettings(scenario: Scenario): Settings {
  const names = namesOf(scenario);
  const { clients, rooms, users } = buildClients(scenario);
  return {
    clients,
    groups: scenario.clients.map((group) => settingsIn("clients", group)),
    rooms,
    balancers: [
      ...scenario.proxies.map((proxy) => ({
        policy: NO_CHOICE,
        kind: proxy.kind,
        own: { ...settingsIn("balancers", proxy), ...ownOf(proxy) },
      })),
      {
        policy: scenario.balancer.policy,
        kind: scenario.balancer.kind,
        own: {
          ...settingsIn("balancers", scenario.balancer),
          ...settingsIn("balancer", scenario.balancer),
          ...ownOf(scenario.balancer),
        },
      },
    ],
    upstreams: upstreamsOf(scenario),
    servers: scenario.servers.count,
    server: settingsIn("servers", scenario.servers),
    backplane: scenario.backplane.kind,
    presence: {
      kind: scenario.presence.kind,
      own: memberSettings(PRESENCE[scenario.presence.kind], scenario.presence),
    },
    users,
    backplaneOwn: memberSettings(BACKPLANES[scenario.backplane.kind], scenario.backplane),
    publishers: scenario.publishers.map(({ rebroadcast }) => ({ rebroadcast })),
    gateway: gatewayOf(scenario),
    links: linksOf(scenario, names),
    sends: scenario.workload.map((send) => buildSend(scenario, names, clients, send)),
    hasLoaders: scenario.clients.some(({ loads }) => loads !== "nothing"),
    notesWrites: scenario.servers.onStop === "exit" || scenario.workload.some(({ volatile }) => volatile),
    faults: faultsOf(scenario, names),
  };
}

/** The balancer's list of servers. */
function upstreamsOf({ balancer, servers }: Scenario): Settings["upstreams"] {
  return Array.from({ length: servers.count }, (_, i) => {
    const {
      weight = 1,
      backup = false,
      down = false,
      addedMs = 0,
      removedMs,
    } = balancer.servers[`server-${i + 1}`] ?? {};
    return {
      weight,
      isBackup: backup,
      isDown: down,
      listedUs: msToUs(addedMs),
      removedUs: removedMs === undefined ? Number.POSITIVE_INFINITY : msToUs(removedMs),
    };
  });
}

function gatewayOf({ gateway }: Scenario): Settings["gateway"] {
  if (gateway.channels.length === 0) return null;
  return {
    own: settingsIn("gateway", gateway),
    channels: gateway.channels.map((channel) => ({
      kind: channel.kind,
      own: memberSettings(CHANNELS[channel.kind], channel),
    })),
  };
}

/** What a balancer's kind has of its own. */
function ownOf(balancer: Balancer): PartSettings {
  return memberSettings(BALANCER_KINDS[balancer.kind], balancer);
}

function buildClients(scenario: Scenario): { clients: ClientSettings[]; rooms: number; users: number[] } {
  const clients: ClientSettings[] = [];
  // A browser has connections of its own for each host name.
  const browserOf = ({ browser, host = "" }: ClientGroup) =>
    browser === undefined ? "" : `${browser} ${host}`;
  const browsers = [...new Set(scenario.clients.map(browserOf))].filter((one) => one !== "");
  const users: number[] = [];
  const named = new Map<string, number>();
  let room = 0;
  scenario.clients.forEach((group, index) => {
    const roomSize = group.roomSize ?? group.count;
    for (let i = 0; i < group.count; i++) {
      const user = named.get(group.user ?? "") ?? users.push(clients.length) - 1;
      if (group.user !== undefined) named.set(group.user, user);
      clients.push({
        group: index,
        user,
        room: room + Math.floor(i / roomSize),
        address: addressOf(group, i),
        browser: browsers.indexOf(browserOf(group)),
        startUs: group.startConnected ? 0 : msToUs(group.startMs + i * group.startGapMs),
        // Who holds no connection has none to begin with.
        startConnected: group.startConnected && isEngineIo(group.transport),
      });
    }
    room += Math.ceil(group.count / roomSize);
  });
  return { clients, rooms: room, users };
}

/** IPv4 address of a group's member as an unsigned integer; wraps around at the end of the address space. */
export function addressOf(group: ClientGroup, member: number): number {
  const first = group.address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const step = { networks: 256, hosts: 1, shared: 0 }[group.addressSpread];
  return (first + step * member) % 2 ** 32;
}

function buildSend(
  scenario: Scenario,
  names: ScenarioNames,
  clients: readonly ClientSettings[],
  send: Send,
): SendSettings {
  const senders = names.senders(send.from);
  // All are of one group.
  const group = scenario.clients[clients[senders[0]!]?.group ?? -1];
  const audience = audienceOf(send, names, group);
  const endUs = msToUs(scenario.durationMs);
  const line = {
    senders,
    audience,
    target: audience === Audience.direct ? names.client.get(send.to)! : -1,
    eventId: EventId[send.eventId ?? "own"],
    isVolatile: send.volatile ?? false,
    bytes: send.bytes ?? 0,
  };
  if (send.everyMs === undefined) {
    const atUs = msToUs(send.atMs!);
    return { ...line, first: { minUs: atUs, maxUs: atUs }, every: null, untilUs: Math.max(endUs, atUs) };
  }
  return {
    ...line,
    first: send.firstMs === undefined ? null : rangeUs(send.firstMs),
    every: gapUs(send.everyMs),
    untilUs: send.untilMs === undefined ? endUs : msToUs(send.untilMs),
  };
}

function audienceOf({ to }: Send, names: ScenarioNames, group: ClientGroup | undefined): number {
  // Before the word had a meaning, a client could be called so.
  if (names.client.has(to)) return Audience.direct;
  switch (to) {
    case "others":
      return Audience.others;
    case "everyone":
      return Audience.everyone;
    case "room":
      return Audience.room;
    case "server":
      return asksForTask(group) ? Audience.task : Audience.server;
    default:
      return Audience.direct;
  }
}

/** Whether servers act on what these clients send, and don't answer it as a question. */
function asksForTask(group: ClientGroup | undefined): boolean {
  return group !== undefined && isEngineIo(group.transport) && group.delivery !== "question";
}

function gapUs(gap: NonNullable<Send["everyMs"]>): GapUs {
  return typeof gap === "object" && "meanMs" in gap ? { meanUs: msToUs(gap.meanMs) } : rangeUs(gap);
}

function rangeUs(range: number | { minMs: number; maxMs: number }): RangeUs {
  return typeof range === "number"
    ? { minUs: msToUs(range), maxUs: msToUs(range) }
    : { minUs: msToUs(range.minMs), maxUs: msToUs(range.maxMs) };
}

function faultsOf(scenario: Scenario, names: ScenarioNames): FaultSettings[] {
  // Many faults can strike the same many links.
  const known = new Map<string, FaultTarget>();
  const { first } = nodeNumbers(scenario);
  return scenario.faults.map((fault) => {
    const target = known.get(fault.target) ?? resolveFaultTarget(scenario, names, fault);
    if ("problem" in target) throw new Error(target.problem);
    known.set(fault.target, target);
    return faultSettings(fault, target, first);
  });
}

function faultSettings(
  fault: Fault,
  target: FaultTarget,
  firstNode: { readonly client: number; readonly server: number },
): FaultSettings {
  if (fault.act === "drop" || fault.act === "delay") {
    const { direction, packet } = fault;
    const delayUs = fault.act === "delay" ? msToUs(fault.byMs) : null;
    return { target: "packet", link: target.numbers[0]!, up: direction === "up", packet, delayUs };
  }
  const atUs = msToUs(fault.atMs);
  const { act } = fault;
  if (target.kind === "client" && (act === "crash" || act === "restart"))
    return { atUs, target: "client", clients: target.numbers, act };
  if (target.kind === "client" || (target.kind === "server" && (act === "freeze" || act === "resume"))) {
    const nodes = target.numbers.map((number) => firstNode[target.kind as "client" | "server"] + number);
    const alignUs = fault.act === "throttle" ? msToUs(fault.everyMs) : 0;
    return { atUs, target: "process", nodes, act: act as "freeze", alignUs };
  }
  if (target.kind !== "link") {
    // The names' resolution has let through only acts that apply.
    return { atUs, target: target.kind, index: target.numbers[0]!, act: fault.act } as FaultSettings;
  }
  const struck = { atUs, target: "link", links: target.numbers } as const;
  if (fault.act === "slow") return { ...struck, act: "slow", latency: latencySettings(fault.latencyMs) };
  if (fault.act === "lose") return { ...struck, act: "lose", loss: lossSettings(fault.loss) };
  if (fault.act === "mute")
    return {
      ...struck,
      act: "mute",
      direction: Directions[fault.direction],
      bySender: fault.by === "sender",
    };
  return { ...struck, act: fault.act as "cut" | "heal" };
}
