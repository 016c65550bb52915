/** The request log: each HTTP request that the balancer sent on, with its answer. */
import { END_REASONS, EndReason } from "../model/end-reasons.ts";
import { at, REQUEST_NAMES, RecordKind, RequestKind, SESSION_ID_UNKNOWN } from "../model/records.ts";
import type { RunResult } from "../run/result.ts";

export interface RequestRow {
  readonly timeUs: number;
  readonly record: number;
  readonly client: number;
  readonly kind: number;
  /** −1: no server was left. */
  readonly server: number;
  readonly session: number;
  /** HTTP status; 0 while unanswered. */
  readonly status: number;
  readonly error: number;
  readonly answeredUs: number;
  readonly answerRecord: number;
  /** The server that answered this client's last handshake before this request: where its session lives; −1 unknown. */
  readonly sessionServer: number;
  /** How its session had ended when it was answered (EndReason); −1: it had not. */
  readonly sessionEnd: number;
}

/** At most this many rows are kept; the log says so when there were more. */
const MAX_REQUESTS = 2000;

/** Requests that one node refused with one error, in order of time. */
interface Refusals {
  readonly place: number;
  readonly status: number;
  readonly error: number;
  readonly timesUs: Float64Array;
  readonly clients: Int32Array;
}

export interface RequestIndex {
  readonly rows: readonly RequestRow[];
  readonly total: number;
  readonly refused: number;
  readonly refusedUs: Float64Array;
  readonly refusals: readonly Refusals[];
}

/** Pairs requests with answers, connection by connection, in order. */
export function indexRequests(run: RunResult): RequestIndex {
  const { trace } = run;
  const rows: { -readonly [K in keyof RequestRow]: RequestRow[K] }[] = [];
  const open = new Map<number, number[]>();
  const home = new Map<number, number>();
  const homeOfSession = new Map<number, number>();
  const endOfSession = new Map<number, number>();
  let total = 0;
  const refusedUs: number[] = [];
  const groups = new Map<
    string,
    { place: number; status: number; error: number; times: number[]; clients: number[] }
  >();
  for (let i = 0; i < trace.length; i++) {
    const kind = trace.kind[i];
    if (kind === RecordKind.request) {
      total++;
      const client = trace[at.request.client][i];
      const what = trace[at.request.kind][i];
      const server = trace[at.request.server][i];
      if (what === RequestKind.handshake || what === RequestKind.websocket) home.set(client, server);
      const session = trace[at.request.session][i];
      if (session >= 0 && !homeOfSession.has(session)) homeOfSession.set(session, home.get(client) ?? -1);
      if (rows.length >= MAX_REQUESTS) continue;
      const rowCount = rows.push({
        timeUs: trace.timeUs[i],
        record: i,
        client,
        kind: what,
        server,
        session,
        status: 0,
        error: -1,
        answeredUs: Number.NaN,
        answerRecord: -1,
        sessionEnd: -1,
        sessionServer: (session >= 0 ? homeOfSession.get(session) : home.get(client)) ?? -1,
      });
      const exchange = trace[at.request.exchange][i];
      const queue = open.get(exchange);
      if (queue) queue.push(rowCount - 1);
      else open.set(exchange, [rowCount - 1]);
    } else if (kind === RecordKind.ended) {
      const session = trace[at.ended.session][i];
      if (session >= 0) endOfSession.set(session, trace[at.ended.reason][i]);
    } else if (kind === RecordKind.response) {
      const status = trace[at.response.status][i];
      const error = trace[at.response.errorCode][i];
      if (status >= 400) {
        refusedUs.push(trace.timeUs[i]);
        const place = trace[at.response.by][i];
        const key = `${place}/${status}/${error}`;
        let group = groups.get(key);
        if (!group) groups.set(key, (group = { place, status, error, times: [], clients: [] }));
        group.times.push(trace.timeUs[i]);
        group.clients.push(trace[at.response.client][i]);
      }
      const asked = open.get(trace[at.response.exchange][i])?.shift();
      if (asked === undefined) continue;
      const row = rows[asked];
      row.status = status;
      row.error = error;
      row.answeredUs = trace.timeUs[i];
      row.answerRecord = i;
      row.sessionEnd = endOfSession.get(row.session) ?? -1;
    }
  }
  return {
    rows,
    total,
    refused: refusedUs.length,
    refusedUs: Float64Array.from(refusedUs),
    refusals: [...groups.values()].map((g) => ({
      place: g.place,
      status: g.status,
      error: g.error,
      timesUs: Float64Array.from(g.times),
      clients: Int32Array.from(g.clients),
    })),
  };
}

/** The statuses that occur, in words. */
export function statusText(status: number): string {
  const words: Record<number, string> = {
    101: "Switching Protocols",
    200: "OK",
    400: "Bad Request",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
  };
  return status === 0 ? "…" : `${status} ${words[status] ?? ""}`.trim();
}

/** Engine.IO's error text for a code. FACTS §1.3. */
export function errorText(code: number): string {
  return (
    ["Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden"][code] ??
    ""
  );
}

/** Why a request got the error that it got, in one sentence; empty if it got none. */
export function explainRequest(run: RunResult, row: RequestRow): string {
  if (row.error !== SESSION_ID_UNKNOWN) {
    if (row.status === 502) return "No server took the request.";
    if (row.status === 504)
      return `No answer came within the balancer’s read timeout.${row.kind === RequestKind.poll ? " The server closes the session of a poll that was ended so." : ""}`;
    return row.status >= 400 ? errorText(row.error) : "";
  }
  if (row.sessionEnd === EndReason.cookieMissing) return END_REASONS[row.sessionEnd].sentence;
  if (row.sessionEnd >= 0 && row.sessionEnd !== EndReason.sessionUnknown)
    return `The session was over by then (${END_REASONS[row.sessionEnd].label}), and no server holds it any more.`;
  const here = run.nodes[row.server]?.name ?? "This server";
  const home = run.nodes[row.sessionServer]?.name;
  return home && row.sessionServer !== row.server
    ? `The session lives in the memory of ${home}, which answered the handshake. The balancer sent this request to ${here}, which has never heard of it.`
    : `${here} does not hold this session: it exists only in the memory of the server that made it.`;
}

/** The name of a request as a table shows it. */
export function requestName(kind: number): string {
  return REQUEST_NAMES[kind] ?? "request";
}
