/**
 * A server's send buffer for a client that reads slowly, or not at all: what the kernels don't take (window.ts) waits in the process, in order and
 * without a limit, as in ws, Socket.IO and Node's streams. A server may have a limit of its own: then it closes the connection, or drops messages.
 * Nobody else waits for it: each connection has a buffer of its own. Ground-truth 28-slow-consumer.
 *
 * Leaves out: what the process's memory is and runs out of; that several buffers share one text; what a server that closes would still write of it; and
 * servers that wait for room before they write more (back-pressure), which Node's do only if they ask.
 */
import { noteWritten } from "../delivery/volatile.ts";
import { dropPackets } from "../fate/cargo.ts";
import { whyOf } from "../fate/ends.ts";
import { dropCopy } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { usesQuic } from "../network/quic.part.ts";
import { bytesOf } from "../network/window.ts";
import { Cause } from "../trace/causes.ts";
import { RecordKind } from "../trace/records.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { sendDown } from "./answers.ts";
import { SessionEvent, sessionPart } from "./session.part.ts";

const KIB = 1024;

/** A session gets its send buffer, if there can be anything in it. */
export function addSendBuffer(world: World): void {
  if (ofServers(world, sessionPart).kernelBuffersKiB !== Number.POSITIVE_INFINITY) world.sendBuffers.add();
}

/** Writes a packet to a session's WebSocket or event stream: the kernel takes it, or it waits in the process. */
export function writeDown(world: World, session: number, packet: number, subject: number): void {
  if (world.sendBuffers.rows === 0 || isTaken(world, session, packet, subject))
    toKernel(world, session, packet, subject);
  else if (mayWait(world, session, packet, subject)) wait(world, session, packet, subject);
}

function toKernel(world: World, session: number, packet: number, subject: number): void {
  noteWritten(world, session);
  sendDown(world, world.sessions.socket[session], packet, subject);
}

/** Whether the kernels take a packet now. */
function isTaken(world: World, session: number, packet: number, subject: number): boolean {
  const { sendBuffers, settings, clients, sessions } = world;
  if (usesQuic(settings.groups[clients.group[sessions.client[session]]]!)) return true;
  if (sendBuffers.waiting[session] !== NONE) return false;
  return take(world, session, bytesOf(world, packet, subject));
}

/** The kernels take so many bytes, if they have room. What is larger than all of it goes piece by piece, beginning when it is empty. */
function take(world: World, session: number, bytes: number): boolean {
  const { unread } = world.sendBuffers;
  const room = ofServers(world, sessionPart).kernelBuffersKiB * KIB;
  if (unread[session] > 0 && unread[session] + bytes > room) return false;
  unread[session] += bytes;
  return true;
}

/** Whether the server keeps one more packet in its process. If not, a message is dropped, or the connection will be closed. */
function mayWait(world: World, session: number, packet: number, subject: number): boolean {
  const { sendBuffers, sessions, nodes } = world;
  const { sendBufferKiB, whenBufferFull } = ofServers(world, sessionPart);
  if (packet !== Packet.message || sendBuffers.bytes[session] <= sendBufferKiB * KIB) return true;
  if (whenBufferFull === "close") {
    world.send(SessionEvent.OVERFLOW, session, 0, 0);
    return true;
  }
  const why = whyOf(world, sessions.connection[session], Cause.sendBufferFull);
  dropCopy(world, subject, why, nodes.first.server + sessions.server[session]);
  return false;
}

function wait(world: World, session: number, packet: number, subject: number): void {
  const { sendBuffers, packets } = world;
  const { waiting } = sendBuffers;
  waiting[session] = packets.append(waiting[session], packets.one(packet as Packet, subject));
  sendBuffers.packets[session]++;
  sendBuffers.bytes[session] += bytesOf(world, packet, subject);
  record(world, session);
}

function record(world: World, session: number): void {
  const { sendBuffers, sessions, nodes } = world;
  world.record(
    RecordKind.buffered,
    nodes.first.server + sessions.server[session],
    sessions.client[session],
    sendBuffers.packets[session],
    sendBuffers.bytes[session],
    0,
  );
}

/** Word has come that the client has read so many bytes: what waits goes on, as far as there is room now. */
export function writeOn(world: World, session: number, read: number): void {
  const { sendBuffers, packets } = world;
  const { unread, waiting } = sendBuffers;
  unread[session] -= read;
  if (waiting[session] === NONE) return;
  while (waiting[session] !== NONE) {
    const first = waiting[session];
    const [packet, subject] = [packets.kind[first], packets.subject[first]];
    const bytes = bytesOf(world, packet, subject);
    if (!take(world, session, bytes)) break;
    waiting[session] = packets.withoutFirst(first);
    sendBuffers.packets[session]--;
    sendBuffers.bytes[session] -= bytes;
    toKernel(world, session, packet, subject);
  }
  record(world, session);
}

/** A session is over, and what waits in the process is lost. */
export function dropSendBuffer(world: World, session: number, why: number): void {
  const { sendBuffers, sessions, nodes } = world;
  if (sendBuffers.rows === 0 || sendBuffers.waiting[session] === NONE) return;
  const list = sendBuffers.waiting[session];
  sendBuffers.waiting[session] = NONE;
  sendBuffers.packets[session] = 0;
  sendBuffers.bytes[session] = 0;
  dropPackets(world, list, false, why, nodes.first.server + sessions.server[session]);
  record(world, session);
}
