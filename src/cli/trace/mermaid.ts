/** The trace as a Mermaid sequence diagram: what travels, and what became of it. State changes are left out. */
import { CAUSES } from "../../model/causes.ts";
import { END_REASONS, EndReason } from "../../model/end-reasons.ts";
import { FrameKind, subjectKind } from "../../model/frame-kinds.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  at,
  CLOSE_REASON_NAMES,
  type Letter,
  RecordKind,
  SESSION_ID_UNKNOWN,
} from "../../model/records.ts";
import { readLedger } from "../../run/ledger.ts";
import { type LedgerEnd, sinceText } from "../../run/roots.ts";
import type { CliResult } from "../simulate.ts";
import { ms } from "../text.ts";
import { messagesByCopy, TraceNames } from "./names.ts";

/** Diagrams with more lines than this can't be read, and Mermaid becomes slow. */
export const MERMAID_RECORDS_MAX = 200;

export function* mermaid(run: CliResult): Generator<string> {
  const { trace, scenario } = run;
  const names = new TraceNames(run);
  const copies = messagesByCopy(trace);
  const roots = new Map(readLedger(trace).copies.map(({ id, root }) => [id, root]));
  const lines: string[] = [];
  const seen = new Set<number>();
  let records = 0;
  for (let i = 0; i < trace.length; i++) {
    const line = diagramLine(run, names, { copies, roots }, i, seen);
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

/** By copy: its message, and the root of its loss. */
interface Subjects {
  readonly copies: ReadonlyMap<number, number>;
  readonly roots: ReadonlyMap<number, LedgerEnd | null>;
}

function diagramLine(
  run: CliResult,
  names: TraceNames,
  { copies, roots }: Subjects,
  i: number,
  seen: Set<number>,
): string | null {
  const { trace, scenario } = run;
  const read = (column: Letter) => trace[column][i];
  const time = `${ms(trace.timeUs[i] / 1000)} ms`;
  const note = (node: number, text: string) => {
    seen.add(node);
    return `Note over n${node}: ${time} ${escapeText(text)}`;
  };
  switch (trace.kind[i]) {
    case RecordKind.frame: {
      const [from, to] = [read(at.frame.from), read(at.frame.to)];
      const [kind, subject] = [read(at.frame.kind), read(at.frame.subject)];
      const isDropped = read(at.frame.flightUs) < 0;
      seen.add(from).add(to);
      const isOf = subjectKind(kind);
      const message = isOf === "message" ? subject : isOf === "copy" ? copies.get(subject) : undefined;
      const what = message === undefined ? names.frame(kind) : `${names.frame(kind)} of message ${message}`;
      const text = kind === FrameKind.emit ? `message ${subject}` : what;
      const fate = isDropped ? ", packet lost" : "";
      return `n${from}${isDropped ? "-x" : "->>"}n${to}: ${time} ${escapeText(`${text}${fate}`)}`;
    }
    case RecordKind.response: {
      const status = read(at.response.status);
      if (status < 400) return null;
      const isUnknown = read(at.response.errorCode) === SESSION_ID_UNKNOWN;
      return note(read(at.response.by), `answers ${status}${isUnknown ? " Session ID unknown" : ""}`);
    }
    case RecordKind.message: {
      const audience = read(at.message.audience);
      const to =
        audience === Audience.direct ? names.node(read(at.message.target)) : AUDIENCE_NAMES[audience];
      return note(read(at.message.sender), `sends message ${read(at.message.message)} to ${to}`);
    }
    case RecordKind.delivered:
      return note(read(at.delivered.recipient), `message ${read(at.delivered.message)} delivered`);
    case RecordKind.duplicated:
      return note(read(at.duplicated.recipient), `message ${read(at.duplicated.message)} delivered again`);
    case RecordKind.lost: {
      const root = roots.get(read(at.lost.copy)) ?? null;
      const nameOf = (node: number) => names.node(node) ?? "";
      const since =
        root === null
          ? ""
          : `, since ${sinceText(root, { nameOf, idleMs: scenario.balancer.idleTimeoutMs })}`;
      const what = `message ${read(at.lost.message)} for ${names.node(read(at.lost.recipient))}`;
      return note(read(at.lost.place), `${what} lost: ${CAUSES[read(at.lost.cause)]?.label}${since}`);
    }
    case RecordKind.connected:
      return note(read(at.connected.client), `connected to ${names.node(read(at.connected.server))}`);
    case RecordKind.disconnected:
      return note(
        read(at.disconnected.client),
        `disconnected: ${CLOSE_REASON_NAMES[read(at.disconnected.reason)]}`,
      );
    case RecordKind.fault: {
      const fault = scenario.faults[read(at.fault.fault)];
      const node = run.nodes.find(({ name }) => fault?.target.split("/").includes(name));
      return node === undefined ? null : note(node.node, `${fault?.act} ${fault?.target}`);
    }
    case RecordKind.upgraded:
      return note(read(at.upgraded.client), "upgraded to WebSocket");
    case RecordKind.idleClosed: {
      const balancer = run.nodes.find(({ kind }) => kind === "balancer")!.node;
      return note(balancer, `closes ${names.node(read(at.idleClosed.client))}: idle`);
    }
    case RecordKind.ended: {
      const [whose, reason] = [read(at.ended.whose), read(at.ended.reason)];
      // The fault tells of a cut, and the line before of an idle close.
      if (whose < 0 || reason === EndReason.idleClosed) return null;
      const what = `${names.node(whose)}'s connection ends: ${END_REASONS[reason]?.label}`;
      return note(read(at.ended.place), what);
    }
    default:
      return null;
  }
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
