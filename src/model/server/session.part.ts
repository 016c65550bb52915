import { flag, packetsDown, row, small, time, untold, whole } from "../world/column.ts";
import { countOrNone, durationMs, durationOr, oneOf } from "../world/field.ts";
import { PACKET_EVENTS, part } from "../world/part.ts";
import { tableOf, untoldTableOf } from "../world/table.ts";
import { SEND_BUFFER_FIELDS } from "./send-buffer.part.ts";

/**
 * An Engine.IO session in a server's memory. Packets, ACCEPT, POLL, PROBE_OPENED, SOCKET_CLOSED: x the try that
 * brought it. WRITE: x a packet's kind, y its subject. EXPIRE: its WebSocket has reached its age. CRASH: its
 * process dies; x 1: as it was told to stop. STOP: its server closes it; x 1: and tells its client to disconnect. FLUSH: what was written in
 * this turn, and not handed to the kernel yet, is. ROOM: x bytes more have been read at the other end. OVERFLOW: more waits to be read than its server keeps.
 */
export const sessionPart = part({
  name: "session",
  number: 6,
  home: { column: "server", of: "sessions" },
  events: [
    ...PACKET_EVENTS,
    "ACCEPT",
    "ADOPT",
    "POLL",
    "PROBE_OPENED",
    "WRITE",
    "HEARTBEAT_FAILED",
    "SOCKET_CLOSED",
    "CRASH",
    "EXPIRE",
    "STOP",
    "FLUSH",
    "ROOM",
    "OVERFLOW",
  ],
  fields: {
    in: "servers",
    of: {
      upgradeTimeoutMs: durationMs(10_000, {
        says: "How long an upgrade to WebSocket may take",
        source: "FACTS §1.1",
        tried: [80],
      }),
      pollHoldMs: durationMs(10_000, {
        says: "How long a server holds a long-polling client's request while it has nothing to say, until it answers without anything",
        source: "FACTS §4",
        tried: [300],
      }),
      commentIntervalMs: durationOr(["none"], "none", {
        says: "How often a server writes a comment into an event stream, so that no balancer takes it for idle; none: never",
        source: "FACTS §4",
        tried: [250],
      }),
      streamLifetimeMs: durationOr(["none"], "none", {
        says: "How old an event stream gets before its server ends it, as some platforms do; none: as old as it likes",
        source: "FACTS §4",
        tried: [700],
      }),
      socketLifetimeMs: durationOr(["none"], "none", {
        says: "How old a WebSocket gets before its server closes it, as some do to share clients out anew; none: as old as it likes",
        tried: [900],
      }),
      closesWith: oneOf(["close-frame", "reset", "invalid-frame"], "close-frame", {
        says: "How a server closes a WebSocket that has reached its age, or when it stops: with a close frame; with a TCP reset, as a process that dies; or with a frame that breaks the protocol, as a proxy that writes a page of HTML into it",
        source: "ground-truth 29",
      }),
      closeCode: countOrNone("none", {
        says: "The code in that close frame, such as 1001 (going away) or 1012 (service restart); none: a frame without one",
        source: "RFC 6455 §7.4; ground-truth 29",
        min: 1000,
        max: 4999,
        tried: [1012],
      }),
      ...SEND_BUFFER_FIELDS,
    },
  },
  causes: [
    "heartbeatTimedOut",
    "serverCrashed",
    "sessionGivenUp",
    "connectionClosed",
    "gatewayTimeout",
    "balancerCrashed",
    "unknownHere",
    "forgotten",
    "beyondReplay",
    "noServerLeft",
    "recoveryRefused",
    "volatileDropped",
    "afterSnapshot",
    "gapIgnored",
    "sendBufferFull",
  ],
  ends: [
    "pingTimeout",
    "upgradeTimeout",
    "serverCrashed",
    "streamEnded",
    "socketClosed",
    "serverStopping",
    "serverExited",
    "disconnectedByServer",
    "sendBufferFull",
  ],
});
export const SessionEvent = sessionPart.on;

/** One row a session, never used again. */
export class Sessions extends tableOf({
  client: row(),
  /** Its client's place among the members of its room, at hand where a server hands a message out. Never changes. */
  rank: untold(row()),
  /**
   * The client's connection that it was created for; it is that connection's session only if no other server's was.
   * Of it, future.ts tells whether it is this one's, and open.
   */
  connection: untold(row()),
  server: row(),
  /** The GET that is held open, −1 none: a try. */
  poll: row(),
  /** The WebSocket, −1 none; while probing, the one that is being tried: a try. */
  socket: row(),
  /** Packets that wait for the transport. */
  writeBuffer: packetsDown(),
  /** 1 once the namespace is connected and the rooms are joined. */
  joined: flag(),
  /** How it ended (EndReason) while no client knew of it yet. Told in future.ts where one may still hear of it. */
  unheardEnd: untold(small()),
  /** Of a client that asks with a cursor: the number of the latest message that it has or was sent. */
  upTo: whole(),
  /** When something was written to its WebSocket last, where something goes by it. µs. */
  writtenUs: time(-1),
  /** Socket.IO's private id of a socket that can be taken back: the first session that had it; −1 none. */
  privateId: row(),
}) {}

/**
 * Neighbours in a server's list of a room's local sockets. Row: 2 × session for its room, 2 × session + 1 for the
 * namespace. −1 none. The lists are told in future.ts.
 */
export class Memberships extends untoldTableOf({ before: row(), after: row() }) {}

/**
 * Local sockets: for each server and room a list of memberships, in the order in which they joined. The lists are
 * told in future.ts.
 */
export class LocalRooms extends untoldTableOf({ first: row(), last: row() }) {
  constructor(rows: number) {
    super(Math.max(rows, 1));
    this.addMany(rows);
  }
}
