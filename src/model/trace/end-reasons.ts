/**
 * Why a connection ended: a closed list, in the words of whoever ended it first. All others only hear of it. A reason
 * also serves as the root of losses: «recipient away, since the balancer had closed B's connection».
 */
import { Cause, type CauseIndex } from "./causes.ts";
import { dashed } from "./dashed.ts";

export interface EndReason {
  /** The name in JSON output and traces. */
  readonly name: string;
  /** A few words, beside the place. */
  readonly label: string;
  /**
   * The kind of node at which it happens; «either» of client and server, whichever ended it; «sender»: any node, whose
   * packets were not acknowledged; «process»: a client's or a server's, and no connection's end.
   */
  readonly at: "client" | "balancer" | "server" | "backplane" | "either" | "sender" | "link" | "process";
  /** One plain sentence: what happened. */
  readonly sentence: string;
  /** What would have kept the connection, or done without it. */
  readonly remedy: string;
  /**
   * The cause of what dies of such an end; it says the same thing, so the end is no root of it. null: «connection
   * closed», which says nothing.
   */
  readonly cause: CauseIndex | null;
}

/** Indices into {@link END_REASONS}, as they stand in the trace. */
export const EndReason = {
  idleClosed: 0,
  gatewayTimeout: 1,
  badGateway: 2,
  sessionUnknown: 3,
  cookieMissing: 4,
  pingTimeout: 5,
  connectTimeout: 6,
  upgradeTimeout: 7,
  serverCrashed: 8,
  balancerCrashed: 9,
  balancerDown: 10,
  backplaneCrashed: 11,
  backplaneDown: 12,
  linkCut: 13,
  tcpTimedOut: 14,
  connectionForgotten: 15,
  lifetimeOver: 16,
  turnedAway: 17,
  upgradeRefused: 18,
  quicIdle: 19,
  connectionMuted: 20,
  processFrozen: 21,
  timersThrottled: 22,
  mappingForgotten: 23,
  resetOnTheWay: 24,
  streamEnded: 25,
  pageClosed: 26,
  socketClosed: 27,
  loggedOut: 28,
  closedByPage: 29,
  serverStopping: 30,
  serverExited: 31,
  disconnectedByServer: 32,
  queueFull: 33,
  balancerReloaded: 34,
  sendBufferFull: 35,
  outputBufferFull: 36,
  markedDown: 37,
} as const;
export type EndReasonName = keyof typeof EndReason;
export type EndReasonIndex = (typeof EndReason)[EndReasonName];

/** The page tells this one by its sentence. */
const NO_COOKIE =
  "The client returned no affinity cookie, so its request went to any server, and was refused with 400, «Session ID unknown».";

