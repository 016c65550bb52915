/**
 * A server's send buffer for a client that reads slowly, or not at all: what the kernels don't take (window.ts) waits in the
 * process, in order and without a limit, as in ws, Socket.IO and Node's streams. A server may have a limit of its own: then it
 * closes the connection, or drops messages. Nobody else waits for it: each connection has a buffer of its own. Ground-truth
 * 28-slow-consumer.
 *
 * Leaves out: what the process's memory is and runs out of; that several buffers share one text; what a server that closes would
 * still write of it; and servers that wait for room before they write more (back-pressure), which Node's do only if they ask.
 */
import { dropPackets } from "../fate/cargo.ts";
import { whyOf } from "../fate/ends.ts";
import { dropCopy } from "../fate/oracle.ts";
import { silenceBetween } from "../fate/silence.ts";
import { NONE, Packet } from "../network/packets.ts";
import { usesQuic } from "../network/quic.part.ts";
import { bytesOf, takes } from "../network/window.ts";
import { Cause } from "../trace/causes.ts";
import { RecordKind } from "../trace/records.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { writeToKernel } from "./answers.ts";
import { SessionEvent, sessionPart } from "./session.part.ts";

const KIB = 1024;

/** Whether a packet for a session goes to the kernel now; if not, it waits in the process, or is dropped. */
export function passesOn(world: World, session: number, packet: number, subject: number): boolean {
  if (isTaken(world, session, packet, subject)) return true;
  if (mayWait(world, session, packet, subject)) wait(world, session, packet, subject);
  return false;
}

/** Whether the kernels take a packet now. */
function isTaken(world: World, session: number, packet: number, subject: number): boolean {
  const { sendBuffers, settings, clients, sessions } = world;
  if (usesQuic(settings.groups[clients.group[sessions.client[session]]]!)) return true;
  if (sendBuffers.waiting[session] !== NONE) return false;
  return take(world, session, bytesOf(world, packet, subject));
}

function take(world: World, session: number, bytes: number): boolean {
  return takes(world.sendBuffers.unread, session, bytes, ofServers(world, sessionPart).kernelBuffersKiB);
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
  const { sendBuffers, packets, queue } = world;
  const { waiting } = sendBuffers;
  if (waiting[session] === NONE) sendBuffers.sinceUs[session] = queue.nowUs;
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
    writeToKernel(world, session, packet, subject);
  }
  record(world, session);
}

/** What keeps the client of a session from reading: the silence that lasted when something began to wait, or later. −1 none. */
export function whyUnread(world: World, session: number): number {
  const { sessions, tries, sendBuffers } = world;
  const exchange = tries.exchange[sessions.socket[session]];
  return silenceBetween(
    world,
    sessions.client[session],
    sessions.server[session],
    exchange,
    sendBuffers.sinceUs[session],
  );
}

/** A session is over, and what waits in the process is lost. */
export function dropSendBuffer(world: World, session: number, why: number): void {
  const { sendBuffers, sessions, nodes } = world;
  if (sendBuffers.waiting[session] === NONE) return;
  const list = sendBuffers.waiting[session];
  sendBuffers.waiting[session] = NONE;
  sendBuffers.packets[session] = 0;
  sendBuffers.bytes[session] = 0;
  dropPackets(world, list, false, why, nodes.first.server + sessions.server[session]);
  record(world, session);
}
