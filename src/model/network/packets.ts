/**
 * Packets that wait somewhere: in a client's send buffer, a session's write buffer, an HTTP body, an
 * offline queue. A list is named by the packet at its head; −1 is the empty list.
 */
import { row, small } from "../world/column.ts";
import { untoldTableOf } from "../world/table.ts";

/** What a packet is: Engine.IO's types, with Socket.IO's CONNECT and EVENT told apart. FACTS §1.1. */
export const Packet = {
  /** Socket.IO EVENT. Subject: the message on its way up, the copy on its way down. */
  message: 0,
  /** Socket.IO CONNECT to the namespace, and its answer. */
  connect: 1,
  ping: 2,
  pong: 3,
  /** `2probe` and its answer `3probe`: ping and pong that carry «probe». */
  probe: 4,
  upgrade: 5,
  open: 6,
  noop: 7,
  close: 8,
  /** Socket.IO EVENT with an id, up, for a server that is to acknowledge it. Subject: the emit. */
  task: 9,
  /** Socket.IO ACK, down. Subject: the emit. */
  ack: 10,
  /** Socket.IO DISCONNECT, down: the server is done with this client. */
  disconnect: 11,
} as const;
export type Packet = (typeof Packet)[keyof typeof Packet];

/** No packet, no list. */
export const NONE = -1;

/** The row whose `next` heads the list of rows that are free to use again; it is no packet itself. */
const FREE = 0;

/** Lists are told with what they wait in. */
export class Packets extends untoldTableOf({
  next: row(),
  /** The packet at the end of the list, kept at its head only. */
  last: row(),
  kind: small(),
  subject: row(),
}) {
  constructor() {
    super();
    this.add();
  }

  /** A new list of one packet. */
  one(kind: Packet, subject: number): number {
    let packet = this.next[FREE];
    if (packet === NONE) packet = this.add();
    else this.next[FREE] = this.next[packet];
    this.next[packet] = NONE;
    this.last[packet] = packet;
    this.kind[packet] = kind;
    this.subject[packet] = subject;
    return packet;
  }

  /** Puts a list behind another and returns the whole. */
  append(list: number, more: number): number {
    if (list === NONE) return more;
    if (more === NONE) return list;
    this.next[this.last[list]] = more;
    this.last[list] = this.last[more];
    return list;
  }

  /** Takes the first packet off a list, and returns what is left. */
  withoutFirst(list: number): number {
    const rest = this.next[list];
    if (rest !== NONE) this.last[rest] = this.last[list];
    this.next[list] = this.next[FREE];
    this.next[FREE] = list;
    return rest;
  }

  /** Takes the packet of this kind with this subject out of a list, if it is there, and returns what is left. */
  without(list: number, kind: Packet, subject: number): number {
    if (list === NONE) return NONE;
    // Subjects of different kinds are numbered each on their own: an emit and a message may have the same number.
    const isIt = (packet: number) => this.kind[packet] === kind && this.subject[packet] === subject;
    if (isIt(list)) return this.withoutFirst(list);
    let before = list;
    while (this.next[before] !== NONE && !isIt(this.next[before])) before = this.next[before];
    const packet = this.next[before];
    if (packet === NONE) return list;
    this.next[before] = this.next[packet];
    if (this.last[list] === packet) this.last[list] = before;
    this.next[packet] = this.next[FREE];
    this.next[FREE] = packet;
    return list;
  }

  /** Takes each packet off a list, in order. The list's owner forgets it first: what `each` does may begin another. */
  drain(list: number, each: (kind: number, subject: number) => void): void {
    for (let packet = list; packet !== NONE; ) {
      const kind = this.kind[packet];
      const subject = this.subject[packet];
      const rest = this.next[packet];
      this.next[packet] = this.next[FREE];
      this.next[FREE] = packet;
      each(kind, subject);
      packet = rest;
    }
  }
}
