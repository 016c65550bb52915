/** What a server writes to its sessions: at once to the kernel, or, where kernels take only so much, as send-buffer.ts decides. */
import { APART } from "../apart.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { writeToKernel } from "./answers.ts";
import { sessionPart } from "./session.part.ts";

/** A session gets its send buffer, if there can be anything in it. */
export function addSendBuffer(world: World): void {
  if (ofServers(world, sessionPart).kernelBuffersKiB !== Number.POSITIVE_INFINITY) world.sendBuffers.add();
}

/** Writes a packet to a session's WebSocket or event stream. */
export function writeDown(world: World, session: number, packet: number, subject: number): void {
  if (world.sendBuffers.rows === 0 || APART.sendBuffer.passesOn(world, session, packet, subject))
    writeToKernel(world, session, packet, subject);
}
