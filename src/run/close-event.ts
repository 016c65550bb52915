/**
 * What a page is told when its WebSocket closes: the `close` event, read off the trace. A page sees this and nothing else: not
 * the status of a handshake that was refused, nor who closed. RFC 6455 §7.1.5, §7.4; ground-truth 29.
 *
 * - A close frame that came brings its code, and that is a clean close. One without a code is reported as 1005.
 * - If none came, be it that a process died, a balancer closed or the network did, the code is 1006: never sent, only reported.
 * - A handshake that fails, and a frame that breaks the protocol, are errors: an `error` event comes first, and then 1006, too.
 *
 * - A page that closes by itself is told the code that it gave, or 1005 if it gave none.
 *
 * Leaves out: the words beside the code, which arrive as they were written; of a page that closes by itself, that the event waits for the
 * server's close frame, and is 1006 if none comes.
 */
import { EndReason } from "../model/trace/end-reasons.ts";
import { at, CloseReason, RecordKind, type Records, TransportKind } from "../model/trace/records.ts";
import { groupOf } from "../scenario/names.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { RunResult } from "./result.ts";

export interface CloseEvent {
  readonly code: number;
  /** Whether a close frame was answered with another, so that both ends know. */
  readonly wasClean: boolean;
  /** Whether an `error` event came before it. */
  readonly isError: boolean;
  /** Whether the connection had been open. */
  readonly wasOpen: boolean;
}

/** Reported where a close frame had no code. */
const NO_STATUS = 1005;
/** Reported where no close frame came. */
const ABNORMAL = 1006;
/** Codes that stand for what was not sent, and must not be: a close frame that has one breaks the protocol. */
const NEVER_SENT: readonly number[] = [NO_STATUS, ABNORMAL, 1015];

const DROPPED: CloseEvent = { code: ABNORMAL, wasClean: false, isError: false, wasOpen: true };
const BROKEN: CloseEvent = { ...DROPPED, isError: true };
const NEVER_OPENED: CloseEvent = { ...BROKEN, wasOpen: false };

/** What the page is told with the `disconnected` record in this row; null if it was no WebSocket that closed. */
export function closeEventAt(
  { trace, scenario }: Pick<RunResult, "trace" | "scenario">,
  row: number,
): CloseEvent | null {
  const client = trace[at.disconnected.client][row];
  const reason = trace[at.disconnected.reason][row];
  const { transport, end } = before(trace, row, client);
  if (transport === null) {
    const { transport: first, tryAllTransports } = groupOf(scenario, client);
    // Who tries all its transports ends with long polling.
    const tried = first === "websocket" || (first === "websocket-first" && !tryAllTransports);
    return tried ? NEVER_OPENED : null;
  }
  // Of a page that its person closed nobody is left to be told.
  if (transport !== TransportKind.websocket || reason === CloseReason.left) return null;
  if (reason === CloseReason.closedByPage) return withFrame(groupOf(scenario, client).closesWithCode);
  if (reason !== CloseReason.transportClose) return DROPPED;
  return closedBy(scenario, end);
}

/** Of a connection that had been open and was closed from afar, by how it ended. */
function closedBy({ servers }: Scenario, end: number): CloseEvent {
  switch (end) {
    case EndReason.socketClosed:
    case EndReason.serverStopping:
      return servers.closesWith === "close-frame"
        ? withFrame(servers.closeCode)
        : servers.closesWith === "reset"
          ? DROPPED
          : BROKEN;
    // Engine.IO's server closes with a frame that has no code.
    case EndReason.pingTimeout:
    case EndReason.upgradeTimeout:
      return withFrame("none");
    default:
      return DROPPED;
  }
}

function withFrame(code: number | "none"): CloseEvent {
  if (code === "none") return { ...DROPPED, code: NO_STATUS, wasClean: true };
  return NEVER_SENT.includes(code) ? BROKEN : { ...DROPPED, code, wasClean: true };
}

/** By what a client was connected right before a record, null if it was not; and how its latest connection ended, −1: it had not. */
function before(trace: Records, row: number, client: number): { transport: number | null; end: number } {
  let end = -1;
  for (let i = row - 1; i >= 0; i--)
    switch (trace.kind[i]) {
      case RecordKind.ended:
        if (end < 0 && trace[at.ended.whose][i] === client) end = trace[at.ended.reason][i];
        break;
      case RecordKind.upgraded:
        if (trace[at.upgraded.client][i] === client) return { transport: TransportKind.websocket, end };
        break;
      case RecordKind.connected:
        if (trace[at.connected.client][i] === client)
          return { transport: trace[at.connected.transport][i], end };
        break;
      case RecordKind.disconnected:
        if (trace[at.disconnected.client][i] === client) return { transport: null, end };
    }
  return { transport: null, end };
}
