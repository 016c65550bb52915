/** What kinds of transports there are. */
import type { ClientGroup } from "./schema.ts";

export type Transport = ClientGroup["transport"];

/** Whether it is one of Socket.IO's; with any other, a client sends each message as a request of its own. */
export function isEngineIo(transport: Transport): boolean {
  return transport !== "http" && transport !== "long-polling" && transport !== "sse";
}

/** Whether a client stays connected to hear of messages; others only ask. */
export function holdsConnection(transport: Transport): boolean {
  return isEngineIo(transport) || transport === "sse";
}

/** Whether one can be turned into the other by a setting. What is built without Socket.IO is built otherwise. */
export function isLike(one: Transport, other: Transport): boolean {
  return one === other || (isEngineIo(one) && isEngineIo(other));
}