/** In the order of {@link EndReason}. FACTS §1.1, §1.2, §1.3, §1.4, §1.8, §3. */
const DECLARED: readonly Omit<EndReason, "name">[] = [
  {
    label: "idle timeout",
    at: "balancer",
    sentence: "No byte crossed the connection for the balancer's idle timeout, so the balancer closed it.",
    remedy: "Send heartbeats more often than the smallest idle timeout on the path.",
    cause: Cause.idleClosed,
  },
  {
    label: "read timeout (504)",
    at: "balancer",
    sentence:
      "A request had no answer for the balancer's read timeout, so the balancer ended it; if it was a held poll, its server then closes the session.",
    remedy: "Send heartbeats more often than the read timeout, so that no poll is held for so long.",
    cause: Cause.gatewayTimeout,
  },
  {
    label: "no server took it (502, 503)",
    at: "balancer",
    sentence:
      "No server took the request that the balancer may ask, or none had a place for it in time: it answered 502, HAProxy 503; an NLB closed the connection.",
    remedy: "Run enough servers that one is always up, and let clients ask for what they missed.",
    cause: Cause.noServerLeft,
  },
  {
    label: "session unknown (400)",
    at: "server",
    sentence:
      "A request went to a server that does not hold the session, and was refused with 400, «Session ID unknown».",
    remedy: "Send all requests of a session to one server (affinity), or connect with WebSocket only.",
    cause: Cause.sessionUnknown,
  },
  {
    label: "session unknown (400): no affinity cookie",
    at: "server",
    sentence: NO_COOKIE,
    remedy:
      "Let the client return the affinity cookie (credentials, SameSite), use an affinity that needs none (client address), or connect with WebSocket only.",
    cause: Cause.cookieMissing,
  },
  {
    label: "ping timeout",
    at: "either",
    sentence: "One end waited in vain for the other's part in the heartbeat, and took it for dead.",
    remedy: "Let clients ask for what they missed after reconnecting; shorter heartbeats notice it sooner.",
    cause: Cause.heartbeatTimedOut,
  },
  {
    label: "connect timeout",
    at: "client",
    sentence: "The connection did not open within 20 s, and the client gave it up.",
    remedy: "Find what keeps answers from coming; let clients ask for what they missed.",
    cause: null,
  },
  {
    label: "upgrade timeout",
    at: "server",
    sentence:
      "The upgrade took longer than the server waits for one: it closed the WebSocket, when its client had moved to it.",
    remedy: "Give upgrades more time (upgradeTimeout), or connect with WebSocket from the start.",
    cause: null,
  },
  {
    label: "server crashed",
    at: "server",
    sentence: "The server died, and with it every session in its memory.",
    remedy: "Let clients acknowledge, retry, and ask for what they missed after reconnecting.",
    cause: Cause.serverCrashed,
  },
  {
    label: "balancer crashed",
    at: "balancer",
    sentence: "The balancer died, and with it every connection that it carried.",
    remedy: "Run more than one balancer; let clients acknowledge, retry and reconnect.",
    cause: Cause.balancerCrashed,
  },
  {
    label: "balancer down",
    at: "balancer",
    sentence: "The balancer was down, and the connection was refused.",
    remedy: "Run more than one balancer; let clients acknowledge, retry and reconnect.",
    cause: Cause.balancerCrashed,
  },
  {
    label: "backplane crashed",
    at: "backplane",
    sentence: "The backplane died, and with it the servers' connections and subscriptions.",
    remedy:
      "Run the backplane redundantly, or one that keeps a log (streams), or let clients fetch what they missed.",
    cause: Cause.backplaneDown,
  },
  {
    label: "backplane down",
    at: "backplane",
    sentence: "The backplane was down, and refused a server's connection.",
    remedy:
      "Run the backplane redundantly, or one that keeps a log (streams), or let clients fetch what they missed.",
    cause: Cause.backplaneDown,
  },
  {
    label: "link cut",
    at: "link",
    sentence: "A link dropped every packet, and told nobody; connections over it looked open.",
    remedy: "Let clients ask for what they missed after reconnecting; shorter heartbeats notice it sooner.",
    cause: null,
  },
  {
    label: "TCP gave up (ETIMEDOUT)",
    at: "sender",
    sentence:
      "TCP had sent a packet again and again for a quarter of an hour (tcp_retries2), or a connection's first for two minutes, without an acknowledgement, and gave up.",
    remedy: "Notice a dead path sooner: with heartbeats, or TCP_USER_TIMEOUT.",
    cause: Cause.tcpTimedOut,
  },
  {
    label: "forgotten by the balancer",
    at: "balancer",
    sentence:
      "No byte crossed the connection for the balancer's idle timeout, so the balancer forgot it, and told nobody: who writes next is reset, who only listens waits for ever.",
    remedy: "Send heartbeats more often than the smallest idle timeout on the path.",
    cause: Cause.connectionForgotten,
  },
  {
    label: "too old",
    at: "balancer",
    sentence: "The WebSocket reached the age at which the balancer closes every one, however busy it is.",
    remedy:
      "Let clients open a new connection before the old one gets so old, and let them ask for what they missed.",
    cause: Cause.lifetimeOver,
  },
  {
    label: "turned away at a limit",
    at: "balancer",
    sentence:
      "The balancer had no socket left (open files, worker connections): it closed the connection at once, or answered 500.",
    remedy: "Raise the limit, or share the connections among more balancers.",
    cause: Cause.turnedAway,
  },
  {
    label: "no upgrade (400)",
    at: "balancer",
    sentence:
      "A balancer dropped the Upgrade header, so that the server got an ordinary request where a WebSocket should begin, and refused it.",
    remedy:
      "Pass the headers Upgrade and Connection on; let clients begin with long polling, or try all their transports.",
    cause: null,
  },
  {
    label: "idle timeout (QUIC)",
    at: "either",
    sentence:
      "An end of a QUIC connection heard nothing for its idle timeout, and gave the connection up without telling the other.",
    remedy: "Let clients connect again, and ask for what they missed; keep alive what may be silent.",
    cause: Cause.quicIdle,
  },
  {
    label: "connections went mute",
    at: "link",
    sentence:
      "The connections that existed on a link no longer carried any packet, while new ones worked, as after a change of address or of network: nobody is told.",
    remedy: "Let clients ask for what they missed after reconnecting; shorter heartbeats notice it sooner.",
    cause: null,
  },
  {
    label: "process frozen",
    at: "process",
    sentence:
      "A process stood still, while its kernel went on acknowledging what came for it: it read nothing, answered nothing, and no timer of its fired.",
    remedy:
      "Let clients ask for what they missed after reconnecting; let heartbeats bear the pauses that are usual, and keep long work off the event loop.",
    cause: null,
  },
  {
    label: "timers throttled",
    at: "process",
    sentence: "A tab in the background was given its timers late, a minute or more.",
    remedy: "Let the server ping, and the client answer: an answer needs no timer.",
    cause: null,
  },
  {
    label: "forgotten by a NAT",
    at: "link",
    sentence:
      "A NAT or firewall on the client's way had forgotten a connection that was silent for too long, and a packet of it came by.",
    remedy:
      "Send heartbeats more often than the smallest idle timeout on the path, those of phones and hotels among them.",
    cause: null,
  },
  {
    label: "reset on the way",
    at: "sender",
    sentence:
      "Something on the way no longer knew the connection, and reset whoever wrote to it; the other end heard nothing.",
    remedy:
      "Send heartbeats more often than the smallest idle timeout on the path, those of phones and hotels among them.",
    cause: Cause.connectionForgotten,
  },
  {
    label: "stream ended by its server",
    at: "server",
    sentence: "The server ended the event stream, as it does with each after a while.",
    remedy: "Give events ids, and keep as many as come until a client is back and asks for the rest.",
    cause: null,
  },
  {
    label: "page closed",
    at: "client",
    sentence: "The person closed the page, and with it its connection.",
    remedy: "None is needed: nobody is there to read it.",
    cause: null,
  },
  {
    label: "WebSocket closed by its server",
    at: "server",
    sentence: "The server closed the WebSocket, as it does with each after a while.",
    remedy: "Let clients come back by themselves, and ask for what they missed.",
    cause: null,
  },
  {
    label: "login expired",
    at: "server",
    sentence:
      "The client's login had expired: the server refused what it asked to open. An EventSource gives up for good then, and a WebSocket is not told why.",
    remedy:
      "Renew logins before they expire; ask with an ordinary request what the server answers, since a page sees no status of an EventSource or a WebSocket.",
    cause: null,
  },
  {
    label: "WebSocket closed by its page",
    at: "client",
    sentence:
      "The page closed its WebSocket by itself, to come back on a new one, and read nothing more of the old.",
    remedy: "Open the new one before the old one is closed, or let clients ask for what they missed.",
    cause: null,
  },
  {
    label: "server stopping",
    at: "server",
    sentence: "The server was told to stop, and closed its connections before its process ended.",
    remedy: "Let clients come back by themselves, and ask for what they missed.",
    cause: null,
  },
  {
    label: "server exited",
    at: "server",
    sentence:
      "The server's process was told to stop, and ended while the connection was open; what it had not written yet is gone.",
    remedy: "Close connections before the process ends, and wait until that is done.",
    cause: null,
  },
  {
    label: "disconnected by its server",
    at: "server",
    sentence:
      "The server told the client to disconnect. A client that is told so does not come back by itself.",
    remedy: "Close the connection instead, or let the application connect again when it is told so.",
    cause: null,
  },
  {
    label: "queue full (503)",
    at: "server",
    sentence: "As many requests waited at the server as may, so it answered 503.",
    remedy: "Add servers, or do less for each request: a longer queue only lets all wait longer.",
    cause: Cause.queueFull,
  },
  {
    label: "reloaded",
    at: "balancer",
    sentence: "A reload had replaced the balancer's process, whose time to finish was over.",
    remedy: "Give old processes more time, or reload less often.",
    cause: null,
  },
  {
    label: "send buffer full",
    at: "server",
    sentence:
      "The client did not read, and its server, which kept too much for it by then, closed the connection.",
    remedy: "Let clients come back and ask for what they missed; send less, or only the newest.",
    cause: null,
  },
  {
    label: "output buffer full",
    at: "backplane",
    sentence:
      "The server did not read, and Redis, where more waited for it than its output buffer may hold, closed the connection.",
    remedy:
      "Raise client-output-buffer-limit pubsub if there is memory for it; keep servers from standing still.",
    cause: Cause.outputBufferFull,
  },
  {
    label: "server marked down",
    at: "balancer",
    sentence:
      "Health checks had marked the server down, and the balancer ended what was open to it (HAProxy on-marked-down shutdown-sessions).",
    remedy:
      "Let clients come back by themselves, and ask for what they missed; let checks fail more often before they mark.",
    cause: null,
  },
];

/** In the order of {@link EndReason}. */
export const END_REASONS: readonly EndReason[] = Object.keys(EndReason).map((key, i) => ({
  name: dashed(key),
  ...DECLARED[i]!,
}));

/** What kept two ends from hearing each other, until one of them had waited for too long. */
export const SILENCES: readonly EndReasonIndex[] = [
  EndReason.linkCut,
  EndReason.connectionMuted,
  EndReason.processFrozen,
  EndReason.timersThrottled,
  EndReason.mappingForgotten,
];
