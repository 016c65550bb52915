/**
 * Why a copy was lost: a closed list. Every lost copy has exactly one of these, one place and one time.
 * A later machine that can lose a copy in a new way adds its cause here.
 */

import { dashed } from "./dashed.ts";

export interface Cause {
  /** The name in JSON output and scenario files. */
  readonly name: string;
  /** A few words, as on a label beside the dead copy. */
  readonly label: string;
  /** One plain sentence: what happened. */
  readonly sentence: string;
  /** What would have saved the copy. */
  readonly remedy: string;
}

/** Indices into {@link CAUSES}, as they stand in the trace. */
export const Cause = {
  noBackplane: 0,
  notSubscribed: 1,
  backplaneDown: 2,
  serverCrashed: 3,
  recipientAway: 4,
  handshakeRefused: 5,
  idleClosed: 6,
  heartbeatTimedOut: 7,
  connectionClosed: 8,
  sessionUnknown: 9,
  balancerCrashed: 10,
  gatewayTimeout: 11,
  noServerLeft: 12,
  sessionGivenUp: 13,
  cookieMissing: 14,
  unknownHere: 15,
  forgotten: 16,
  tcpTimedOut: 17,
  connectionForgotten: 18,
  lifetimeOver: 19,
  turnedAway: 20,
  datagramLost: 21,
  quicIdle: 22,
  betweenPolls: 23,
  beyondReplay: 24,
  keptInVain: 25,
  recoveryRefused: 26,
  volatileDropped: 27,
  bodyTooLong: 28,
  channelDown: 29,
  lostOnChannel: 30,
  budgetSpent: 31,
  neverSent: 32,
  handlerFailed: 33,
  seenNotDone: 34,
  overQuota: 35,
  overRate: 36,
  tooLarge: 37,
  contextLost: 38,
  afterSnapshot: 39,
  gapIgnored: 40,
  publishRefused: 41,
  eventNeverPublished: 42,
  trimmed: 43,
  queueFull: 44,
  sendBufferFull: 45,
  outputBufferFull: 46,
  staleOwner: 47,
  notRegistered: 48,
} as const;
export type CauseName = keyof typeof Cause;
export type CauseIndex = (typeof Cause)[CauseName];

/** The page opens with a loss of this kind, so that its sentence comes with it; the others come once they are told (asked-words.ts). */
const NOT_JOINED = "The recipient was connected to another server, and no backplane joins the servers.";

