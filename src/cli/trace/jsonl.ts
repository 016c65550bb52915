/** The trace as JSON Lines: one object a record, with names instead of numbers. Times in ms. */

import { FrameKind, subjectKind } from "../../model/trace/frames.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  at,
  CLOSE_REASON_NAMES,
  type Letter,
  LIMIT_NAMES,
  OUTCOME_NAMES,
  RECORD_NAMES,
  RECORDS,
  REQUEST_NAMES,
  type RecordDeclaration,
  TRANSPORT_NAMES,
  type Value,
} from "../../model/trace/records.ts";
import { RECOVERY_NAMES } from "../../run/recovery-words.ts";
import type { CliResult } from "../simulate.ts";
import { faultDetails, TraceNames } from "./names.ts";

export function* jsonLines(run: CliResult): Generator<string> {
  const names = new TraceNames(run);
  for (let i = 0; i < run.trace.length; i++) yield `${JSON.stringify(readRecord(run, names, i))}\n`;
}

/** One record. Absent things (no server, no session) are null, never −1; columns that are not `printed` are left out. */
function readRecord(run: CliResult, names: TraceNames, row: number): Record<string, unknown> {
  const { trace } = run;
  const record = RECORD_NAMES[trace.kind[row]];
  const { columns, printed = Object.keys(columns) }: RecordDeclaration = RECORDS[record];
  const letters: Readonly<Record<string, Letter>> = at[record];
  const fields: Record<string, unknown> = { timeMs: trace.timeUs[row] / 1000, record };
  for (const name of printed) {
    const column = columns[name];
    const of = { run, names, row, key: column.printed ?? name };
    Object.assign(fields, FIELDS[column.is](trace[letters[name]][row], of));
  }
  return fields;
}

/** Where a value stands, and what it is called there. */
interface Place {
  readonly run: CliResult;
  readonly names: TraceNames;
  readonly row: number;
  readonly key: string;
}

/** What is written of a value: most have one field. */
type Field = (value: number, place: Place) => Readonly<Record<string, unknown>>;

const asNumber: Field = (value, { key }) => ({ [key]: value });
const ifAny: Field = (value, { key }) => (value < 0 ? {} : { [key]: value });
const orNull: Field = (value, { key }) => ({ [key]: value < 0 ? null : value });
const asNode: Field = (node, { key, names }) => ({ [key]: names.node(node) });
const oneOf =
  (list: readonly string[]): Field =>
  (value, { key }) => ({ [key]: list[value] });

const FIELDS: Readonly<Record<Value, Field>> = {
  client: asNode,
  server: asNode,
  place: asNode,
  node: asNode,
  message: ifAny,
  copy: ifAny,
  exchange: ifAny,
  end: ifAny,
  session: orNull,
  errorCode: orNull,
  entity: asNumber,
  count: asNumber,
  status: asNumber,
  audience: oneOf(AUDIENCE_NAMES),
  request: oneOf(REQUEST_NAMES),
  transport: oneOf(TRANSPORT_NAMES),
  closeReason: oneOf(CLOSE_REASON_NAMES),
  limit: oneOf(LIMIT_NAMES),
  recovery: oneOf(RECOVERY_NAMES),
  outcome: oneOf(OUTCOME_NAMES),
  machine: (machine, { key, names }) => ({ [key]: names.machine(machine) }),
  cause: (cause, { key, names }) => ({ [key]: names.cause(cause) }),
  reason: (reason, { key, names }) => ({ [key]: names.reason(reason) }),
  frame: (frame, { key, names }) => ({ [key]: names.frame(frame) }),
  state: (state, { key, names, run: { trace }, row }) => ({
    [key]: names.state(trace[at.transition.machine][row], state),
  }),
  subject: (subject, { run: { trace }, row }) => {
    const frame = trace[at.frame.kind][row];
    // A retransmission's subject is that of the first try, whose kind the record does not say.
    return subject < 0 ? {} : { [frame === FrameKind.resend ? "subject" : subjectKind(frame)]: subject };
  },
  flight: (flightUs) => (flightUs < 0 ? { dropped: true } : { flightMs: flightUs / 1000 }),
  target: (target, { names, run: { trace }, row }) => {
    switch (trace[at.message.audience][row]) {
      case Audience.direct:
        return { to: names.node(target) };
      case Audience.room:
        return { room: target };
      default:
        return {};
    }
  },
  fault: (fault, { key, run: { scenario } }) => {
    const { act, target, ...details } = scenario.faults[fault];
    return { [key]: fault, act, target, ...Object.fromEntries(faultDetails(details)) };
  },
};
