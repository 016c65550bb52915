/**
 * TCP's window, from a server to one of its clients, or from Redis to a subscriber: what the kernels on the way take of what
 * is written there and not read yet. Ground-truth 28-slow-consumer, 11-slow-subscriber.
 *
 * They are taken as one: the sender's buffer, the balancers' two and the receiver's make one room, given in bytes, and word
 * of what was read comes back after the mean time of the way.
 *
 * Leaves out: which of the kernels holds what; that Linux lets buffers grow while they are used, and counts more for a packet
 * than its bytes, so that small messages fill the same room with less; that a kernel takes a part of a message; word of room
 * that is lost; HTTP/2, whose streams share a window, and QUIC; and all bytes but those of messages whose size is given:
 * frames, heartbeats and headers weigh nothing.
 */
import { SessionEvent } from "../server/session.part.ts";
import type { World } from "../world/world.ts";
import { NONE, Packet } from "./packets.ts";

/** The kernels take so many bytes, if they have room. What is larger than all of it goes piece by piece, beginning when it is empty. */
export function takes(unread: Int32Array, row: number, bytes: number, roomKiB: number): boolean {
  if (unread[row] > 0 && unread[row] + bytes > roomKiB * 1024) return false;
  unread[row] += bytes;
  return true;
}

/** What a packet on its way down weighs. */
export function bytesOf({ messages, copies }: World, packet: number, subject: number): number {
  return packet === Packet.message ? messages.bytes[copies.message[subject]] : 0;
}

/** The application of a client has read a packet that came over a WebSocket or an event stream. */
export function noteRead(world: World, exchange: number, packet: number, subject: number): void {
  const bytes = bytesOf(world, packet, subject);
  const { exchanges, queue, streams } = world;
  if (bytes === 0 || streams.quic[exchanges.stream[exchange]] !== NONE) return;
  const session = exchanges.session[exchange];
  queue.schedule(queue.nowUs + wayUs(world, session), SessionEvent.ROOM, session, bytes, 0);
}

/** How long it takes from a session's client to its server. µs. */
function wayUs({ sessions, links, nodes }: World, session: number): number {
  const meanUs = (link: number) => links.latencies[links.latency[link]].meanUs;
  let us = meanUs(sessions.client[session]) + meanUs(links.toServer(sessions.server[session]));
  for (let balancer = 0; balancer < nodes.count.balancer - 1; balancer++)
    us += meanUs(links.toNextBalancer(balancer));
  return us;
}
