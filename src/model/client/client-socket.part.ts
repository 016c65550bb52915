import { yesOrNo } from "../world/field.ts";
import { ASKER_EVENTS, part } from "../world/part.ts";

/** A client's end of an exchange. Entity: the exchange. Packets bring their client along as x. LEAVE: its browser may let it leave, or (x 1) the next. */
export const clientSocketPart = part({
  name: "clientSocket",
  number: 48,
  events: [...ASKER_EVENTS, "LEAVE"],
  causes: [
    "connectionClosed",
    "heartbeatTimedOut",
    "idleClosed",
    "serverCrashed",
    "balancerCrashed",
    "gatewayTimeout",
    "lifetimeOver",
    "noServerLeft",
  ],
  fields: {
    in: "clients",
    of: {
      cookies: yesOrNo(true, {
        says: "Whether the client keeps and returns cookies; a Node client does not by default",
        source: "FACTS §1.4",
      }),
    },
  },
});
export const ClientSocketEvent = clientSocketPart.on;
