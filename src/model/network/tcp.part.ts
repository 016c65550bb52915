import { flag, medium, row, small, time, timer, until, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * TCP's recovery of what is lost: arithmetic rather than a statechart. ARRIVED, ACKED, LATE: entity the segment.
 * TIMEOUT: entity the stream.
 */
export const tcpPart = part({
  name: "tcp",
  number: 50,
  events: ["ARRIVED", "ACKED", "TIMEOUT", "LATE"],
});
export const TcpEvent = tcpPart.on;

/** Where a segment is. */
export const Where = { flying: 0, lost: 1, held: 2, read: 3, abandoned: 4 } as const;

/** One direction of a TCP connection, which has two consecutive rows, from an even number: the upward one is the first. Told with the connections that they belong to, in future.ts. */
export class Streams extends tableOf({
  // What never changes: its link, and which of the world's ways it is.
  link: untold(row()),
  way: untold(medium()),
  /** Arrival of the latest packet, before which none sent later may arrive. */
  arrivalUs: until(),
  /** First and last segment that the receiver's application has not read, if any was lost or overtook a lost one; −1 none. */
  head: row(),
  /** Where the list from `head` ends. */
  tail: untold(row()),
  /** Whether a packet came through, so that the round trip is known. */
  measured: flag(),
  timeouts: small(),
  timer: timer(),
}) {}

/** Packets of streams on which something was lost; on a clean stream a packet is just an event in the queue. */
export class Segments extends tableOf({
  stream: row(),
  next: row(),
  where: small(),
  sentUs: time(),
  timer: timer(),
  frame: small(),
  subject: row(),
  code: whole(),
  entity: row(),
  x: whole(),
  y: whole(),
}) {}

/** Whether a stream leads upward. */
export function isUpward(stream: number): boolean {
  return stream % 2 === 0;
}
