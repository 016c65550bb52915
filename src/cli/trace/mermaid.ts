/** The trace as a Mermaid sequence diagram: what travels, and what became of it. State changes are left out. */

import { CAUSES } from "../../model/trace/causes.ts";
import { END_REASONS, EndReason } from "../../model/trace/end-reasons.ts";
import { FrameKind, subjectKind } from "../../model/trace/frames.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  at,
  CLOSE_REASON_NAMES,
  type Letter,
  RecordKind,
  SESSION_ID_UNKNOWN,
} from "../../model/trace/records.ts";
import { readLedger } from "../../run/ledger.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { LedgerEnd } from "../../run/roots.ts";
import { sinceText } from "../../run/since.ts";
import type { CliResult } from "../simulate.ts";
import { ms } from "../text.ts";
import { messagesByCopy, TraceNames } from "./names.ts";

/** Diagrams with more lines than this can't be read, and Mermaid becomes slow. */
export const MERMAID_RECORDS_MAX = 200;

export function* mermaid(run: CliResult): Generator<string> {
  const { trace, scenario } = run;
  const reader: Reader = {
    run,
    names: new TraceNames(run),
    copies: messagesByCopy(trace),
    roots: new Map(readLedger(trace).copies.map(({ id, root }) => [id, root])),
  };
  const lines: string[] = [];
  const seen = new Set<number>();
  let records = 0;
  for (let i = 0; i < trace.length; i++) {
    const line = diagramLine(reader, i, seen);
    if (line === null) continue;
    records++;
    if (lines.length < MERMAID_RECORDS_MAX) lines.push(line);
  }
  yield "sequenceDiagram\n";
  yield `  %% ${comment(scenario.title)}: ${scenario.name}, variant ${comment(run.variant ?? "none")}, seed ${run.seed}\n`;
  for (const { node, name } of run.nodes)
    if (seen.has(node)) yield `  participant n${node} as ${escapeText(name)}\n`;
  for (const line of lines) yield `  ${line}\n`;
  const last = run.nodes.findLast(({ node }) => seen.has(node));
  if (records > lines.length && last !== undefined)
    yield `  Note over n${last.node}: cut here: ${records - lines.length} of ${records} records are left out\n`;
}

/** What the records of a run are read with. */
interface Reader {
  readonly run: CliResult;
  readonly names: TraceNames;
  /** By copy: its message, and the root of its loss. */
  readonly copies: ReadonlyMap<number, number>;
  readonly roots: ReadonlyMap<number, LedgerEnd | null>;
}

/** What is written over a node. */
type Note = readonly [node: number, text: string];

/** The line for a record, or null; notes in `seen` which nodes it shows. */
function diagramLine(reader: Reader, row: number, seen: Set<number>): string | null {
  const { trace } = reader.run;
  const time = `${ms(trace.timeUs[row] / 1000)} ms`;
  if (trace.kind[row] === RecordKind.frame) return frameLine(reader, row, time, seen);
  const note = noteOf(reader, row);
  if (note === null) return null;
  const [node, text] = note;
  seen.add(node);
  return `Note over n${node}: ${time} ${escapeText(text)}`;
}

function frameLine(
  { run: { trace }, names, copies }: Reader,
  row: number,
  time: string,
  seen: Set<number>,
): string {
  const read = (column: Letter) => trace[column][row];
  const [from, to] = [read(at.frame.from), read(at.frame.to)];
  const [kind, subject] = [read(at.frame.kind), read(at.frame.subject)];
  const isDropped = read(at.frame.flightUs) < 0;
  seen.add(from).add(to);
  const isOf = subjectKind(kind);
  const message = isOf === "message" ? subject : isOf === "copy" ? copies.get(subject) : undefined;
  const what =
    message === undefined ? names.frame(kind) : `${names.frame(kind)} of message ${messageNumber(message)}`;
  const text = kind === FrameKind.emit ? `message ${messageNumber(subject)}` : what;
  const fate = isDropped ? ", packet lost" : "";
  return `n${from}${isDropped ? "-x" : "->>"}n${to}: ${time} ${escapeText(`${text}${fate}`)}`;
}

