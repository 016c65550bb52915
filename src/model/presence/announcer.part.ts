import { part } from "../world/part.ts";

/** What a server's process says of a session to whoever keeps who is online, under the session's number. */
export const announcerPart = part({
  name: "announcer",
  number: 18,
  home: { column: "server", of: "sessions" },
  events: ["ANNOUNCE", "WITHDRAW", "CRASH"],
});
export const AnnouncerEvent = announcerPart.on;
