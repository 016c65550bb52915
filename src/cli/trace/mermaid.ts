/** The trace as a Mermaid sequence diagram: what travels, and what became of it. State changes are left out. */
import { CAUSES } from "../../model/causes.ts";
import { END_REASONS, EndReason } from "../../model/end-reasons.ts";
import { FrameKind, subjectKind } from "../../model/frame-kinds.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  CLOSE_REASON_NAMES,
  RecordKind,
  SESSION_ID_UNKNOWN,
} from "../../model/records.ts";
import { type LedgerEnd, readLedger } from "../../run/ledger.ts";
import { sinceText } from "../../run/roots.ts";
import type { CliResult } from "../simulate.ts";
import { ms } from "../text.ts";
import { messagesByCopy, TraceNames } from "./names.ts";

/** Diagrams with more lines than this can't be read, and Mermaid becomes slow. */
export const MERMAID_RECORDS_MAX = 200;

export function* mermaid(run: CliResult): Generator<string> {
  const { trace, scenario } = run;
  const names = new TraceNames(run);
  const copies = messagesByCopy(trace, RecordKind.copy);
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
  const [a, b, c, d, e] = [trace.a[i]!, trace.b[i]!, trace.c[i]!, trace.d[i]!, trace.e[i]!];
  const at = `${ms(trace.timeUs[i]! / 1000)} ms`;
  const note = (node: number, text: string) => {
    seen.add(node);
    return `Note over n${node}: ${at} ${escapeText(text)}`;
  };
  switch (trace.kind[i]) {
    case RecordKind.frame: {
      seen.add(b).add(c);
      const message =
        subjectKind(a) === "message" ? d : subjectKind(a) === "copy" ? copies.get(d) : undefined;
      const what = message === undefined ? names.frame(a) : `${names.frame(a)} of message ${message}`;
      const text = a === FrameKind.emit ? `message ${d}` : what;
      return `n${b}${e < 0 ? "-x" : "->>"}n${c}: ${at} ${escapeText(e < 0 ? `${text}, packet lost` : text)}`;
    }
    case RecordKind.response:
      return c >= 400
        ? note(d, `answers ${c}${e === SESSION_ID_UNKNOWN ? " Session ID unknown" : ""}`)
        : null;
    case RecordKind.message: {
      const to = c === Audience.direct ? names.node(d) : AUDIENCE_NAMES[c];
      return note(b, `sends message ${a} to ${to}`);
    }
    case RecordKind.delivered:
      return note(c, `message ${b} delivered`);
    case RecordKind.duplicated:
      return note(c, `message ${b} delivered again`);
    case RecordKind.lost: {
      const root = roots.get(a) ?? null;
      const nameOf = (node: number) => names.node(node) ?? "";
      const since =
        root === null
          ? ""
          : `, since ${sinceText(root, { nameOf, idleMs: scenario.balancer.idleTimeoutMs })}`;
      return note(c, `message ${b} for ${names.node(e)} lost: ${CAUSES[d]?.label}${since}`);
    }
    case RecordKind.connected:
      return note(a, `connected to ${names.node(b)}`);
    case RecordKind.disconnected:
      return note(a, `disconnected: ${CLOSE_REASON_NAMES[b]}`);
    case RecordKind.fault: {
      const fault = scenario.faults[a];
      const node = run.nodes.find(({ name }) => fault?.target.split("/").includes(name));
      return node === undefined ? null : note(node.node, `${fault?.act} ${fault?.target}`);
    }
    case RecordKind.upgraded:
      return note(a, "upgraded to WebSocket");
    case RecordKind.idleClosed:
      return note(run.nodes.find(({ kind }) => kind === "balancer")!.node, `closes ${names.node(b)}: idle`);
    case RecordKind.ended:
      // The fault tells of a cut, and the line before of an idle close.
      if (b < 0 || c === EndReason.idleClosed) return null;
      return note(d, `${names.node(b)}'s connection ends: ${END_REASONS[c]?.label}`);
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
