/** What state each node is in at any instant: who holds a connection to which server, who is down. */
import { FrameKind } from "../../model/trace/frames.ts";
import {
  at,
  CLOSE_REASON_NAMES,
  type Letter,
  RecordKind,
  TRANSPORT_WORDS,
  TransportKind,
} from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import { namesOf } from "../../scenario/names.ts";
import { holdsConnection } from "../../scenario/transports.ts";

export const NodeState = {
  /** A client that has not opened its page yet. */
  away: 0,
  /** A client that is trying to connect. */
  connecting: 1,
  /** A client with a Socket.IO connection. */
  connected: 2,
  /** A client that lost its connection or was refused one. */
  disconnected: 3,
  /** A server, balancer or backplane that works. */
  up: 4,
  /** Killed. */
  crashed: 5,
  /** Stopped: it holds its connections and answers nothing. */
  frozen: 6,
  /** A client that holds no connection: it sends requests. */
  plain: 7,
  /** A server that was told to stop, and whose process has ended. */
  exited: 8,
} as const;

/** As people read them, in the order of {@link NodeState}. */
export const NODE_STATE_NAMES: readonly string[] = [
  "not started",
  "connecting",
  "connected",
  "disconnected",
  "up",
  "crashed",
  "frozen",
  "plain requests",
  "stopped",
];

/** A fault that changes what links are like, or mends them. */
export interface LinkFault {
  readonly timeUs: number;
  /** Its place among the scenario's faults. */
  readonly fault: number;
}

/** Changes by node: those of node n are first[n] … first[n + 1] − 1, ascending in time. */
export interface NodeStates {
  readonly first: Int32Array;
  readonly timeUs: Float64Array;
  readonly state: Uint8Array;
  /** The server that holds the client, or −1. */
  readonly server: Int32Array;
  /** {@link TransportKind} of a connected client; {@link CloseReason} of a disconnected one; else −1. */
  readonly detail: Int8Array;
  /** Times of all changes, ascending: the picture changes only here. */
  readonly changesUs: Float64Array;
  /** Faults of links, ascending; those of single packets are not among them. */
  readonly linkFaults: readonly LinkFault[];
}

/** A node's change, before all are in order. */
interface Change {
  readonly node: number;
  readonly timeUs: number;
  readonly state: number;
  readonly server: number;
  readonly detail: number;
}

/** Folds the trace. */
export function indexNodeStates(run: RunResult): NodeStates {
  const folding = new Folding(run);
  for (let row = 0; row < run.trace.length; row++) folding.add(row);
  const { changes, linkFaults, queuesUs } = folding;
  const times = [...changes, ...linkFaults].map(({ timeUs }) => timeUs).filter((timeUs) => timeUs >= 0);
  const changesUs = Float64Array.from([...times, ...queuesUs]).sort();
  return { ...columnsOf(changes, run.nodes.length), changesUs, linkFaults };
}

/** What a node is in once a fault has struck it. */
const STATE_AFTER = {
  crash: NodeState.crashed,
  freeze: NodeState.frozen,
  restart: NodeState.up,
  resume: NodeState.up,
} as const;

/** What has changed up to a record. */
class Folding {
  readonly changes: Change[] = [];
  readonly linkFaults: LinkFault[] = [];
  /** When servers' queues change. */
  readonly queuesUs: number[] = [];
  #run: RunResult;
  #byName: ReadonlyMap<string, number>;
  /** Each node's state, and the server that holds it. */
  #now: Uint8Array;
  #holder: Int32Array;
  /** By client: its latest change, and what it was like before it froze. */
  #latest = new Map<number, Change>();
  #before = new Map<number, Change>();

  constructor(run: RunResult) {
    const { nodes } = run;
    this.#run = run;
    this.#byName = new Map(nodes.map(({ name, node }) => [name, node]));
    this.#now = new Uint8Array(nodes.length);
    this.#holder = new Int32Array(nodes.length).fill(-1);
    for (const { node, kind } of nodes)
      this.#change(node, Number.NEGATIVE_INFINITY, kind === "client" ? NodeState.away : NodeState.up);
    this.#addPlain();
  }

  /** Clients are the first nodes, group by group. */
  #addPlain(): void {
    let node = 0;
    for (const { count, transport } of this.#run.scenario.clients)
      for (let i = 0; i < count; i++, node++)
        if (!holdsConnection(transport)) this.#change(node, Number.NEGATIVE_INFINITY, NodeState.plain);
  }

  #change(node: number, timeUs: number, state: number, server = -1, detail = -1): void {
    if (node < 0 || node >= this.#now.length) return;
    this.#now[node] = state;
    this.#holder[node] = server;
    const change = { node, timeUs, state, server, detail };
    this.changes.push(change);
    this.#latest.set(node, change);
  }

