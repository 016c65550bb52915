/** What frames carry, and what becomes of it when a frame or a buffer is gone. */
import { connected, doomCopies, dropCopy, endBranch, loseEmit } from "./oracle.ts";
import { NONE, Packet } from "./packets.ts";
import { FrameKind, RecordKind } from "./records.ts";
import type { World } from "./world.ts";

/** A list of packets on their way up (messages) or down (copies) is gone: what it carried is lost at `place`. */
export function dropPackets(world: World, list: number, up: boolean, why: number, place: number): void {
  const { packets } = world;
  while (list !== NONE) {
    if (packets.kind[list] === Packet.message) {
      const subject = packets.subject[list];
      if (up) loseEmit(world, subject, why, place);
      else dropCopy(world, subject, why, place);
    }
    list = packets.shift(list);
  }
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
  switch (frame) {
    case FrameKind.emit:
      return loseEmit(world, subject, why, place);
    case FrameKind.deliver:
      return dropCopy(world, subject, why, place);
    case FrameKind.publish:
      doomCopies(world, subject, why, place, connected);
      return endBranch(world, subject, place);
    case FrameKind.push:
      doomCopies(world, subject, why, place, (server) => world.firstServerNode + server === to);
      return endBranch(world, subject, place);
    case FrameKind.post:
      dropPackets(world, exchanges.body[subject], true, why, place);
      exchanges.body[subject] = NONE;
      return;
    case FrameKind.httpOk:
      dropPackets(world, exchanges.answer[subject], false, why, place);
      exchanges.answer[subject] = NONE;
      return;
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
    if (packets.kind[list] === Packet.message)
      world.record(
        RecordKind.frame,
        up ? FrameKind.emit : FrameKind.deliver,
        from,
        to,
        packets.subject[list],
        flightUs,
      );
  }
}

/** The frame that a packet is on a WebSocket. */
export function frameOfPacket(packet: number, up: boolean): number {
  switch (packet) {
    case Packet.message:
      return up ? FrameKind.emit : FrameKind.deliver;
    case Packet.ping:
      return FrameKind.ping;
    case Packet.pong:
      return FrameKind.pong;
    default:
      return FrameKind.control;
  }
}
