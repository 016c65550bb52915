import { durationOr } from "../world/field.ts";
import { part } from "../world/part.ts";

/** A client's own pings, while it has a WebSocket. */
export const pingerPart = part({
  name: "pinger",
  number: 11,
  home: "client",
  events: ["START", "STOP"],
  fields: {
    in: "clients",
    of: {
      pingIntervalMs: durationOr(["none"], "none", {
        says: "Time between WebSocket pings that the client sends, which its server answers; none: it sends none, as an Engine.IO client, whose server pings",
        source: "FACTS §1.2",
        tried: [250, 800],
      }),
    },
  },
});
export const PingerEvent = pingerPart.on;