  add(row: number): void {
    const { trace } = this.#run;
    const read = (column: Letter) => trace[column][row];
    const timeUs = trace.timeUs[row];
    switch (trace.kind[row]) {
      case RecordKind.connected: {
        const [client, server] = [read(at.connected.client), read(at.connected.server)];
        this.#change(client, timeUs, NodeState.connected, server, read(at.connected.transport));
        break;
      }
      case RecordKind.upgraded: {
        const client = read(at.upgraded.client);
        this.#change(client, timeUs, NodeState.connected, this.#holder[client], TransportKind.websocket);
        break;
      }
      case RecordKind.disconnected: {
        const told = read(at.disconnected.reason);
        this.#change(read(at.disconnected.client), timeUs, NodeState.disconnected, -1, told);
        break;
      }
      case RecordKind.work:
      case RecordKind.buffered:
      case RecordKind.backlog:
        this.queuesUs.push(timeUs);
        break;
      case RecordKind.exited:
        this.#change(read(at.exited.server), timeUs, NodeState.exited);
        break;
      case RecordKind.frame:
        this.#addFrame(read(at.frame.kind), read(at.frame.from), timeUs);
        break;
      case RecordKind.fault:
        this.#addFault(read(at.fault.fault), timeUs);
        break;
    }
  }

  /** A client's first request: it is trying to connect. */
  #addFrame(kind: number, from: number, timeUs: number): void {
    if (kind !== FrameKind.handshakeGet && kind !== FrameKind.upgradeGet && kind !== FrameKind.eventsGet)
      return;
    if (this.#run.nodes[from]?.kind !== "client") return;
    const now = this.#now[from];
    if (now === NodeState.away || now === NodeState.disconnected)
      this.#change(from, timeUs, NodeState.connecting);
  }

  /** A client that freezes keeps its connection, and goes on with it. */
  #freezeClient(node: number, timeUs: number, isFrozen: boolean): void {
    const before = this.#before.get(node);
    if (isFrozen && before === undefined) {
      this.#before.set(node, this.#latest.get(node)!);
      this.#change(node, timeUs, NodeState.frozen, this.#holder[node]);
    } else if (!isFrozen && before !== undefined) {
      this.#before.delete(node);
      this.#change(node, timeUs, before.state, before.server, before.detail);
    }
  }

  #addFault(fault: number, timeUs: number): void {
    const { act, target } = this.#run.scenario.faults[fault];
    const clients = namesOf(this.#run.scenario).client.members(target);
    if (clients.length > 0) {
      if (act !== "throttle")
        for (const client of clients) this.#freezeClient(client, timeUs, act === "freeze");
      return;
    }
    switch (act) {
      case "cut":
      case "mute":
      case "slow":
      case "lose":
      case "heal":
        this.linkFaults.push({ timeUs, fault });
        break;
      case "crash":
      case "freeze":
      case "restart":
      case "resume":
        this.#change(this.#byName.get(target) ?? -1, timeUs, STATE_AFTER[act]);
        break;
      // A tab in the background is connected as before, and what strikes one packet changes nothing that lasts.
      case "throttle":
      case "drop":
      case "delay":
      // A server that is told to stop is up until it exits.
      case "stop":
      case "disconnect":
      // A process that is replaced leaves a balancer that takes connections as before.
      case "reload":
        break;
    }
  }
}

/** Changes by node, those of a node in the order in which they are. */
function columnsOf(changes: readonly Change[], nodes: number) {
  const first = new Int32Array(nodes + 1);
  for (const { node } of changes) first[node + 1]++;
  for (let node = 0; node < nodes; node++) first[node + 1] += first[node];
  const next = first.slice();
  const timeUs = new Float64Array(changes.length);
  const state = new Uint8Array(changes.length);
  const server = new Int32Array(changes.length);
  const detail = new Int8Array(changes.length);
  for (const change of changes) {
    const row = next[change.node]++;
    timeUs[row] = change.timeUs;
    state[row] = change.state;
    server[row] = change.server;
    detail[row] = change.detail;
  }
  return { first, timeUs, state, server, detail };
}

/** The index into the columns of the state of a node at an instant. */
export function stateIndexAt(states: NodeStates, node: number, timeUs: number): number {
  let low = states.first[node];
  let high = states.first[node + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (states.timeUs[middle] <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How many clients are connected at an instant. */
export function connectedAt(run: RunResult, states: NodeStates, timeUs: number): number {
  let n = 0;
  for (const node of run.nodes)
    if (
      node.kind === "client" &&
      states.state[stateIndexAt(states, node.node, timeUs)] === NodeState.connected
    )
      n++;
  return n;
}

/** «connected to server-1 (WebSocket)», «disconnected: ping timeout». */
export function describeState(run: RunResult, states: NodeStates, node: number, timeUs: number): string {
  const i = stateIndexAt(states, node, timeUs);
  const state = states.state[i];
  const name = NODE_STATE_NAMES[state];
  if (state === NodeState.connected && states.server[i] >= 0)
    return `connected to ${run.nodes[states.server[i]]?.name} (${TRANSPORT_WORDS[states.detail[i]]})`;
  if (state === NodeState.disconnected && states.detail[i] >= 0)
    return `disconnected: ${CLOSE_REASON_NAMES[states.detail[i]] ?? "closed"}`;
  return name;
}
