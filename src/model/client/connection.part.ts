import { oneOf, yesOrNo } from "../world/field.ts";
import { PACKET_EVENTS, part } from "../world/part.ts";

/**
 * A client's Engine.IO connection. Its data are the client's.
 *
 * OPEN_ENGINE starts an attempt. Packets, ANSWERED, SWITCHED, SOCKET_CLOSED: x the exchange. REFUSED: x the exchange,
 * y Engine.IO's error code. WRITE: x a packet's kind, y its subject.
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
  ],
  fields: {
    in: "clients",
    of: {
      transport: oneOf(
        ["polling-first", "polling", "websocket", "http", "websocket-first", "webtransport"],
        "polling-first",
        {
          says: "polling-first: HTTP long polling, then upgrade to WebSocket, the client's default; websocket-first: WebSocket, with long polling as the second of its transports; webtransport: a session over QUIC, as far as the first balancer; http: no connection at all, each message is a request of its own, and only answers come back",
          source: "FACTS §1.1",
        },
      ),
      httpVersion: oneOf(["1.1", "2", "3"], "1.1", {
        says: "With the transport http, what carries requests: 1.1, a TCP connection for each; 2, one TCP connection for all of a client's; 3, one QUIC connection for all, with a stream for each",
        source: "FACTS §4",
      }),
      tryAllTransports: yesOrNo(false, {
        says: "Whether a client that can't open its first transport tries the next one at once; if not, it tries the first again, for ever",
        source: "FACTS §1.4",
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
  ],
  ends: ["pingTimeout", "connectTimeout", "upgradeTimeout", "balancerCrashed", "idleClosed", "lifetimeOver"],
});
export const ConnectionEvent = connectionPart.on;
