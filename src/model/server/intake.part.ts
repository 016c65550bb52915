import { PACKET_EVENTS, part } from "../world/part.ts";

/**
 * What has arrived for a server's process that takes time for its work, and waits for its turn (work.ts). Packets and SOCKET_CLOSED are for a
 * session, as of sessionPart; REQUEST and PUSH for a server, as of serverPart.
 */
export const intakePart = part({
  name: "intake",
  number: 56,
  events: [...PACKET_EVENTS, "SOCKET_CLOSED", "REQUEST", "PUSH"],
  causes: ["queueFull"],
  ends: ["queueFull"],
});
export const IntakeEvent = intakePart.on;
