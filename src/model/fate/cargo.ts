/** What frames carry, and what becomes of it when a frame or a buffer is gone. */

import { NONE, Packet } from "../network/packets.ts";
import { FRAME_LIST, FrameKind, type LostFor } from "../trace/frames.ts";
import { RecordKind, RequestKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { connected, dropCopy, endBranch, loseEmit, noteReasons } from "./oracle.ts";

/** A list of packets on their way up (messages) or down (copies) is gone: what it carried is lost at `place`. */
export function dropPackets(world: World, list: number, up: boolean, why: number, place: number): void {
  world.packets.drain(list, (packet, subject) => {
    if (packet === Packet.task) return loseEmit(world, world.emits.message[subject], why, place);
    if (packet !== Packet.message) return;
    if (up) loseEmit(world, subject, why, place);
    else dropCopy(world, subject, why, place);
  });
}

/** A frame is gone at `place`, on its way to node `to`: what it carried is lost. */
export function dropCargo(
  world: World,
  frame: number,
  subject: number,
  why: number,
  place: number,
  to = place,
): void {
  const { exchanges } = world;
  const { carries, lostFor } = FRAME_LIST[frame];
  switch (carries) {
    case "message":
      noteReasons(world, subject, why, place, whoMisses(world, lostFor, to));
      return endBranch(world, subject, place);
    case "copy":
      return dropCopy(world, subject, why, place);
    case "messages":
      dropPackets(world, exchanges.body[subject], true, why, place);
      exchanges.body[subject] = NONE;
      return;
    case "copies":
      dropPackets(world, exchanges.answer[subject], false, why, place);
      exchanges.answer[subject] = NONE;
      return;
  }
}

/** Whether those at a server (−1 none) miss what a frame to node `to` carried. */
function whoMisses(world: World, lostFor: LostFor, to: number): (server: number) => boolean {
  switch (lostFor) {
    case "everybody":
      return () => true;
    case "everybody connected":
      return connected;
    case "those at its server":
      return (server) => world.nodes.first.server + server === to;
  }
}

/** Records a frame beside an HTTP frame for each message or copy in its body. */
export function recordCargo(
  world: World,
  list: number,
  up: boolean,
  from: number,
  to: number,
  flightUs: number,
): void {
  if (world.trace === null) return;
  const { packets } = world;
  for (; list !== NONE; list = packets.next[list]) {
    const subject = subjectOf(world, packets.kind[list], packets.subject[list], NONE);
    if (subject !== NONE)
      world.record(RecordKind.frame, frameOfPacket(packets.kind[list], up), from, to, subject, flightUs);
  }
}

/** What a packet's frame has as its subject, if that is not the exchange that it belongs to. */
export function subjectOf({ emits }: World, packet: number, subject: number, exchange: number): number {
  if (packet === Packet.message) return subject;
  return packet === Packet.task || packet === Packet.ack ? emits.message[subject] : exchange;
}

/** By packet, on its way up and down. Which of two frames a packet is, what they carry says: messages go up, and copies down. */
const FRAMES_UP = new Uint8Array(Object.keys(Packet).length).fill(FrameKind.control);
const FRAMES_DOWN = FRAMES_UP.slice();
const FRAMES_OF_REQUESTS: number[] = [];
for (const { number, packets = [], requests = [], carries } of FRAME_LIST) {
  for (const packet of packets) {
    if (carries !== "copy") FRAMES_UP[Packet[packet]] = number;
    if (carries !== "message") FRAMES_DOWN[Packet[packet]] = number;
  }
  for (const request of requests) FRAMES_OF_REQUESTS[RequestKind[request]] = number;
}

/** The frame that a packet is on a WebSocket. What is no packet, but says something of the connection, is a control frame. */
export function frameOfPacket(packet: number, up: boolean): number {
  return (up ? FRAMES_UP : FRAMES_DOWN)[packet] ?? FrameKind.control;
}

/** The frame that a request is sent as. */
export function frameOfRequest(request: number): number {
  return FRAMES_OF_REQUESTS[request];
}

/** The answer that opens a tunnel: 101 of HTTP/1.1, 200 of a CONNECT. */
export function frameOfSwitch({ exchanges }: World, exchange: number): number {
  const isConnect = exchanges.kind[exchange] === RequestKind.webtransport;
  return isConnect ? FrameKind.httpOk : FrameKind.switching;
}
