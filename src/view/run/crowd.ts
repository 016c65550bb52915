/**
 * A crowd: clients that are too many for a place each on the stage. Up to some hundred they stand in the groups that the
 * scenario names; more than that, by the server that held each first. All counts at an instant are binary searches.
 */
import type { RunResult } from "../../run/result.ts";
import { upperBound } from "./frames.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { NodeState, type NodeStates } from "./node-states.ts";

/** So many clients are people with names; so many stand in named groups. */
const MOST_PEOPLE = 24;
const MOST_IN_GROUPS = 200;
/** More groups than this have no room; of clients that are no group, so many stand for themselves. */
const MOST_COHORTS = 9;
const MOST_SINGLE = 5;

/** When clients connected and lost their connection: two ascending lists, whose difference is how many are connected. */
export interface Presence {
  readonly joinedUs: Float64Array;
  readonly leftUs: Float64Array;
}

export interface Cohort extends Presence {
  /** «phones», «first», «server-1». */
  readonly name: string;
  readonly kind: "group" | "server" | "person";
  readonly members: Int32Array;
  /** When its members got copies, ascending. */
  readonly receivedUs: Float64Array;
  /** When copies for its members were lost, ascending. */
  readonly lostUs: Float64Array;
}

export interface Crowd {
  readonly cohorts: readonly Cohort[];
  /** By client's node: its cohort. */
  readonly of: Int16Array;
  /** By server's node: who is connected to it. */
  readonly held: ReadonlyMap<number, Presence>;
}

/** The crowd of a run; null if its clients have a place each. */
export function crowdOf(run: RunResult, states: NodeStates, ledger: LedgerIndex): Crowd | null {
  const clients = run.nodes.filter(({ kind }) => kind === "client").map(({ node }) => node);
  if (clients.length <= MOST_PEOPLE) return null;
  const groups =
    clients.length <= MOST_IN_GROUPS ? namedGroups(run, clients) : byServer(run, states, clients);
  const of = new Int16Array(run.nodes.length).fill(-1);
  groups.forEach(({ members }, cohort) => {
    for (const node of members) of[node] = cohort;
  });
  const received = groups.map(() => [] as number[]);
  ledger.deliveredUs.forEach((timeUs, i) => {
    received[of[ledger.deliveredNode[i]!]!]?.push(timeUs);
  });
  const lost = groups.map(() => [] as number[]);
  for (const { copies, timesUs } of ledger.losses)
    copies.forEach((copy, i) => {
      lost[of[ledger.recipient[copy]!]!]?.push(timesUs[i]!);
    });
  const own = groups.map(() => new Stays());
  const held = new Map(
    run.nodes.filter(({ kind }) => kind === "server").map(({ node }) => [node, new Stays()]),
  );
  for (const node of clients) noteStays(states, node, own[of[node]!]!, held);
  return {
    cohorts: groups.map((group, i) => ({
      ...group,
      ...own[i]!.presence(),
      receivedUs: Float64Array.from(received[i]!),
      lostUs: Float64Array.from(lost[i]!).sort(),
    })),
    of,
    held: new Map([...held].map(([node, stays]) => [node, stays.presence()])),
  };
}

/** How many are connected at an instant. */
export function presentAt({ joinedUs, leftUs }: Presence, timeUs: number): number {
  return upperBound(joinedUs, timeUs) - upperBound(leftUs, timeUs);
}

type Group = Pick<Cohort, "name" | "kind" | "members">;

/** The groups of the scenario; who is no group stands for itself, unless many do. */
function namedGroups({ scenario }: RunResult, clients: readonly number[]): Group[] {
  const groups: Group[] = [];
  let first = 0;
  for (const { name, count } of scenario.clients) {
    const members = Int32Array.from(clients.slice(first, first + count));
    groups.push({ name, kind: members.length === 1 ? "person" : "group", members });
    first += count;
  }
  const people = groups.filter(({ kind }) => kind === "person");
  const kept = groups.filter(({ kind }) => kind === "group" || people.length <= MOST_SINGLE);
  const rest = people.length <= MOST_SINGLE ? [] : people;
  const few = kept.slice(0, MOST_COHORTS - 1);
  const others = [...kept.slice(MOST_COHORTS - 1), ...rest].flatMap(({ members }) => [...members]);
  return others.length === 0
    ? few
    : [...few, { name: "others", kind: "group", members: Int32Array.from(others) }];
}

/** Those whom a server held first; servers that are many share a field, in the order of their numbers. */
function byServer(run: RunResult, states: NodeStates, clients: readonly number[]): Group[] {
  const servers = run.nodes.filter(({ kind }) => kind === "server");
  const per = Math.ceil(servers.length / (MOST_COHORTS - 1));
  const members = Array.from({ length: Math.ceil(servers.length / per) + 1 }, () => [] as number[]);
  for (const node of clients) {
    const server = firstServer(states, node);
    const at = server < 0 ? members.length - 1 : Math.floor((server - servers[0]!.node) / per);
    members[at]!.push(node);
  }
  return members
    .map((list, i): Group => {
      const [from, to] = [servers[i * per], servers[Math.min((i + 1) * per, servers.length) - 1]];
      const isRest = i === members.length - 1;
      const name = isRest || from === undefined ? "no server" : rangeName(from.name, to!.name);
      return { name, kind: "server", members: Int32Array.from(list) };
    })
    .filter((group) => group.members.length > 0);
}

/** «server-1», «server-1 to 6». */
function rangeName(from: string, to: string): string {
  return from === to ? from : `${from} to ${/\d+$/.exec(to)?.[0] ?? to}`;
}

function firstServer(states: NodeStates, node: number): number {
  for (let i = states.first[node]!; i < states.first[node + 1]!; i++)
    if (states.state[i] === NodeState.connected && states.server[i]! >= 0) return states.server[i]!;
  return -1;
}

/** When stays began and ended. */
class Stays {
  readonly joined: number[] = [];
  readonly left: number[] = [];

  presence(): Presence {
    return { joinedUs: Float64Array.from(this.joined).sort(), leftUs: Float64Array.from(this.left).sort() };
  }
}

function noteStays(states: NodeStates, node: number, own: Stays, held: ReadonlyMap<number, Stays>): void {
  let server = -1;
  for (let i = states.first[node]!; i < states.first[node + 1]!; i++) {
    const timeUs = states.timeUs[i]!;
    const now = states.state[i] === NodeState.connected ? states.server[i]! : -1;
    if (now === server) continue;
    if (server >= 0) {
      own.left.push(timeUs);
      held.get(server)?.left.push(timeUs);
    }
    if (now >= 0) {
      own.joined.push(timeUs);
      held.get(now)?.joined.push(timeUs);
    }
    server = now;
  }
}
