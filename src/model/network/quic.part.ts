import { flag, owner, row, small, time, timer, whole } from "../world/column.ts";
import { durationOr, oneOf } from "../world/field.ts";
import { part } from "../world/part.ts";
import type { PartSettings } from "../world/settings.ts";
import { tableOf } from "../world/table.ts";

/**
 * QUIC's repair of what is lost: arithmetic, as TCP's. Entity: the path. ARRIVED: x the frame's number on its path. ACKED: an
 * acknowledgement is back at its sender. PROBE: the probe timeout. LATE: what was sent before something that has arrived is overdue.
 * IDLE: the idle timeout of the end that the path leads from may be over.
 */
export const quicPart = part({
  name: "quic",
  number: 53,
  events: ["ARRIVED", "ACKED", "PROBE", "LATE", "IDLE"],
  causes: ["quicIdle"],
  ends: ["quicIdle"],
  fields: {
    in: "clients",
    of: {
      messagesBy: oneOf(["one-stream", "stream-per-sender", "stream-per-message", "datagram"], "one-stream", {
        says: "Over WebTransport, what messages travel by: one stream for all, as Socket.IO's client has it, a stream for each sender, a stream for each message, or datagrams, which nobody sends again",
        source: "FACTS §4",
      }),
      quicIdleTimeoutMs: durationOr(["none"], 30_000, {
        says: "How long an end of a QUIC connection hears nothing before it gives the connection up and tells nobody",
        source: "FACTS §4",
        tried: [900],
      }),
    },
  },
});
export const QuicEvent = quicPart.on;

/** Whether a client group's connections are QUIC's. */
export function usesQuic({ transport, httpVersion }: PartSettings): boolean {
  return transport === "webtransport" || (transport === "http" && httpVersion === "3");
}

/** Of a frame of a path: what it belongs to, if it is no stream of its own. */
export const Lane = {
  /** The session's own stream: handshake, heartbeat, close, and messages where there is one stream for all. */
  session: 0,
  /** No stream: a datagram. */
  datagram: -1,
} as const;

/** Where a frame is. In this order: from `held` on, it has arrived; `read`, it carries nothing any more. */
export const At = {
  /** The handshake is not through. */
  waiting: 0,
  flying: 1,
  lost: 2,
  /** Arrived, and kept, since one before it on its stream is missing. */
  held: 3,
  read: 4,
} as const;

/** One direction of a QUIC connection, beside the row of Streams that stands for it. Rows are never used again. */
export class QuicPaths extends tableOf({
  stream: owner(),
  /** Frames whose sender does not know that they have arrived, or that nobody has read, in the order of sending; −1 none. */
  head: row(),
  tail: row(),
  /** How many frames were written to it, and how many packets were sent. */
  written: whole(),
  packets: whole(),
  /** The latest packet that its sender knows to have arrived; −1 none. */
  acked: row(),
  /** When the latest packet was sent. µs. */
  sentUs: time(),
  /** Probes since an acknowledgement last said something new: each doubles the time to the next. */
  probes: small(),
  /** Runs while something is missing: lost, or arrived and not acknowledged. */
  probe: timer(),
  late: timer(),
  /** What the idle timeout of the end that it leads from is counted from. µs. */
  aliveUs: time(),
  /** 1: that end has sent something since it last heard of the other. */
  hasSent: flag(),
  idle: timer(),
}) {}

/** The row whose `next` heads the list of rows that are free to use again; it is no frame itself. */
const FREE = 0;

/** What travels on paths: a frame of a stream, or a datagram, each in a packet to itself. */
export class QuicFrames extends tableOf({
  next: row(),
  /** Its number on its path, and that of the packet that it was sent in last. */
  number: whole(),
  packet: whole(),
  where: small(),
  /** Which stream: a {@link Lane}, or any number above. */
  lane: whole(),
  /** When it was last sent. µs. */
  sentUs: time(),
  /** When its sender learns that it has arrived; ∞: not by anything that is under way. µs. */
  ackUs: time(),
  frame: small(),
  subject: row(),
  code: whole(),
  entity: row(),
  x: whole(),
  y: whole(),
}) {
  constructor() {
    super();
    this.where[this.add()] = At.read;
  }

  take(): number {
    const frame = this.next[FREE];
    if (frame === -1) return this.add();
    this.next[FREE] = this.next[frame];
    return frame;
  }

  release(frame: number): void {
    this.where[frame] = At.read;
    this.next[frame] = this.next[FREE];
    this.next[FREE] = frame;
  }
}
