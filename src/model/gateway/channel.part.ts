import { part } from "../world/part.ts";

/** A channel's provider. SEND: x the copy's row of Fallbacks, y the copy. */
export const channelPart = part({
  name: "channel",
  number: 15,
  home: "channel",
  events: ["SEND", "CRASH", "RESTART"],
  faults: { crash: "CRASH", restart: "RESTART" },
  undoes: { restart: ["crash"] },
  causes: ["bodyTooLong", "channelDown", "lostOnChannel"],
});
export const ChannelEvent = channelPart.on;
