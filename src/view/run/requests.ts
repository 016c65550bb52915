/**
 * The request log: each HTTP request that the balancer sent on, or that a proxy before it answered by itself, with
 * its answer.
 */
import { FRAME_LIST } from "../../model/trace/frames.ts";
import {
  at,
  type Columns,
  isTunnel,
  type Letter,
  REQUEST_NAMES,
  RecordKind,
  RequestKind,
} from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";

export interface RequestRow {
  readonly timeUs: number;
  readonly record: number;
  readonly client: number;
  /** One of the model’s {@link RequestKind}; −1: a GET for a WebSocket that no server was asked, for a session or without one. */
  readonly kind: number;
  /** −1: no server was left, or none was asked. */
  readonly server: number;
  readonly session: number;
  /** HTTP status; 0 while unanswered. */
  readonly status: number;
  readonly error: number;
  /** Who answered; −1 while unanswered. */
  readonly by: number;
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
  const log = new RequestLog(run);
  for (let row = 0; row < run.trace.length; row++) log.add(row);
  return log.index();
}

class RequestLog {
  #trace: Columns;
  /** Balancers but the last: they record only what they answer by themselves. */
  #proxies: ReadonlySet<number>;
  #rows: { -readonly [K in keyof RequestRow]: RequestRow[K] }[] = [];
  #total = 0;
  /** By exchange: the requests that wait for an answer. */
  #open = new Map<number, number[]>();
  /** With proxies, by exchange: its request’s frame, and the row of its request once that was answered. */
  #frames = new Map<number, number>();
  #answered = new Map<number, number>();
  /** By client: the server that answered its last handshake; by session: the one that holds it. */
  #home = new Map<number, number>();
  #homeOfSession = new Map<number, number>();
  #endOfSession = new Map<number, number>();
  #refusedUs: number[] = [];
  #refusals = new Map<
    string,
    { place: number; status: number; error: number; times: number[]; clients: number[] }
  >();

  constructor({ trace, nodes }: RunResult) {
    this.#trace = trace;
    const balancers = nodes.filter(({ kind }) => kind === "balancer");
    this.#proxies = new Set(balancers.slice(0, -1).map(({ node }) => node));
  }

  add(record: number): void {
    const read = (column: Letter) => this.#trace[column][record];
    switch (this.#trace.kind[record]) {
      case RecordKind.request:
        return this.#addRequest(record);
      case RecordKind.ended:
        if (read(at.ended.session) >= 0)
          this.#endOfSession.set(read(at.ended.session), read(at.ended.reason));
        return;
      case RecordKind.response:
        if (read(at.response.status) >= 400) this.#addRefusal(record);
        return this.#addAnswer(record);
      case RecordKind.frame:
        if (this.#proxies.size > 0 && FRAME_LIST[read(at.frame.kind)].requests !== undefined)
          this.#frames.set(read(at.frame.subject), record);
        return;
    }
  }

  #addRequest(record: number): void {
    const read = (column: Letter) => this.#trace[column][record];
    this.#total++;
    const [client, kind] = [read(at.request.client), read(at.request.kind)];
    const [server, session] = [read(at.request.server), read(at.request.session)];
    if (kind === RequestKind.handshake || isTunnel(kind)) this.#home.set(client, server);
    const home = this.#home.get(client) ?? -1;
    if (session >= 0 && !this.#homeOfSession.has(session)) this.#homeOfSession.set(session, home);
    if (this.#rows.length >= MAX_REQUESTS) return;
    const sessionServer = session >= 0 ? this.#homeOfSession.get(session)! : home;
    const row = this.#addRow({ record, client, kind, server, session, sessionServer });
    const exchange = read(at.request.exchange);
    const waiting = this.#open.get(exchange);
    if (waiting) waiting.push(row);
    else this.#open.set(exchange, [row]);
  }

  /** A request that nobody has answered yet. Returns its row. */
  #addRow(
    asked: Pick<RequestRow, "record" | "client" | "kind" | "server" | "session" | "sessionServer">,
  ): number {
    const unanswered = { status: 0, error: -1, by: -1, answeredUs: Number.NaN, answerRecord: -1 };
    const timeUs = this.#trace.timeUs[asked.record];
    return this.#rows.push({ timeUs, ...asked, ...unanswered, sessionEnd: -1 }) - 1;
  }

  /** The row of a request that a proxy answers by itself: known, if the balancer had sent it on; else a new one. */
  #rowAtProxy(answer: number): number | undefined {
    const exchange = this.#trace[at.response.exchange][answer];
    const known = this.#answered.get(exchange);
    if (known !== undefined) return known;
    this.#total++;
    const record = this.#frames.get(exchange);
    if (record === undefined || this.#rows.length >= MAX_REQUESTS) return undefined;
    const [kind, ...others] = FRAME_LIST[this.#trace[at.frame.kind][record]].requests ?? [];
    return this.#addRow({
      record,
      client: this.#trace[at.response.client][answer],
      kind: kind === undefined || others.length > 0 ? -1 : RequestKind[kind],
      server: -1,
      session: -1,
      sessionServer: -1,
    });
  }

  #addRefusal(record: number): void {
    const read = (column: Letter) => this.#trace[column][record];
    const timeUs = this.#trace.timeUs[record];
    const status = read(at.response.status);
    const [place, error] = [read(at.response.by), read(at.response.errorCode)];
    const key = `${place}/${status}/${error}`;
    let group = this.#refusals.get(key);
    if (!group) this.#refusals.set(key, (group = { place, status, error, times: [], clients: [] }));
    group.times.push(timeUs);
    group.clients.push(read(at.response.client));
    this.#refusedUs.push(timeUs);
  }

  #addAnswer(record: number): void {
    const read = (column: Letter) => this.#trace[column][record];
    const [exchange, by] = [read(at.response.exchange), read(at.response.by)];
    const isAtProxy = this.#proxies.has(by);
    const asked = this.#open.get(exchange)?.shift() ?? (isAtProxy ? this.#rowAtProxy(record) : undefined);
    if (asked === undefined) return;
    if (this.#proxies.size > 0) this.#answered.set(exchange, asked);
    const row = this.#rows[asked];
    row.by = by;
    row.status = read(at.response.status);
    row.error = read(at.response.errorCode);
    row.answeredUs = this.#trace.timeUs[record];
    row.answerRecord = record;
    row.sessionEnd = this.#endOfSession.get(row.session) ?? -1;
  }

  index(): RequestIndex {
    // What a proxy answers by itself is known only with the answer.
    this.#rows.sort((x, y) => x.record - y.record);
    return {
      rows: this.#rows,
      total: this.#total,
      refused: this.#refusedUs.length,
      refusedUs: Float64Array.from(this.#refusedUs),
      refusals: [...this.#refusals.values()].map(({ times, clients, ...group }) => ({
        ...group,
        timesUs: Float64Array.from(times),
        clients: Int32Array.from(clients),
      })),
    };
  }
}

/** The statuses that occur, in words. */
export function statusText(status: number): string {
  const words: Record<number, string> = {
    101: "Switching Protocols",
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    500: "Internal Server Error",
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

/** The name of a request as a table shows it. */
export function requestName(kind: number): string {
  return REQUEST_NAMES[kind] ?? "GET websocket";
}
