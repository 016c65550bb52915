import { flag, medium, row, small, time, timer, until, untold, whole } from "../world/column.ts";
import { durationOr, oneOf } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf, untoldTableOf } from "../world/table.ts";

/**
 * TCP's repair of what is lost: arithmetic rather than a statechart. Entity: the stream, of ARRIVED, ACKED (an
 * acknowledgement is back at its sender), TIMEOUT, RESET (its sender is told that the connection is gone) and FORGET (a NAT
 * has forgotten it; x its client); the segment, of LATE; a client's exchange, of KEEPALIVE. ARRIVED: x the segment's number on its stream.
 */
export const tcpPart = part({
  name: "tcp",
  number: 50,
  events: ["ARRIVED", "ACKED", "TIMEOUT", "LATE", "RESET", "KEEPALIVE", "FORGET"],
  fields: {
    in: "clients",
    of: {
      natTimeoutMs: durationOr(["none"], "none", {
        says: "How long a connection may be silent before the NAT or firewall on the client's way forgets it, and tells nobody; none: there is none that forgets. RFC 5382 asks for 7,440,000 at least, carriers and hotels give less",
        source: "RFC 5382",
        tried: [400, 1200],
      }),
      natForgets: oneOf(["silently", "with-reset"], "silently", {
        says: "What that NAT does with packets of a connection that it has forgotten: drop them, or answer their sender with a reset",
        source: "ground-truth 22",
      }),
      tcpKeepaliveMs: durationOr(["none"], "none", {
        says: "Silence after which the client's kernel sends a TCP keepalive probe; none: it is off, as Linux has it; 7,200,000 where it is only switched on",
        source: "FACTS §4",
        tried: [300],
      }),
    },
  },
  causes: ["tcpTimedOut", "connectionForgotten", "idleClosed"],
  ends: ["tcpTimedOut", "mappingForgotten", "resetOnTheWay"],
});
export const TcpEvent = tcpPart.on;

/** When a connection's first packet that was not answered goes again, and how many more of its timeouts are alike (tcp_syn_linear_timeouts) before they double. µs. */
export const SYN_TIMEOUT_US = 1_000_000;
export const LINEAR_SYN_TIMEOUTS = 4;

/** Where a segment is. In this order: from `held` on, it has arrived; from `read` on, it carries nothing any more. */
export const Where = {
  /** Written by the application, and not sent yet: what was lost before it has to be repaired first. */
  waiting: 0,
  flying: 1,
  lost: 2,
  /** Arrived, and kept by the receiver's kernel, since one before it is missing. */
  held: 3,
  /** Read by the receiver's application. */
  read: 4,
} as const;

/** One direction of a TCP connection, which has two consecutive rows, from an even number: the upward one is the first. Told with the connections that they belong to, in future.ts. */
export class Streams extends tableOf({
  // What never changes: its link, and which of the world's ways it is.
  link: untold(row()),
  way: untold(medium()),
  /** Its row of QuicPaths, if the connection is QUIC's; −1: TCP's. */
  quic: untold(row()),
  /** Arrival of the latest packet, before which none sent later may arrive. */
  arrivalUs: until(),
  // Where packets can be lost, TCP keeps books. The segments of a stream are a list, in the order of sending; told in future.ts.
  /** First and last segment that its sender knows nothing of, or that nobody has looked at since; −1 none. */
  head: untold(row()),
  tail: untold(row()),
  /** The first that the receiver's application has not read; −1 none. */
  unread: untold(row()),
  /** How many segments were written to it, and how many of them were read. */
  written: untold(whole()),
  read: untold(whole()),
  /** 1 until the first packet of the connection is through: it stands for the handshake. Upward streams only. */
  isOpening: flag(),
  /** Retransmissions by the clock since an acknowledgement last said something new. Above 0, nothing new is sent. */
  timeouts: small(),
  /** When the first of them was. µs. Told in future.ts. */
  retriedUs: untold(time()),
  /** 1 once a packet that was alone under way has been sent again as a probe, which is no timeout yet. */
  hasProbed: flag(),
  /** 0: the sender's own kernel refuses nothing; else one more than how often the clock has struck for what it refuses. */
  refusals: small(),
  /** Since when something lies in the kernel for a process that is frozen, and 1 more; 0: nothing does. µs. */
  readyUs: time(),
  // Of upward streams of clients behind a NAT, or with keepalive.
  /** When a packet of the connection last crossed its link, either way. µs. */
  seenUs: time(),
  /** 1 once the NAT has forgotten it; and the row of Ends that says so, −1 none. */
  isForgotten: flag(),
  forgotten: untold(row()),
  /** Keepalive probes since one was answered. */
  probes: small(),
  /** The clock runs while something is missing: lost, or arrived and not acknowledged. */
  timer: timer(),
}) {}

/** The row whose `next` heads the list of rows that are free to use again; it is no segment itself. */
const FREE = 0;

/** Packets of streams on links that can lose some, until they are acknowledged. On other links a packet is just an event in the queue. */
export class Segments extends untoldTableOf({
  stream: row(),
  next: row(),
  /** Its number on its stream, from 0. */
  number: whole(),
  where: small(),
  /** When it was last sent. µs. */
  sentUs: time(),
  /** When its sender learns that it has arrived; Infinity: it won't, as the acknowledgement was lost or there is none yet. µs. */
  ackUs: time(),
  /** Of a lost one that is given some more time, before it is sent again. */
  timer: timer(),
  frame: small(),
  subject: row(),
  code: whole(),
  entity: row(),
  x: whole(),
  y: whole(),
}) {
  constructor() {
    super();
    this.where[this.add()] = Where.read;
  }

  /** A row for a new segment. */
  take(): number {
    const segment = this.next[FREE];
    if (segment === -1) return this.add();
    this.next[FREE] = this.next[segment];
    return segment;
  }

  /** The segment is gone, and its row may be taken again. */
  release(segment: number): void {
    this.where[segment] = Where.read;
    this.next[segment] = this.next[FREE];
    this.next[FREE] = segment;
  }
}

/** Whether a stream leads upward. */
export function isUpward(stream: number): boolean {
  return stream % 2 === 0;
}
