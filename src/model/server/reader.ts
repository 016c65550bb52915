/** Who gets what arrives for a server's process: itself and its sessions, or, where work takes time, the intake, where it waits its turn. */
import type { World } from "../world/world.ts";
import { IntakeEvent, intakePart } from "./intake.part.ts";
import { ServerEvent } from "./server.part.ts";
import { SessionEvent, sessionPart } from "./session.part.ts";

export function requestCode({ workers }: World): number {
  return workers.rows === 0 ? ServerEvent.REQUEST : IntakeEvent.REQUEST;
}

export function pushCode({ workers }: World): number {
  return workers.rows === 0 ? ServerEvent.PUSH : IntakeEvent.PUSH;
}

export function closeCode({ workers }: World): number {
  return workers.rows === 0 ? SessionEvent.SOCKET_CLOSED : IntakeEvent.SOCKET_CLOSED;
}

/** Of a session's packets. */
export function packetReader({ workers }: World): { readonly number: number } {
  return workers.rows === 0 ? sessionPart : intakePart;
}
