/**
 * The vocabulary of the trace: everything that a run leaves behind is a list of these records, in order
 * of time. Ledger, metrics, verdicts, stage and timeline are computed from them and from nothing else.
 *
 * A record is a time (µs), a kind, and five integers a to e whose meaning depends on the kind.
 * «node» is a node number: clients first, then the balancer, the servers, the backplane.
 */
export const RecordKind = {
  /** A frame left a node. a: {@link FrameKind}, b: from node, c: to node, d: subject (see FrameKind; −1 none), e: flight time in µs, or −1 if the packet was dropped on the way (TCP will send it again). */
  frame: 0,
  /** A client's application sent a message. a: message, b: sending client's node, c: {@link Audience}, d: its target (client node for `direct`, room for `room`, else −1), e: number of copies. */
  message: 1,
  /** A copy was addressed: one for each intended recipient, right after its message. a: copy, b: message, c: recipient's node. */
  copy: 2,
  /** A copy reached its recipient's application. a: copy, b: message, c: recipient's node. */
  delivered: 3,
  /** A copy reached its recipient again. a: copy, b: message, c: recipient's node. */
  duplicated: 4,
  /** A copy is lost for good. a: copy, b: message, c: the node where it died, d: index in CAUSES, e: recipient's node. */
  lost: 5,
  /** A machine changed state (it begins in its chart's initial state, unrecorded). a: index in MACHINES, b: entity, c: state before, d: state after, e: node on which it runs. */
  transition: 6,
  /** The balancer sent an HTTP request on. a: exchange, b: client's node, c: {@link RequestKind}, d: server's node (−1: none left), e: Engine.IO session (−1 none). */
  request: 7,
  /** The balancer passed an answer back. a: exchange, b: client's node, c: HTTP status, d: node that answered, e: Engine.IO error code (−1 none; 1: Session ID unknown). */
  response: 8,
  /** A client's Socket.IO connection is up. a: client's node, b: server's node, c: {@link TransportKind}, d: Engine.IO session. */
  connected: 9,
  /** A client lost its connection, or failed to get one. a: client's node, b: {@link CloseReason}. */
  disconnected: 10,
  /** A fault of the scenario struck. a: index in the scenario's faults. */
  fault: 11,
  /** A client's transport is now WebSocket: the upgrade is complete. a: client's node. */
  upgraded: 12,
  /** The balancer closed a connection because nothing crossed it for the idle timeout. a: exchange, b: client's node, c: {@link RequestKind}, d: server's node. */
  idleClosed: 13,
  /** A connection ended: once for each, for the reason that ended it first; or a link was cut, which no connection notices at once. a: number of the end, b: whose connection (client's node, or the server's for one to Redis; −1: a link was cut), c: index in END_REASONS, d: node at which it ended (of a link: the client or server at its end), e: Engine.IO session (−1 none). */
  ended: 14,
  /** What made a loss so, or an end, right before it. a: copy (−1: an end), b: number of the end that made it so, c: the end that it made so (−1: a copy). */
  rooted: 15,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** Whom a message is for. */
export const Audience = { others: 0, everyone: 1, room: 2, direct: 3 } as const;
export type Audience = (typeof Audience)[keyof typeof Audience];
export const AUDIENCE_NAMES: readonly string[] = ["others", "everyone", "room", "direct"];

/** The HTTP requests of the Engine.IO handshake and of long polling. FACTS §1.1. */
export const RequestKind = {
  /** GET, transport=polling, no sid: creates the session. */
  handshake: 0,
  /** GET, transport=polling, with sid: a long poll. */
  poll: 1,
  /** POST, transport=polling, with sid: client to server packets. */
  post: 2,
  /** GET, transport=websocket, with sid: upgrades the session. */
  upgrade: 3,
  /** GET, transport=websocket, no sid: creates the session. */
  websocket: 4,
} as const;
export type RequestKind = (typeof RequestKind)[keyof typeof RequestKind];
export const REQUEST_NAMES: readonly string[] = [
  "GET polling handshake",
  "GET polling",
  "POST polling",
  "GET websocket upgrade",
  "GET websocket handshake",
];

/** Engine.IO error code 1, «Session ID unknown». FACTS §1.3. */
export const SESSION_ID_UNKNOWN = 1;

export const TransportKind = { polling: 0, websocket: 1 } as const;
export type TransportKind = (typeof TransportKind)[keyof typeof TransportKind];

/** Why a client's connection ended, in Socket.IO's own words where it has some. FACTS §1.2, §1.3, §1.4. */
export const CloseReason = {
  transportClose: 0,
  transportError: 1,
  pingTimeout: 2,
  connectTimeout: 3,
} as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];
export const CLOSE_REASON_NAMES: readonly string[] = [
  "transport close",
  "transport error",
  "ping timeout",
  "timeout",
];

/** The five integers and the time of one record; what visitors of a trace are given. */
export interface Columns {
  readonly timeUs: Float64Array;
  readonly kind: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  readonly d: Int32Array;
  readonly e: Int32Array;
  /** Records in use; the arrays may be longer. */
  readonly length: number;
}
