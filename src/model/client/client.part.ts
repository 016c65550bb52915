import { flag, packetsDown, packetsUp, row, time, untold, whole } from "../world/column.ts";
import { durationMs, durationOr, oneOf, share, yesOrNo } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * A Socket.IO client: the person's application, and the manager that keeps it connected.
 *
 * ADOPT: it begins with its connection already open. TICK: x the line of the workload. ENGINE_CLOSED: x a CloseReason.
 * CRASH: its page is closed, or its process killed. RESTART: it is opened again. LOADED, LOAD_FAILED: what became of its request
 * for a snapshot. RELOAD: it shall load one again.
 */
export const clientPart = part({
  name: "client",
  number: 0,
  home: "client",
  events: [
    "START",
    "ADOPT",
    "TICK",
    "ENGINE_OPEN",
    "CONNECTED",
    "ENGINE_CLOSED",
    "CRASH",
    "RESTART",
    "LOADED",
    "LOAD_FAILED",
    "RELOAD",
  ],
  faults: { crash: "CRASH", restart: "RESTART" },
  undoes: { restart: ["crash"] },
  fields: {
    in: "clients",
    of: {
      backoff: oneOf(
        ["socket.io", "none", "fixed", "full-jitter", "equal-jitter", "decorrelated-jitter", "phoenix"],
        "socket.io",
        {
          says: "How waits between attempts to reconnect grow, and how they are spread: as Socket.IO's (doubled, varied, and then cut at the longest); none: it tries again at once; fixed: always as long as the first; anything up to what is doubled (full-jitter), or its half and anything up to as much more (equal-jitter); anything up to three times the wait before (decorrelated-jitter); or by Phoenix's table, which is not spread",
          source: "FACTS §1.4, §8, §14.1",
        },
      ),
      reconnectionDelayMs: durationMs(1000, {
        says: "Delay before the first attempt to reconnect; doubles with each further one",
        source: "FACTS §1.4",
      }),
      reconnectionDelayMaxMs: durationMs(5000, {
        says: "Longest delay between attempts",
        source: "FACTS §1.4",
      }),
      randomizationFactor: share(0.5, {
        says: "Share by which each delay is varied at random, either way",
        source: "FACTS §1.4",
      }),
      connectsAgainAfterMs: durationOr(["none"], "none", {
        says: "How long after a server has told it to disconnect an application connects again; none: never, and Socket.IO's client does not by itself",
        source: "ground-truth 20",
        tried: [500],
      }),
      leaveAfterMs: durationOr(["none"], "none", {
        says: "With long-polling and sse: how long after it was opened the page is closed, after which nothing is for it any more; none: it stays",
        tried: [1500],
      }),
      loads: oneOf(["nothing", "snapshot", "position-first"], "nothing", {
        says: "What a page that holds a connection or an event stream loads before it opens it: nothing; a snapshot of all that is stored; or, position-first, such a snapshot together with its position, from which it then asks for all that came after it",
        source: "FACTS §13.8",
      }),
      afterGap: oneOf(["reload", "go-on"], "reload", {
        says: "With position-first and a history: what a page does that can't be given what it missed: it loads a snapshot again, or goes on as if nothing were missing",
        source: "FACTS §13.8",
      }),
      remembersIds: yesOrNo(false, {
        says: "Whether an application remembers the ids of the messages that it has shown, where they outlast its page, and does not show one again. Where there is a notification service, its sharedIds says so instead",
        source: "FACTS §7",
      }),
    },
  },
  causes: ["volatileDropped", "connectionClosed"],
});
export const ClientEvent = clientPart.on;

/** The manager's `timeout` option: how long the engine may take to open. FACTS §1.4. */
export const CONNECT_TIMEOUT_US = 20_000_000;

/** Who takes part: one row a client. */
export class Clients extends tableOf({
  // Who a client is never changes.
  group: untold(row()),
  room: untold(row()),
  /** IPv4 address; read it as unsigned. */
  address: untold(whole()),
  /** 1 from the moment that it opened its page to connect: from then on it is an intended recipient. */
  started: flag(),
  /**
   * Server that has it as a connected socket, as an outside observer sees it: from when it joins its rooms until its
   * connection ends. −1 none.
   */
  server: row(),
  /**
   * Its connection, or latest attempt at one: row of Connections; −1 before the first. Of it, future.ts tells whether
   * and how it ended.
   */
  connection: untold(row()),
  /** Failed attempts since the engine last opened; the exponent of the back-off. */
  attempts: whole(),
  /** How long it waited before its latest attempt, where the next wait goes by it; 0: it has not since its engine last opened. µs. */
  waitedUs: time(),
  /** Server named by the affinity cookie, −1 none. */
  cookie: row(),
  /** The server whose process knows it, if servers keep that to themselves (server/memory.ts): a server, −1 none yet, −2 one that died. */
  knownBy: row(),
  /** Messages that the application sent while disconnected. */
  sendBuffer: packetsUp(),
  // The engine's current attempt.
  /** Engine.IO session (sid), −1 before it is known. */
  session: row(),
  /** Exchanges of the current attempt, −1 none: the pending GET, the pending POST, the WebSocket. */
  poll: row(),
  post: row(),
  socket: row(),
  /** Packets that wait for the transport. */
  writeBuffer: packetsUp(),
  /** The upward stream of the connection that all its plain requests share; −1 none. */
  shared: row(),
  /** 1: its first transport could not be opened, and it is at the second. */
  fellBack: flag(),
  /**
   * The number in its mailbox of the latest message that it has, as its cursor, Last-Event-ID or offset says, and which mailbox
   * that is; −1 none; −2: it won't ask any more.
   */
  cursor: row(),
  cursorOf: row(),
  /** 1: it has opened its page, loads what there is, and does not listen yet. */
  isLoading: flag(),
  /** Copies that are stored and that it has not loaded, while it does so. */
  stored: packetsDown(),
  /** Its latest request for a snapshot: an exchange, −1 none. */
  snapshot: row(),
  /** When something was written to its WebSocket last, where something goes by it. µs. */
  writtenUs: time(-1),
  /** The private id of its latest socket, by which it asks to be taken back: the first session that had it; −1 none. */
  privateId: row(),
}) {}
