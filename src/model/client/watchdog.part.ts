import { durationOr, oneOf } from "../world/field.ts";
import { part } from "../world/part.ts";

/** A client's side of the heartbeat. PING: a ping, or the answer to one of its own. */
export const watchdogPart = part({
  name: "watchdog",
  number: 2,
  home: "client",
  events: ["WATCH", "PING", "STOP"],
  fields: {
    in: "clients",
    of: {
      watchdogMs: durationOr(["announced", "none"], "announced", {
        says: "How long the client waits for a ping, or for the answer to one of its own, before it takes the connection for dead; announced: interval and timeout of its server's pings, as the handshake says them; none: for ever",
        source: "FACTS §1.2",
        tried: [600, "none"],
      }),
      watchdogHears: oneOf(["pings", "all"], "pings", {
        says: "What it waits for: pings alone, as engine.io-client does; or messages as well, as a watchdog of an application's own does",
        source: "ground-truth 22",
      }),
    },
  },
});
export const WatchdogEvent = watchdogPart.on;
