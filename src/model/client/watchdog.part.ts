import { part } from "../world/part.ts";

/** A client's side of the heartbeat. */
export const watchdogPart = part({
  name: "watchdog",
  number: 2,
  home: "client",
  events: ["WATCH", "PING", "STOP"],
});
export const WatchdogEvent = watchdogPart.on;
