/**
 * The trace as Chrome trace events, which ui.perfetto.dev opens: a process for each kind of node, a thread for each node.
 * The states of a node's own machine are slices on its thread; frames and the states of all other machines are
 * asynchronous slices, since they overlap. Messages and what became of their copies are instants.
 */
import { CAUSES } from "../../model/trace/causes.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { subjectKind } from "../../model/trace/frames.ts";
import { at, CLOSE_REASON_NAMES, type Letter, RecordKind } from "../../model/trace/records.ts";
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

function* events(run: CliResult): Generator<Event> {
  const { trace, nodes } = run;
  const names = new TraceNames(run);
  const place = nodes.map(({ node, kind }) => ({
    pid: PROCESSES.findIndex((entry) => entry.kind === kind) + 1,
    tid: node + 1,
  }));
  yield* metadata(nodes, place);
  /** States that have not ended yet, by machine and entity. */
  const open = new Map<
    string,
    {
      readonly since: number;
      readonly state: string;
      readonly machine: number;
      readonly entity: number;
      readonly node: number;
    }
  >();
  const isOwn = (machine: number, node: number) => names.machine(machine) === nodes[node]?.kind;
  for (let i = 0; i < trace.length; i++) {
    const ts = trace.timeUs[i];
    const read = (column: Letter) => trace[column][i];
    const instant = (node: number, name: string, args: Event = {}): Event => ({
      ph: "i",
      s: "t",
      cat: "fate",
      name,
      ts,
      ...place[node],
      args,
    });
    switch (trace.kind[i]) {
      case RecordKind.frame: {
        const [kind, from, subject] = [read(at.frame.kind), read(at.frame.from), read(at.frame.subject)];
        const flightUs = read(at.frame.flightUs);
        const args = {
          from: names.node(from),
          to: names.node(read(at.frame.to)),
          ...(subject < 0 ? {} : { [subjectKind(kind)]: subject }),
          ...(flightUs < 0 ? { dropped: true } : {}),
        };
        const frame = { cat: "frame", name: names.frame(kind), id: `f${i}`, ...place[from] };
        yield { ph: "b", ts, ...frame, args };
        yield { ph: "e", ts: ts + Math.max(0, flightUs), ...frame };
        break;
      }
      case RecordKind.transition: {
        const machine = read(at.transition.machine);
        const entity = read(at.transition.entity);
        const node = read(at.transition.node);
        const stateOf = (column: Letter) => names.state(machine, read(column));
        const key = `${machine}/${entity}`;
        const before = open.get(key);
        if (before !== undefined) yield* slice(before, ts);
        else if (isOwn(machine, node))
          yield* slice({ since: 0, state: stateOf(at.transition.before), machine, entity, node }, ts);
        open.set(key, { since: ts, state: stateOf(at.transition.after), machine, entity, node });
        break;
      }
      case RecordKind.message:
        yield instant(read(at.message.sender), `message ${read(at.message.message)} sent`, {
          copies: read(at.message.copies),
        });
        break;
      case RecordKind.delivered:
        yield instant(read(at.delivered.recipient), `message ${read(at.delivered.message)} delivered`, {
          copy: read(at.delivered.copy),
        });
        break;
      case RecordKind.duplicated:
        yield instant(
          read(at.duplicated.recipient),
          `message ${read(at.duplicated.message)} delivered again`,
          { copy: read(at.duplicated.copy) },
        );
        break;
      case RecordKind.lost: {
        const cause = read(at.lost.cause);
        yield instant(read(at.lost.place), `message ${read(at.lost.message)} lost: ${CAUSES[cause]?.label}`, {
          copy: read(at.lost.copy),
          for: names.node(read(at.lost.recipient)),
          cause: names.cause(cause),
          ...rootBefore(i),
        });
        break;
      }
      case RecordKind.disconnected: {
        const told = CLOSE_REASON_NAMES[read(at.disconnected.reason)];
        yield instant(read(at.disconnected.client), `disconnected: ${told}`);
        break;
      }
      case RecordKind.ended: {
        const [whose, reason] = [read(at.ended.whose), read(at.ended.reason)];
        if (whose < 0) break;
        const what = `${names.node(whose)}'s connection ends: ${END_REASONS[reason]?.label}`;
        yield instant(read(at.ended.place), what, { end: read(at.ended.end), reason: names.reason(reason) });
        break;
      }
      case RecordKind.fault: {
        const fault = run.scenario.faults[read(at.fault.fault)];
        yield { ph: "i", s: "g", cat: "fault", name: `${fault?.act} ${fault?.target}`, ts, pid: 0, tid: 0 };
        break;
      }
    }
  }
  for (const state of open.values()) yield* slice(state, run.endUs);

  /** The number of the end that made it so, if the record before says that one did. */
  function rootBefore(row: number): Event {
    const isRooted = row > 0 && trace.kind[row - 1] === RecordKind.rooted;
    return isRooted ? { since: trace[at.rooted.root][row - 1] } : {};
  }

  function* slice(
    {
      since,
      state,
      machine,
      entity,
      node,
    }: { since: number; state: string; machine: number; entity: number; node: number },
    until: number,
  ): Generator<Event> {
    if (isOwn(machine, node)) {
      yield { ph: "X", cat: "state", name: state, ts: since, dur: until - since, ...place[node] };
      return;
    }
    const args = { node: names.node(node), entity };
    const common = {
      cat: "state",
      name: `${names.machine(machine)}: ${state}`,
      id: `s${machine}/${entity}`,
      ...place[node],
    };
    yield { ph: "b", ts: since, ...common, args };
    yield { ph: "e", ts: until, ...common };
  }
}

function* metadata(
  nodes: readonly NodeInfo[],
  place: readonly { pid: number; tid: number }[],
): Generator<Event> {
  for (const [index, { kind, name }] of PROCESSES.entries()) {
    if (!nodes.some((node) => node.kind === kind)) continue;
    yield { ph: "M", name: "process_name", pid: index + 1, tid: 0, args: { name } };
    yield { ph: "M", name: "process_sort_index", pid: index + 1, tid: 0, args: { sort_index: index } };
  }
  for (const { node, name } of nodes) {
    yield { ph: "M", name: "thread_name", ...place[node], args: { name } };
    yield { ph: "M", name: "thread_sort_index", ...place[node], args: { sort_index: node } };
  }
}
