/**
 * A scenario without some of its nodes, and without what refers to them. Clients that stay keep their names,
 * addresses, starts and rooms, so that a story uses the scenario's names. Servers are numbered, and keep
 * their names as long as the last ones go first.
 */
import { addressOf } from "../scenario/build.ts";
import { DEFAULTS } from "../scenario/defaults.ts";
import { entryOf, memberName, namesOf, serverIndex, serverName } from "../scenario/names.ts";
import { type ClientGroup, type Fault, LIMITS, type Scenario, type Send } from "../scenario/schema.ts";

type OwnRules = Scenario["ownRules"];

/** Which members of a group stay. */
export interface Staying {
  /** How many members, from the first, stay together as a group. */
  readonly first: number;
  /**
   * Members after those, counted from 0 and in order. Each becomes a client of its own, under the name that
   * it had in the group.
   */
  readonly others: readonly number[];
}

const NOBODY: Staying = { first: 0, others: [] };

/** Names may be this long (schema.ts). */
const NAME_LENGTH = 60;

/** The scenario without a whole group, or without its one client. */
export function withoutGroup(scenario: Scenario, index: number): Scenario | null {
  return withMembers(scenario, index, NOBODY);
}

/**
 * The scenario without the members of a group that do not stay. Null if that can't be written: nobody would
 * be left, one of the scenario's own rules names a client that is gone, a room to which somebody sends would
 * be torn apart, or there would be more groups than the format allows.
 */
export function withMembers(scenario: Scenario, index: number, staying: Staying): Scenario | null {
  const group = scenario.clients[index];
  const isGroup = staying.first > 1;
  // A group of one is called by its bare name, and a member of a larger one is not.
  const alone = staying.first === 1 ? [0, ...staying.others] : staying.others;
  const left = [
    ...(isGroup ? [{ ...group, count: staying.first }] : []),
    ...alone.map((member) => standingAlone(group, member)),
  ];
  const member = (name: string): number | null => memberOf(group, name);
  const stays = (name: string): boolean => {
    const number = member(name);
    return number === null || (isGroup && number < staying.first) || alone.includes(number);
  };
  const clients = scenario.clients.toSpliced(index, 1, ...left);
  const workload = scenario.workload.flatMap((send): Send[] => {
    if (!stays(send.to)) return [];
    if (group.count > 1 && send.from === group.name) return left.map(({ name }) => ({ ...send, from: name }));
    return stays(send.from) ? [send] : [];
  });
  // A group's links, and its processes, are those of the members that stay.
  const still = (name: string): string[] => {
    const [client = "", to] = name.split("/");
    const end = to === undefined ? "" : `/${to}`;
    if (to !== undefined && to !== entryOf(scenario)) return [name];
    if (group.count > 1 && client === group.name) return left.map((one) => `${one.name}${end}`);
    return stays(client) ? [name] : [];
  };
  const faults = scenario.faults.flatMap((fault) =>
    still(fault.target).map((target) => ({ ...fault, target })),
  );
  const network = withLinks(scenario, still);
  const isWritable =
    clients.length > 0 &&
    clients.length <= LIMITS.clientGroups &&
    workload.length <= LIMITS.workload &&
    faults.length <= LIMITS.faults &&
    Object.keys(network.links).length <= LIMITS.links &&
    left.every(({ name, startMs }) => name.length <= NAME_LENGTH && startMs <= LIMITS.durationMs) &&
    namedIn(scenario.ownRules, "client").every(stays) &&
    !tearsRoom(scenario, group, isGroup ? staying.first : 0, alone, workload);
  return isWritable ? { ...scenario, clients, workload, faults, network } : null;
}

/** The network with its own links under the names that they have now, if any. */
function withLinks({ network }: Scenario, renamed: (name: string) => readonly string[]): Scenario["network"] {
  const links = Object.entries(network.links).flatMap(([name, link]) =>
    renamed(name).map((now) => [now, link] as const),
  );
  return { ...network, links: Object.fromEntries(links) };
}

/** The scenario with only these clients. Null if that can't be written. */
export function withOnly(scenario: Scenario, names: ReadonlySet<string>): Scenario | null {
  let left: Scenario | null = scenario;
  // From the last group: what becomes of one does not move those before it.
  for (let index = scenario.clients.length - 1; index >= 0 && left !== null; index--) {
    const { name, count } = scenario.clients[index];
    const others = Array.from({ length: count }, (_, i) => i).filter((i) =>
      names.has(count === 1 ? name : memberName(name, i)),
    );
    if (others.length < count) left = withMembers(left, index, { first: 0, others });
  }
  return left;
}

