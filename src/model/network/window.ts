/**
 * TCP's window, from a server to one of its clients: what the kernels on the way take of what is written there and not read yet. Ground-truth
 * 28-slow-consumer.
 *
 * They are taken as one: the server's send buffer, the balancers' two and the client's receive buffer make one room, given in bytes, and word of
 * what was read comes back to the server after the mean time of the way.
 *
 * Leaves out: which of the kernels holds what; that Linux lets buffers grow while they are used, and counts more for a packet than its bytes, so that small
 * messages fill the same room with less; that a kernel takes a part of a message; word of room that is lost; HTTP/2, whose streams share a window, and QUIC;
 * and all bytes but those of messages whose size is given: frames, heartbeats and headers weigh nothing.
 */
import { SessionEvent } from "../server/session.part.ts";
import type { World } from "../world/world.ts";
import { NONE, Packet } from "./packets.ts";

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
