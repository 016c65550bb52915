/**
 * The trace as Chrome trace events, which ui.perfetto.dev opens: a process for each kind of node, a thread for each node.
 * The states of a node's own machine are slices on its thread; frames and the states of all other machines are
 * asynchronous slices, since they overlap. Messages and what became of their copies are instants.
 */

import { CAUSES } from "../../model/trace/causes.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { subjectKind } from "../../model/trace/frames.ts";
import { at, CLOSE_REASON_NAMES, type Letter, RecordKind } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { NodeInfo } from "../../run/result.ts";
import type { CliResult } from "../simulate.ts";
import { TraceNames } from "./names.ts";

const PROCESSES: readonly { readonly kind: NodeInfo["kind"]; readonly name: string }[] = [
  { kind: "client", name: "clients" },
  { kind: "balancer", name: "balancer" },
  { kind: "server", name: "servers" },
  { kind: "backplane", name: "backplane" },
];

type Event = Record<string, unknown>;

export function* perfetto(run: CliResult): Generator<string> {
  yield '{"displayTimeUnit":"ms","otherData":';
  yield JSON.stringify({
    scenario: run.scenario.name,
    variant: run.variant,
    seed: run.seed,
    fingerprint: run.fingerprint,
  });
  yield ',"traceEvents":[\n';
  let first = true;
  for (const event of events(run)) {
    yield `${first ? "" : ",\n"}${JSON.stringify(event)}`;
    first = false;
  }
  yield "\n]}\n";
}

/** A state that has not ended yet. */
interface OpenState {
  readonly since: number;
  readonly state: string;
  readonly machine: number;
  readonly entity: number;
  readonly node: number;
}

/** Where a node's events go. */
interface Place {
  readonly pid: number;
  readonly tid: number;
}

/** What the records of a run are read with. */
interface Reader {
  readonly run: CliResult;
  readonly names: TraceNames;
  /** By node. */
  readonly places: readonly Place[];
  /** By machine and entity. */
  readonly open: Map<string, OpenState>;
}

function* events(run: CliResult): Generator<Event> {
  const places = run.nodes.map(({ node, kind }) => ({
    pid: PROCESSES.findIndex((entry) => entry.kind === kind) + 1,
    tid: node + 1,
  }));
  const reader: Reader = { run, names: new TraceNames(run), places, open: new Map() };
  yield* metadata(run.nodes, places);
  for (let row = 0; row < run.trace.length; row++) {
    switch (run.trace.kind[row]) {
      case RecordKind.frame:
        yield* frameEvents(reader, row);
        break;
      case RecordKind.transition:
        yield* transitionEvents(reader, row);
        break;
      case RecordKind.fault:
        yield faultEvent(reader, row);
        break;
      default: {
        const instant = instantOf(reader, row);
        if (instant !== null) yield instantEvent(reader, row, instant);
      }
    }
  }
  for (const state of reader.open.values()) yield* stateEvents(reader, state, run.endUs);
}

function* frameEvents({ run: { trace }, names, places }: Reader, row: number): Generator<Event> {
  const read = (column: Letter) => trace[column][row];
  const [kind, from, subject] = [read(at.frame.kind), read(at.frame.from), read(at.frame.subject)];
  const flightUs = read(at.frame.flightUs);
  const ts = trace.timeUs[row];
  const args = {
    from: names.node(from),
    to: names.node(read(at.frame.to)),
    ...(subject < 0 ? {} : { [subjectKind(kind)]: subject }),
    ...(flightUs < 0 ? { dropped: true } : {}),
  };
  const frame = { cat: "frame", name: names.frame(kind), id: `f${row}`, ...places[from] };
  yield { ph: "b", ts, ...frame, args };
  yield { ph: "e", ts: ts + Math.max(0, flightUs), ...frame };
}

/** The state that ends; of a machine that is a node's own, also the one that it was in from the beginning. */
function* transitionEvents(reader: Reader, row: number): Generator<Event> {
  const { run, names, open } = reader;
  const { trace } = run;
  const ts = trace.timeUs[row];
  const machine = trace[at.transition.machine][row];
  const entity = trace[at.transition.entity][row];
  const node = trace[at.transition.node][row];
  const stateOf = (column: Letter) => names.state(machine, trace[column][row]);
  const key = `${machine}/${entity}`;
  const before = open.get(key);
  if (before !== undefined) yield* stateEvents(reader, before, ts);
  else if (isOwn(reader, machine, node)) {
    const first = { since: 0, state: stateOf(at.transition.before), machine, entity, node };
    yield* stateEvents(reader, first, ts);
  }
  open.set(key, { since: ts, state: stateOf(at.transition.after), machine, entity, node });
}

