import { durationOr } from "../world/field.ts";
import { part } from "../world/part.ts";

/**
 * What a server's process keeps of a Socket.IO client so that it can go on after a short absence. Entity: the client's
 * mailbox at that server.
 *
 * OPEN: a socket of the client's has connected. SAVE: the server has noticed that it is gone. FORGET: the process died.
 */
export const recoveryPart = part({
  name: "recovery",
  number: 13,
  home: { column: "server", of: "mailboxes" },
  events: ["OPEN", "SAVE", "FORGET"],
  fields: {
    in: "servers",
    of: {
      maxDisconnectionDurationMs: durationOr(["none"], "none", {
        says: "Connection state recovery of Socket.IO: how long after a client has gone its server can still take it back with all that it missed (where it is used, 120000 by default); none: it is not used. Without a backplane each process keeps this in its own memory; the Redis adapter does not support it",
        source: "FACTS §1.6; ground-truth 12",
        tried: [400, 5000],
      }),
    },
  },
  causes: ["keptInVain"],
});
export const RecoveryEvent = recoveryPart.on;
