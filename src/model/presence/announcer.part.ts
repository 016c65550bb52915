import { part } from "../world/part.ts";

/** What a server's process says of a session to whoever keeps who is online, under the session's number. */
export const announcerPart = part({
  name: "announcer",
  number: 18,
  home: { column: "server", of: "sessions" },
  events: ["ANNOUNCE", "WITHDRAW", "CRASH"],
  // What it tells may take the place of what is kept for those who ask.
  causes: ["beyondReplay"],
});
export const AnnouncerEvent = announcerPart.on;