function* stateEvents(reader: Reader, state: OpenState, until: number): Generator<Event> {
  const { names, places } = reader;
  const { machine, entity, node, since } = state;
  if (isOwn(reader, machine, node)) {
    yield { ph: "X", cat: "state", name: state.state, ts: since, dur: until - since, ...places[node] };
    return;
  }
  const common = {
    cat: "state",
    name: `${names.machine(machine)}: ${state.state}`,
    id: `s${machine}/${entity}`,
    ...places[node],
  };
  yield { ph: "b", ts: since, ...common, args: { node: names.node(node), entity } };
  yield { ph: "e", ts: until, ...common };
}

/** Whether a machine is the node itself, and not one of many that run on it. */
function isOwn({ run, names }: Reader, machine: number, node: number): boolean {
  return names.machine(machine) === run.nodes[node]?.kind;
}

function faultEvent({ run: { trace }, names }: Reader, row: number): Event {
  const name = names.fault(trace[at.fault.fault][row]);
  return { ph: "i", s: "g", cat: "fault", name, ts: trace.timeUs[row], pid: 0, tid: 0 };
}

/** What happens to a message, a copy or a connection at a node. */
interface Instant {
  readonly node: number;
  readonly name: string;
  readonly args?: Event;
}

function instantEvent(
  { run: { trace }, places }: Reader,
  row: number,
  { node, name, args = {} }: Instant,
): Event {
  return { ph: "i", s: "t", cat: "fate", name, ts: trace.timeUs[row], ...places[node], args };
}

/** What a record says of messages, copies and connections; null if it says nothing of them. */
function instantOf(reader: Reader, row: number): Instant | null {
  const { trace } = reader.run;
  const read = (column: Letter) => trace[column][row];
  switch (trace.kind[row]) {
    case RecordKind.message:
      return {
        node: read(at.message.sender),
        name: `message ${messageNumber(read(at.message.message))} sent`,
        args: { copies: read(at.message.copies) },
      };
    case RecordKind.delivered:
      return {
        node: read(at.delivered.recipient),
        name: `message ${messageNumber(read(at.delivered.message))} delivered`,
        args: { copy: read(at.delivered.copy) },
      };
    case RecordKind.duplicated:
      return {
        node: read(at.duplicated.recipient),
        name: `message ${messageNumber(read(at.duplicated.message))} delivered again`,
        args: { copy: read(at.duplicated.copy) },
      };
    case RecordKind.lost:
      return lostInstant(reader, row);
    case RecordKind.disconnected:
      return {
        node: read(at.disconnected.client),
        name: `disconnected: ${CLOSE_REASON_NAMES[read(at.disconnected.reason)]}`,
      };
    case RecordKind.ended:
      return endedInstant(reader, row);
    default:
      return null;
  }
}

function lostInstant({ run: { trace }, names }: Reader, row: number): Instant {
  const read = (column: Letter) => trace[column][row];
  const cause = read(at.lost.cause);
  // The record before says which end made it so, if one did.
  const isRooted = row > 0 && trace.kind[row - 1] === RecordKind.rooted;
  return {
    node: read(at.lost.place),
    name: `message ${messageNumber(read(at.lost.message))} lost: ${CAUSES[cause]?.label}`,
    args: {
      copy: read(at.lost.copy),
      for: names.node(read(at.lost.recipient)),
      cause: names.cause(cause),
      ...(isRooted ? { since: trace[at.rooted.root][row - 1] } : {}),
    },
  };
}

function endedInstant({ run: { trace }, names }: Reader, row: number): Instant | null {
  const read = (column: Letter) => trace[column][row];
  const [whose, reason] = [read(at.ended.whose), read(at.ended.reason)];
  if (whose < 0) return null;
  return {
    node: read(at.ended.place),
    name: `${names.node(whose)}'s connection ends: ${END_REASONS[reason]?.label}`,
    args: { end: read(at.ended.end), reason: names.reason(reason) },
  };
}

function* metadata(nodes: readonly NodeInfo[], places: readonly Place[]): Generator<Event> {
  for (const [index, { kind, name }] of PROCESSES.entries()) {
    const n = nodes.filter((node) => node.kind === kind).length;
    if (n === 0) continue;
    const args = { name: kind === "balancer" && n > 1 ? "balancers" : name };
    yield { ph: "M", name: "process_name", pid: index + 1, tid: 0, args };
    yield { ph: "M", name: "process_sort_index", pid: index + 1, tid: 0, args: { sort_index: index } };
  }
  for (const { node, name } of nodes) {
    yield { ph: "M", name: "thread_name", ...places[node], args: { name } };
    yield { ph: "M", name: "thread_sort_index", ...places[node], args: { sort_index: node } };
  }
}