/** A member as a client of its own, which differs in nothing from what it was in its group. */
function standingAlone(group: ClientGroup, member: number): ClientGroup {
  const { roomSize: _, ...rest } = group;
  const { startGapMs, addressSpread } = DEFAULTS.clients[0];
  const address = addressOf(group, member);
  return {
    ...rest,
    name: memberName(group.name, member),
    count: 1,
    startMs: group.startConnected ? group.startMs : group.startMs + member * group.startGapMs,
    startGapMs,
    address: [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join("."),
    addressSpread,
  };
}

/** Which member of a group has this name, from 0; null if none has. */
function memberOf({ name, count }: ClientGroup, of: string): number | null {
  if (count === 1) return of === name ? 0 : null;
  const number = of.startsWith(`${name}-`) ? /^[1-9]\d*$/.exec(of.slice(name.length + 1)) : null;
  return number !== null && Number(number[0]) <= count ? Number(number[0]) - 1 : null;
}

/**
 * Whether a room to which a line of the workload sends would be torn apart, or any where servers subscribe to each. A client of its
 * own shares no room, so it must have been the only one in its room among those that stay.
 */
function tearsRoom(
  { backplane }: Scenario,
  group: ClientGroup,
  first: number,
  alone: readonly number[],
  workload: Scenario["workload"],
): boolean {
  const size = group.roomSize ?? group.count;
  const roomOf = (member: number) => Math.floor(member / size);
  const torn = new Set(
    alone
      .map(roomOf)
      .filter(
        (room, i, rooms) => room * size < first || rooms.indexOf(room) < i || rooms.includes(room, i + 1),
      ),
  );
  if (torn.size === 0) return false;
  if (backplane.kind === "sharded" && backplane.subscriptionMode === "dynamic") return true;
  if (backplane.kind === "plain" && backplane.roomChannels) return true;
  return workload.some(({ from, to }) => {
    if (to !== "room") return false;
    if (first > 0 && from === group.name) return [...torn].some((room) => room * size < first);
    const sender = memberOf(group, from);
    return sender !== null && torn.has(roomOf(sender));
  });
}

/**
 * The scenario without server number `server`, counted from 0; those after it move up. Null if it is the only
 * server, or if one of the scenario's own rules names it.
 */
export function withoutServer(scenario: Scenario, server: number): Scenario | null {
  const { servers, ownRules } = scenario;
  if (servers.count === 1 || namedIn(ownRules, "server").includes(serverName(server))) return null;
  const moved = (name: string): string => {
    const index = serverIndex(scenario, name);
    return index === null || index < server ? name : serverName(index - 1);
  };
  const link = (name: string): string[] => {
    const ends = name.split("/");
    return ends.includes(serverName(server)) ? [] : [ends.map(moved).join("/")];
  };
  const faults = scenario.faults.flatMap((fault): Fault[] =>
    link(fault.target).map((target) => ({ ...fault, target })),
  );
  // What it sends by itself goes with it.
  const workload = scenario.workload.flatMap((send): Send[] =>
    isClient(scenario, send.from) ? [send] : link(send.from).map((from) => ({ ...send, from })),
  );
  return {
    ...scenario,
    servers: { ...servers, count: servers.count - 1 },
    network: withLinks(scenario, link),
    workload,
    faults,
    ownRules: withServers(ownRules, moved),
  };
}

/** Whether a name is a client's, or a group's. */
function isClient(scenario: Scenario, name: string): boolean {
  return namesOf(scenario).client.count(name) > 0;
}

/** Rules with the names that servers have now. */
function withServers(ownRules: OwnRules, moved: (name: string) => string): OwnRules {
  // Most scenarios have none.
  if (namedIn(ownRules, "server").length === 0) return ownRules;
  return JSON.parse(
    JSON.stringify(ownRules, (key, value: unknown) =>
      key === "server" && typeof value === "string" ? moved(value) : value,
    ),
  ) as OwnRules;
}

/** The clients or servers that a scenario's own rules name. */
function namedIn(ownRules: OwnRules, field: "client" | "server"): string[] {
  return Object.values(ownRules).flatMap((rule) =>
    Object.values(rule).flatMap((pattern) => {
      const name = typeof pattern === "object" ? pattern[field] : undefined;
      return name === undefined ? [] : [name];
    }),
  );
}
