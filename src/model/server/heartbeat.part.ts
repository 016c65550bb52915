import { durationMs, durationOr } from "../world/field.ts";
import { part } from "../world/part.ts";

/** A session's heartbeat, under the session's number. */
export const heartbeatPart = part({
  name: "heartbeat",
  number: 7,
  home: { column: "server", of: "sessions" },
  events: ["START", "PONG", "STOP"],
  fields: {
    in: "servers",
    of: {
      pingIntervalMs: durationOr(["none"], 25_000, {
        says: "Time between heartbeats; none: the server never pings, as a plain WebSocket server without any",
        source: "FACTS §1.2",
        tried: [200, 700, "none"],
      }),
      pingTimeoutMs: durationMs(20_000, {
        says: "How long an answer to a heartbeat may take",
        source: "FACTS §1.2",
        tried: [150, 500],
      }),
    },
  },
});
export const HeartbeatEvent = heartbeatPart.on;
