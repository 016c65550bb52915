/** The trace as JSON Lines: one object a record, with names instead of numbers. Times in ms. */
import { FrameKind, subjectKind } from "../../model/frame-kinds.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  CLOSE_REASON_NAMES,
  REQUEST_NAMES,
  RecordKind,
} from "../../model/records.ts";
import type { CliResult } from "../simulate.ts";
import { TraceNames } from "./names.ts";

const RECORD_NAMES = Object.fromEntries(Object.entries(RecordKind).map(([name, kind]) => [kind, name]));

export function* jsonLines(run: CliResult): Generator<string> {
  const names = new TraceNames(run);
  for (let i = 0; i < run.trace.length; i++) yield `${JSON.stringify(readRecord(run, names, i))}\n`;
}

/** One record. Absent things (no server, no session) are null, never −1. */
export function readRecord(run: CliResult, names: TraceNames, i: number): Record<string, unknown> {
  const { trace, scenario } = run;
  const kind = trace.kind[i]!;
  const [a, b, c, d, e] = [trace.a[i]!, trace.b[i]!, trace.c[i]!, trace.d[i]!, trace.e[i]!];
  const head = { timeMs: trace.timeUs[i]! / 1000, record: RECORD_NAMES[kind] };
  switch (kind) {
    case RecordKind.frame:
      return {
        ...head,
        frame: names.frame(a),
        from: names.node(b),
        to: names.node(c),
        // A retransmission's subject is that of the first try, whose kind the record does not say.
        ...(d < 0 ? {} : { [a === FrameKind.resend ? "subject" : subjectKind(a)]: d }),
        ...(e < 0 ? { dropped: true } : { flightMs: e / 1000 }),
      };
    case RecordKind.message:
      return {
        ...head,
        message: a,
        from: names.node(b),
        audience: AUDIENCE_NAMES[c],
        ...(c === Audience.direct ? { to: names.node(d) } : c === Audience.room ? { room: d } : {}),
        copies: e,
      };
    case RecordKind.copy:
    case RecordKind.delivered:
    case RecordKind.duplicated:
      return { ...head, copy: a, message: b, to: names.node(c) };
    case RecordKind.lost:
      return { ...head, copy: a, message: b, to: names.node(e), at: names.node(c), cause: names.cause(d) };
    case RecordKind.transition:
      return {
        ...head,
        machine: names.machine(a),
        entity: b,
        from: names.state(a, c),
        to: names.state(a, d),
        node: names.node(e),
      };
    case RecordKind.request:
      return {
        ...head,
        exchange: a,
        client: names.node(b),
        request: REQUEST_NAMES[c],
        server: names.node(d),
        session: e < 0 ? null : e,
      };
    case RecordKind.response:
      return {
        ...head,
        exchange: a,
        client: names.node(b),
        status: c,
        by: names.node(d),
        errorCode: e < 0 ? null : e,
      };
    case RecordKind.connected:
      return {
        ...head,
        client: names.node(a),
        server: names.node(b),
        transport: c === 0 ? "polling" : "websocket",
        session: d,
      };
    case RecordKind.disconnected:
      return { ...head, client: names.node(a), reason: CLOSE_REASON_NAMES[b] };
    case RecordKind.fault:
      return { ...head, fault: a, act: scenario.faults[a]?.act, target: scenario.faults[a]?.target };
    case RecordKind.upgraded:
      return { ...head, client: names.node(a) };
    case RecordKind.idleClosed:
      return {
        ...head,
        exchange: a,
        client: names.node(b),
        request: REQUEST_NAMES[c],
        server: names.node(d),
      };
    case RecordKind.ended:
      return {
        ...head,
        end: a,
        whose: names.node(b),
        reason: names.reason(c),
        at: names.node(d),
        session: e < 0 ? null : e,
      };
    case RecordKind.rooted:
      return { ...head, ...(a < 0 ? { end: c } : { copy: a }), since: b };
    default:
      return { ...head, kind, a, b, c, d, e };
  }
}
