import { whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** Redis, as Pub/Sub. CONNECT, SUBSCRIBE, UNSUBSCRIBE and DISCONNECT: x the Redis client; of the two before the last, y the room whose channel it is, from 1, 0 the channel of all. READ: x the Redis client, y how many entries there were when it had read the latest, −1 none. PUBLISH: x the message, y who published, as its node less the first server's; below 0: to which server's channel, and by which server (registry-store.ts). COMMAND: what the kind of backplane makes of it. */
export const backplanePart = part({
  name: "backplane",
  number: 9,
  home: "backplane",
  events: [
    "CONNECT",
    "SUBSCRIBE",
    "DISCONNECT",
    "PUBLISH",
    "CRASH",
    "RESTART",
    "FREEZE",
    "RESUME",
    "UNSUBSCRIBE",
    "READ",
    "COMMAND",
  ],
  faults: { crash: "CRASH", restart: "RESTART", freeze: "FREEZE", resume: "RESUME" },
  undoes: { restart: ["crash"], resume: ["freeze"] },
  causes: [
    "notSubscribed",
    "backplaneDown",
    "overQuota",
    "overRate",
    "tooLarge",
    "trimmed",
    "outputBufferFull",
    "staleOwner",
  ],
  ends: ["backplaneCrashed", "backplaneDown", "outputBufferFull"],
});
export const BackplaneEvent = backplanePart.on;

/** What reached a frozen backplane and waits in its kernel's buffers, in order of arrival. */
export class Inbox extends tableOf({ code: whole(), x: whole(), y: whole() }) {}
