import { part } from "../world/part.ts";

/** A server's process. REQUEST: x the try that asks. PUSH: x the message, y the server that published it. */
export const serverPart = part({
  name: "server",
  number: 5,
  home: "server",
  events: ["REQUEST", "PUSH", "CRASH", "RESTART"],
  faults: { crash: "CRASH", restart: "RESTART" },
  causes: ["sessionUnknown", "cookieMissing", "connectionClosed"],
  ends: ["sessionUnknown", "cookieMissing"],
});
export const ServerEvent = serverPart.on;