function noteOf(reader: Reader, row: number): Note | null {
  const { run, names } = reader;
  const read = (column: Letter) => run.trace[column][row];
  switch (run.trace.kind[row]) {
    case RecordKind.response:
      return responseNote(reader, row);
    case RecordKind.message:
      return messageNote(reader, row);
    case RecordKind.delivered:
      return [read(at.delivered.recipient), `message ${messageNumber(read(at.delivered.message))} delivered`];
    case RecordKind.duplicated:
      return [
        read(at.duplicated.recipient),
        `message ${messageNumber(read(at.duplicated.message))} delivered again`,
      ];
    case RecordKind.lost:
      return lostNote(reader, row);
    case RecordKind.connected:
      return [read(at.connected.client), `connected to ${names.node(read(at.connected.server))}`];
    case RecordKind.disconnected: {
      const told = CLOSE_REASON_NAMES[read(at.disconnected.reason)];
      return [read(at.disconnected.client), `disconnected: ${told}`];
    }
    case RecordKind.fault: {
      const fault = run.scenario.faults[read(at.fault.fault)];
      const node = run.nodes.find(({ name }) => fault?.target.split("/").includes(name));
      return node === undefined ? null : [node.node, names.fault(read(at.fault.fault))];
    }
    case RecordKind.upgraded:
      return [read(at.upgraded.client), "upgraded to WebSocket"];
    case RecordKind.idleClosed:
      return [read(at.idleClosed.by), `closes ${names.node(read(at.idleClosed.client))}: idle`];
    case RecordKind.read:
      return [read(at.read.recipient), `message ${messageNumber(read(at.read.message))} read`];
    case RecordKind.queued:
      return [read(at.queued.client), "a request waits in its browser"];
    case RecordKind.online:
      return [read(at.online.user), read(at.online.isOnline) === 1 ? "is online" : "is online no more"];
    case RecordKind.listed: {
      const user = names.node(read(at.listed.user));
      return [
        read(at.listed.place),
        `${user} is ${read(at.listed.isListed) === 1 ? "listed" : "listed no more"}`,
      ];
    }
    case RecordKind.news:
      return [
        read(at.news.user),
        `message ${messageNumber(read(at.news.message))} says that it is ${read(at.news.isOnline) === 1 ? "online" : "online no more"}`,
      ];
    case RecordKind.ended:
      return endedNote(reader, row);
    default:
      return null;
  }
}

/** Only errors are shown. */
function responseNote({ run: { trace } }: Reader, row: number): Note | null {
  const status = trace[at.response.status][row];
  if (status < 400) return null;
  const isUnknown = trace[at.response.errorCode][row] === SESSION_ID_UNKNOWN;
  return [trace[at.response.by][row], `answers ${status}${isUnknown ? " Session ID unknown" : ""}`];
}

function messageNote({ run: { trace }, names }: Reader, row: number): Note {
  const audience = trace[at.message.audience][row];
  const isDirect = audience === Audience.direct;
  const to = isDirect ? names.node(trace[at.message.target][row]) : AUDIENCE_NAMES[audience];
  return [
    trace[at.message.sender][row],
    `sends message ${messageNumber(trace[at.message.message][row])} to ${to}`,
  ];
}

function lostNote({ run, names, roots }: Reader, row: number): Note {
  const read = (column: Letter) => run.trace[column][row];
  const root = roots.get(read(at.lost.copy)) ?? null;
  const since = root === null ? "" : `, since ${sinceText(run, [root])}`;
  const what = `message ${messageNumber(read(at.lost.message))} for ${names.node(read(at.lost.recipient))}`;
  return [read(at.lost.place), `${what} lost: ${CAUSES[read(at.lost.cause)]?.label}${since}`];
}

function endedNote({ run: { trace }, names }: Reader, row: number): Note | null {
  const [whose, reason] = [trace[at.ended.whose][row], trace[at.ended.reason][row]];
  // A cut is shown by its fault, and an idle close by the line before.
  if (whose < 0 || reason === EndReason.idleClosed) return null;
  const what = `${names.node(whose)}'s connection ends: ${END_REASONS[reason]?.label}`;
  return [trace[at.ended.place][row], what];
}

/** Text in a diagram: what Mermaid would read as its own is written as a character code; `end` would end a block. */
export function escapeText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[^\w .,:×→/()%+'À-ɏ-]/gu, (character) => `#${character.codePointAt(0)};`)
    .replace(/\bend\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`);
}

function comment(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").replace(/[{}]/g, "");
}
