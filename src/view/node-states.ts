/** What state each node is in at any instant: who holds a connection to which server, who is down. */
import { FrameKind } from "../model/trace/frames.ts";
import { at, CLOSE_REASON_NAMES, RecordKind, TransportKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";

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
];

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
  /** Faults that cut and heal links, ascending. */
  readonly cuts: readonly {
    readonly timeUs: number;
    readonly a: number;
    readonly b: number;
    readonly cut: boolean;
  }[];
}

/** Folds the trace. */
export function indexNodeStates(run: RunResult): NodeStates {
  const { trace, nodes } = run;
  const byName = new Map(nodes.map((n) => [n.name, n.node]));
  const node: number[] = [];
  const time: number[] = [];
  const state: number[] = [];
  const server: number[] = [];
  const detail: number[] = [];
  const now = new Uint8Array(nodes.length);
  const holder = new Int32Array(nodes.length).fill(-1);
  const cuts: { timeUs: number; a: number; b: number; cut: boolean }[] = [];
  const put = (n: number, t: number, s: number, on: number, d: number) => {
    if (n < 0 || n >= nodes.length) return;
    now[n] = s;
    holder[n] = on;
    node.push(n);
    time.push(t);
    state.push(s);
    server.push(on);
    detail.push(d);
  };
  for (const n of nodes)
    put(n.node, Number.NEGATIVE_INFINITY, n.kind === "client" ? 0 : NodeState.up, -1, -1);
  for (let i = 0; i < trace.length; i++) {
    const t = trace.timeUs[i];
    switch (trace.kind[i]) {
      case RecordKind.connected: {
        const over = trace[at.connected.transport][i];
        put(trace[at.connected.client][i], t, NodeState.connected, trace[at.connected.server][i], over);
        break;
      }
      case RecordKind.upgraded: {
        const client = trace[at.upgraded.client][i];
        put(client, t, NodeState.connected, holder[client], TransportKind.websocket);
        break;
      }
      case RecordKind.disconnected: {
        const told = trace[at.disconnected.reason][i];
        put(trace[at.disconnected.client][i], t, NodeState.disconnected, -1, told);
        break;
      }
      case RecordKind.frame: {
        const kind = trace[at.frame.kind][i];
        const from = trace[at.frame.from][i];
        if (
          (kind === FrameKind.handshakeGet || kind === FrameKind.upgradeGet) &&
          nodes[from]?.kind === "client" &&
          (now[from] === NodeState.away || now[from] === NodeState.disconnected)
        )
          put(from, t, NodeState.connecting, -1, -1);
        break;
      }
      case RecordKind.fault: {
        const fault = run.scenario.faults[trace[at.fault.fault][i]];
        if (!fault) break;
        const ends = fault.target.split("/");
        if (ends.length === 2) {
          const a = byName.get(ends[0]);
          const b = byName.get(ends[1]);
          if (a !== undefined && b !== undefined) cuts.push({ timeUs: t, a, b, cut: fault.act === "cut" });
          break;
        }
        const n = byName.get(fault.target);
        if (n === undefined) break;
        const s =
          fault.act === "crash"
            ? NodeState.crashed
            : fault.act === "freeze"
              ? NodeState.frozen
              : NodeState.up;
        put(n, t, s, -1, -1);
        break;
      }
    }
  }
  const first = new Int32Array(nodes.length + 1);
  for (const n of node) first[n + 1]++;
  for (let n = 0; n < nodes.length; n++) first[n + 1] += first[n];
  const cursor = first.slice();
  const timeUs = new Float64Array(node.length);
  const states = new Uint8Array(node.length);
  const servers = new Int32Array(node.length);
  const details = new Int8Array(node.length);
  for (let i = 0; i < node.length; i++) {
    const row = cursor[node[i]]++;
    timeUs[row] = time[i];
    states[row] = state[i];
    servers[row] = server[i];
    details[row] = detail[i];
  }
  const changesUs = Float64Array.from([...time.filter((t) => t >= 0), ...cuts.map((c) => c.timeUs)]).sort();
  return { first, timeUs, state: states, server: servers, detail: details, changesUs, cuts };
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
    return `connected to ${run.nodes[states.server[i]]?.name} (${states.detail[i] === TransportKind.polling ? "long polling" : "WebSocket"})`;
  if (state === NodeState.disconnected && states.detail[i] >= 0)
    return `disconnected: ${CLOSE_REASON_NAMES[states.detail[i]] ?? "closed"}`;
  return name;
}
