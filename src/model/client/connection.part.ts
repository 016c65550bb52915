import { countOrNone, durationMs, durationOr, oneOf, waitMs, yesOrNo } from "../world/field.ts";
import { PACKET_EVENTS, part } from "../world/part.ts";

/**
 * A client's Engine.IO connection. Its data are the client's.
 *
 * OPEN_ENGINE starts an attempt. Packets, ANSWERED, SWITCHED, SOCKET_CLOSED: x the exchange. REFUSED: x the exchange,
 * y Engine.IO's error code. WRITE: x a packet's kind, y its subject. EXPIRE: x the exchange of a WebSocket that has reached the age at
 * which its page closes it.
 */
export const connectionPart = part({
  name: "connection",
  number: 1,
  home: "client",
  events: [
    ...PACKET_EVENTS,
    "OPEN_ENGINE",
    "ADOPT",
    "ANSWERED",
    "REFUSED",
    "SWITCHED",
    "SOCKET_CLOSED",
    "WRITE",
    "WATCHDOG",
    "ABORT",
    "KILL",
    "EXPIRE",
  ],
  fields: {
    in: "clients",
    of: {
      transport: oneOf(
        [
          "polling-first",
          "polling",
          "websocket",
          "http",
          "websocket-first",
          "webtransport",
          "long-polling",
          "sse",
        ],
        "polling-first",
        {
          says: "polling-first, polling, websocket, websocket-first: Socket.IO's; polling-first its default: HTTP long polling, then upgrade to WebSocket; websocket-first: WebSocket, with long polling as the second of its transports; webtransport: a session over QUIC, as far as the first balancer; http: no connection at all, each message is a request of its own, and only answers come back; long-polling: an application's own, one GET after the other, and requests of their own for what it sends; sse: as an EventSource, which holds an event stream open, and sends likewise",
          source: "FACTS §1.1",
        },
      ),
      pollPauseMs: waitMs(0, {
        says: "With long-polling: how long the client waits after an answer before it polls again",
        source: "FACTS §4",
        tried: [30, 120],
      }),
      retryMs: durationMs(3000, {
        says: "With long-polling and sse: how long the client waits after its request failed, or its stream ended, before it asks again; an EventSource's is what its server says in the field retry, or the browser's own",
        source: "FACTS §4",
        tried: [300],
      }),
      httpVersion: oneOf(["1.1", "2", "3"], "1.1", {
        says: "With the transport http, what carries requests: 1.1, a TCP connection for each; 2, one TCP connection for all of a client's; 3, one QUIC connection for all, with a stream for each",
        source: "FACTS §4",
      }),
      tryAllTransports: yesOrNo(false, {
        says: "Whether a client that can't open its first transport tries the next one at once; if not, it tries the first again, for ever",
        source: "FACTS §1.4",
      }),
      closesAfterMs: durationOr(["none"], "none", {
        says: "How old a WebSocket gets before its page closes it by itself and comes back on a new one, as some do before a balancer finds theirs too old; none: it never does",
        tried: [600],
      }),
      closesWithCode: countOrNone("none", {
        says: "The code of its own that the page gives when it closes its WebSocket, from 3000 on; none: a close frame without one",
        source: "ground-truth 29",
        min: 3000,
        max: 4999,
        tried: [3999],
      }),
    },
  },
  causes: [
    "connectionClosed",
    "heartbeatTimedOut",
    "idleClosed",
    "balancerCrashed",
    "serverCrashed",
    "lifetimeOver",
    "turnedAway",
    "datagramLost",
    "gapIgnored",
  ],
  ends: [
    "pingTimeout",
    "connectTimeout",
    "upgradeTimeout",
    "balancerCrashed",
    "idleClosed",
    "lifetimeOver",
    "pageClosed",
    "closedByPage",
  ],
});
export const ConnectionEvent = connectionPart.on;
