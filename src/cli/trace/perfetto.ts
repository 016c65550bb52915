/**
 * The trace as Chrome trace events, which ui.perfetto.dev opens: a process for each kind of node, a thread for each node.
 * The states of a node's own machine are slices on its thread; frames and the states of all other machines are
 * asynchronous slices, since they overlap. Messages and what became of their copies are instants.
 */
import { CAUSES } from "../../model/causes.ts";
import { END_REASONS } from "../../model/end-reasons.ts";
import { subjectKind } from "../../model/frame-kinds.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../model/records.ts";
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
    const ts = trace.timeUs[i]!;
    const [a, b, c, d, e] = [trace.a[i]!, trace.b[i]!, trace.c[i]!, trace.d[i]!, trace.e[i]!];
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
        const args = {
          from: names.node(b),
          to: names.node(c),
          ...(d < 0 ? {} : { [subjectKind(a)]: d }),
          ...(e < 0 ? { dropped: true } : {}),
        };
        const frame = { cat: "frame", name: names.frame(a), id: `f${i}`, ...place[b] };
        yield { ph: "b", ts, ...frame, args };
        yield { ph: "e", ts: ts + Math.max(0, e), ...frame };
        break;
      }
      case RecordKind.transition: {
        const key = `${a}/${b}`;
        const before = open.get(key);
        if (before !== undefined) yield* slice(before, ts);
        else if (isOwn(a, e))
          yield* slice({ since: 0, state: names.state(a, c), machine: a, entity: b, node: e }, ts);
        open.set(key, { since: ts, state: names.state(a, d), machine: a, entity: b, node: e });
        break;
      }
      case RecordKind.message:
        yield instant(b, `message ${a} sent`, { copies: e });
        break;
      case RecordKind.delivered:
        yield instant(c, `message ${b} delivered`, { copy: a });
        break;
      case RecordKind.duplicated:
        yield instant(c, `message ${b} delivered again`, { copy: a });
        break;
      case RecordKind.lost:
        yield instant(c, `message ${b} lost: ${CAUSES[d]?.label}`, {
          copy: a,
          for: names.node(e),
          cause: names.cause(d),
          ...rootBefore(i),
        });
        break;
      case RecordKind.disconnected:
        yield instant(a, `disconnected: ${CLOSE_REASON_NAMES[b]}`);
        break;
      case RecordKind.ended:
        if (b < 0) break;
        yield instant(d, `${names.node(b)}'s connection ends: ${END_REASONS[c]?.label}`, {
          end: a,
          reason: names.reason(c),
        });
        break;
      case RecordKind.fault: {
        const fault = run.scenario.faults[a];
        yield { ph: "i", s: "g", cat: "fault", name: `${fault?.act} ${fault?.target}`, ts, pid: 0, tid: 0 };
        break;
      }
    }
  }
  for (const state of open.values()) yield* slice(state, run.endUs);

  /** The number of the end that made it so, if the record before says that one did. */
  function rootBefore(row: number): Event {
    const isRooted = row > 0 && trace.kind[row - 1] === RecordKind.rooted;
    return isRooted ? { since: trace.b[row - 1]! } : {};
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