/** In the order of {@link Cause}. FACTS §1.5, §1.6, §1.7, §1.8, §2, §3, §4. */
const DECLARED: readonly Omit<Cause, "name">[] = [
  {
    label: "no local socket, no backplane",
    sentence: NOT_JOINED,
    remedy: "Join the servers with a backplane, so that each hears what the others broadcast.",
  },
  {
    label: "server not subscribed",
    sentence:
      "The message was published, but the recipient's server was not subscribed at that instant, and Pub/Sub remembers nothing.",
    remedy: "Use a backplane that keeps a log (streams), or let clients fetch what they missed.",
  },
  {
    label: "backplane down",
    sentence: "The publish reached a backplane that was down.",
    remedy: "Run the backplane redundantly, and let the sender retry what was not confirmed.",
  },
  {
    label: "server process ended",
    sentence: "The server's process ended with the message in its memory or on its way to it.",
    remedy: "Let the sender keep the message until it is acknowledged, and send it again.",
  },
  {
    label: "recipient away",
    sentence:
      "The recipient had no connection, or not yet, when the servers handed the message out; nothing is kept for it.",
    remedy: "Keep missed messages for a while (connection state recovery, offsets), or fetch on reconnect.",
  },
  {
    label: "handshake refused",
    sentence:
      "The recipient was not connected: a request of its latest connection was refused with «Session ID unknown».",
    remedy: "Send all requests of a session to one server (affinity), or connect with WebSocket only.",
  },
  {
    label: "idle connection closed",
    sentence: "The balancer had closed the connection because no byte crossed it for the idle timeout.",
    remedy: "Send heartbeats more often than the smallest idle timeout on the path.",
  },
  {
    label: "heartbeat timed out",
    sentence:
      "The path was dead, or too slow for the heartbeat, and nobody had noticed; the message waited until the heartbeat failed.",
    remedy: "Acknowledge and retry, or let the client ask for what it missed after reconnecting.",
  },
  {
    label: "connection closed",
    sentence: "The connection had ended, or ended while the message was on its way.",
    remedy: "Acknowledge and retry, or let the client ask for what it missed after reconnecting.",
  },
  {
    label: "session unknown",
    sentence: "The request that carried the message reached a server that does not hold the session.",
    remedy: "Send all requests of a session to one server (affinity), or use WebSocket only.",
  },
  {
    label: "balancer crashed",
    sentence: "The balancer died, and with it every connection that it carried.",
    remedy: "Run more than one balancer; let clients acknowledge, retry and reconnect.",
  },
  {
    label: "request timed out",
    sentence:
      "The balancer had given up the request that carried the message, after its read timeout without an answer.",
    remedy: "Send heartbeats more often than the read timeout, so that no poll is held for so long.",
  },
  {
    label: "no server left",
    sentence: "The balancer found no server that took the request with the message, and answered 502 or 503.",
    remedy: "Let the sender keep the message until it is acknowledged, and send it again.",
  },
  {
    label: "session given up by its client",
    sentence:
      "The server still held a session that its client had given up; nobody ever read what was written to it.",
    remedy: "Keep missed messages for a while (connection state recovery, offsets), or fetch on reconnect.",
  },
  {
    label: "session unknown: no affinity cookie",
    sentence:
      "The request that carried the message came without the affinity cookie, and reached a server that does not hold the session.",
    remedy:
      "Let the client return the affinity cookie (credentials, SameSite), use an affinity that needs none (client address), or use WebSocket only.",
  },
  {
    label: "known to another server",
    sentence:
      "The server that got the request did not know its sender: what is known of it is in another server's memory.",
    remedy: "Keep what servers know of clients in a store that all of them share.",
  },
  {
    label: "forgotten by a crash",
    sentence: "The server that knew the sender had died, and its memory with it.",
    remedy: "Keep what servers know of clients in a store that outlives a process.",
  },
  {
    label: "TCP gave up",
    sentence:
      "The packet was sent again and again for a quarter of an hour, and never acknowledged; then TCP gave the connection up (ETIMEDOUT).",
    remedy:
      "Notice a dead path sooner, with heartbeats or TCP_USER_TIMEOUT; acknowledge and retry in the application.",
  },
  {
    label: "connection forgotten on the way",
    sentence:
      "A balancer or a NAT had forgotten the connection, because nothing crossed it for its idle timeout, and had told nobody.",
    remedy: "Send heartbeats more often than the smallest idle timeout on the path.",
  },
  {
    label: "connection too old",
    sentence: "The balancer had closed the connection at the age that it allows, however busy it was.",
    remedy:
      "Let clients open a new connection before the old one gets so old, and let them ask for what they missed.",
  },
  {
    label: "turned away at a limit",
    sentence:
      "The balancer had no socket left (open files, worker connections), and turned the request with the message away.",
    remedy: "Raise the limit, or share the connections among more balancers; let the sender try again.",
  },
  {
    label: "datagram lost",
    sentence: "The network lost the datagram with the message in it, and nobody sends a datagram again.",
    remedy: "Send by datagrams only what the next one makes outdated; send by a stream what has to arrive.",
  },
  {
    label: "QUIC heard nothing",
    sentence:
      "An end of the QUIC connection had heard nothing for its idle timeout, and had given the connection up without a word.",
    remedy: "Let clients connect again, and ask for what they missed; keep alive what may be silent.",
  },
  {
    label: "between two polls",
    sentence:
      "No poll of the recipient's was waiting when the servers handed the message out, and they keep nothing for those who ask later.",
    remedy: "Keep recent messages on the servers, and let each poll say with a cursor what its client has.",
  },
  {
    label: "no longer kept",
    sentence:
      "The servers had kept the message for its recipient, and let it go for newer ones before the recipient asked for it.",
    remedy: "Keep more messages than come while a client is away, or let clients load anew what they missed.",
  },
  {
    label: "kept in vain",
    sentence:
      "The recipient's server had kept the message for as long as it could still take the recipient back, and the recipient did not come back to it.",
    remedy:
      "Keep sessions for longer, and where any server can take them back; or let clients load anew what they missed.",
  },
  {
    label: "session not taken back",
    sentence:
      "The recipient's server had kept the message, but could not take its session back, and began a new one.",
    remedy: "Let a client that was not taken back (recovered is false) load anew what it missed.",
  },
  {
    label: "volatile, and could not be sent at once",
    sentence:
      "The message was volatile, and the transport could not be written to at that instant, so it was dropped.",
    remedy:
      "Send as volatile only what the next message makes outdated, and seldom enough that each can be written.",
  },
  {
    label: "too long for the channel",
    sentence: "The channel refused the message, which had more characters than it takes.",
    remedy: "Send a short text with a link, or put a channel that takes more after this one.",
  },
  {
    label: "channel not available",
    sentence: "The channel's provider was down and took no message.",
    remedy: "Put another channel after this one, of another provider.",
  },
  {
    label: "lost on the channel",
    sentence: "The channel had taken the message and never brought it, or nobody took the call.",
    remedy: "Wait for the channel's receipt, and take the next channel if none comes.",
  },
  {
    label: "budget spent",
    sentence: "A channel was left that could have brought the message, and no money for it.",
    remedy: "Give it a larger budget, or put cheaper channels first, and send only what is worth it.",
  },
  {
    label: "given up in the send buffer",
    sentence:
      "Its sender had no connection, and had given the message up before it got one: it never left the sender.",
    remedy: "Wait longer than a reconnect takes, or send again what timed out.",
  },
  {
    label: "the handler failed",
    sentence: "The message had arrived, and the server's handler threw before it had done anything.",
    remedy: "Let the sender keep the message until it is acknowledged, and send it again.",
  },
  {
    label: "remembered, and not done",
    sentence:
      "The server had remembered the message's id before its effect, and died in between; when the message came again it was taken for done.",
    remedy: "Store the id together with the effect, in one transaction.",
  },
  {
    label: "over the quota",
    sentence: "The messages of the vendor's plan were used up, and it refused to take another.",
    remedy:
      "Buy a larger plan before the quota is used up, or send fewer messages; hear the error, and send again later.",
  },
  {
    label: "too many a second",
    sentence:
      "More messages were published in a second than the vendor takes, and it refused those that were above.",
    remedy: "Send several in one message, or into several channels; hear the error, and send again later.",
  },
  {
    label: "too large",
    sentence: "The message was larger than the vendor takes.",
    remedy: "Send where it can be fetched instead, or send it in parts.",
  },
  {
    label: "no conversation found",
    sentence:
      "The answer came by another channel, and the service found no conversation to which it belongs: it had kept that under the id of a socket that is gone.",
    remedy: "Keep conversations under a key that lasts longer than a socket, the same for all channels.",
  },
  {
    label: "between snapshot and listening",
    sentence:
      "The message came after the recipient's snapshot was read, and before it listened; it never asked for what came between.",
    remedy: "Take the position first, load the snapshot, and ask for all that came after the position.",
  },
  {
    label: "missed, and not loaded again",
    sentence:
      "The recipient knew that something was missing after its position, and went on without loading a snapshot again.",
    remedy: "Load a snapshot again whenever a position can't be continued; a longer history makes that rare.",
  },
  {
    label: "publish refused",
    sentence:
      "The sender's server had no connection to the backplane, and its client library refused to publish.",
    remedy:
      "Keep the offline queue and go on trying to connect, or keep each message until the backplane has confirmed it.",
  },
  {
    label: "written, and nobody told",
    sentence:
      "What the message says was written into the database, and the server died before it told anybody.",
    remedy:
      "Write the event together with the row, in one transaction (an outbox), and mark it as done after it is published.",
  },
  {
    label: "trimmed from the stream",
    sentence:
      "The stream was trimmed to its length before the recipient's server had read the message, and nobody told that server.",
    remedy:
      "Keep a longer stream, longer than the longest pause at the fastest pace; notice gaps in the numbers.",
  },
  {
    label: "queue full (503)",
    sentence: "As many waited at the server as may, so it did no work on the message, and answered 503.",
    remedy: "Add servers, or do less for each request; let the sender try again, later and later.",
  },
  {
    label: "send buffer full",
    sentence: "The recipient did not read, its server kept as much for it as it does, and dropped the rest.",
    remedy: "Number what you send, and let whoever comes back ask for what it missed.",
  },
  {
    label: "output buffer full",
    sentence:
      "The recipient's server did not read what Redis pushed to it, until more waited there than may. Redis closed that connection, and dropped what waited.",
    remedy:
      "Raise client-output-buffer-limit pubsub if there is memory for it; number what you send, and let whoever missed something ask for it, or read a stream.",
  },
  {
    label: "stale entry",
    sentence:
      "The registry named a server that no longer held the recipient, and what was published there reached nobody.",
    remedy:
      "Let the server that does not hold the recipient say so, and look up again; let entries expire soon, and be written only by their owner.",
  },
  {
    label: "not in the registry",
    sentence:
      "The recipient was connected, and the registry had no entry for it, so the message went nowhere.",
    remedy: "Write each entry again well before it expires, and let a server delete only what names itself.",
  },
];

/** In the order of {@link Cause}. */
export const CAUSES: readonly Cause[] = Object.keys(Cause).map((key, i) => ({
  name: dashed(key),
  ...DECLARED[i]!,
}));
