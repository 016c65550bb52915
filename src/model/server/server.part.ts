import { oneOf } from "../world/field.ts";
import { part } from "../world/part.ts";

/**
 * A server's process. REQUEST: x the try that asks. PUSH: x the message, y the server that published it. TICK: x the
 * line of the workload that it sends itself.
 */
export const serverPart = part({
  name: "server",
  number: 5,
  home: "server",
  events: ["REQUEST", "PUSH", "CRASH", "RESTART", "TICK"],
  faults: { crash: "CRASH", restart: "RESTART" },
  fields: {
    in: "servers",
    of: {
      memory: oneOf(["shared", "process"], "shared", {
        says: "Where servers keep what they must know of a client to answer it: in a store that all share (or nowhere, if they need nothing), or in the memory of one process",
        source: "FACTS §4",
      }),
    },
  },
  causes: ["sessionUnknown", "cookieMissing", "connectionClosed", "unknownHere", "forgotten"],
  ends: ["sessionUnknown", "cookieMissing"],
});
export const ServerEvent = serverPart.on;
