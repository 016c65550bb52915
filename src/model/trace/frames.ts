/**
 * What crosses a link, each kind of frame declared once: its number in the trace, its names, its look on the page,
 * what it carries and whom its loss concerns. Whoever needs one of these reads it here. A new kind is an entry below,
 * with a number that no other ever had.
 *
 * A body with several packets is one HTTP frame, and beside it one frame for each message or copy in it.
 */
import type { Packet } from "../network/packets.ts";
import type { RequestKind } from "./records.ts";

/** Shape and colour on the page go together. */
export type Look = "message" | "http" | "heartbeat" | "control";

/** Who misses a message when a frame that carries it is gone. */
export type LostFor = "everybody" | "everybody connected" | "those at its server";

/**
 * What a frame carries decides what its subject is a number of: a message, a copy, or, for all others, the exchange
 * that they belong to. `messages` and `copies` are the body of a request, and of its answer.
 */
type Cargo =
  | { readonly carries: "message"; readonly lostFor: LostFor; readonly isAbout?: never }
  | { readonly carries?: "copy" | "messages" | "copies"; readonly lostFor?: never; readonly isAbout?: never }
  /** It carries nothing that could be lost with it, and still says something of a message, which is its subject. */
  | { readonly carries?: never; readonly lostFor?: never; readonly isAbout: "message" };

export type Frame = Cargo & {
  /** In the trace. Once given, never another's. */
  readonly number: number;
  /** What it is, and from whom to whom. */
  readonly says: string;
  /** As people read it. */
  readonly label: string;
  /** The word beside it while it flies; none where its look says enough. */
  readonly short?: string;
  readonly looks: Look;
  /**
   * The packets that are this frame on a WebSocket. Messages go up and copies down; the same packet can be one frame
   * or the other.
   */
  readonly packets?: readonly (keyof typeof Packet)[];
  /** The requests that are sent as this frame. */
  readonly requests?: readonly (keyof typeof RequestKind)[];
};

function frames<const Declared extends Readonly<Record<string, Frame>>>(declared: Declared): Declared {
  const numbers = Object.values(declared).map(({ number }) => number);
  // Readers keep tables by number.
  if (numbers.some((number, i) => number !== i))
    throw new Error(`frames are numbered from 0 in the order of their declaration; found ${numbers.join()}`);
  return declared;
}

export const FRAMES = frames({
  emit: {
    number: 0,
    says: "an application message, from client to server",
    label: "message",
    looks: "message",
    carries: "message",
    lostFor: "everybody",
    packets: ["message", "task"],
  },
  deliver: {
    number: 1,
    says: "one copy of a message, from server to client",
    label: "copy",
    looks: "message",
    carries: "copy",
    packets: ["message"],
  },
  publish: {
    number: 2,
    says: "a message, from server to backplane",
    label: "publish",
    looks: "message",
    carries: "message",
    lostFor: "everybody connected",
  },
  push: {
    number: 3,
    says: "a message, from backplane to server",
    label: "push",
    looks: "message",
    carries: "message",
    lostFor: "those at its server",
  },
  ping: {
    number: 4,
    says: "a heartbeat: Engine.IO's, from server to client, or a WebSocket client's own",
    label: "ping",
    short: "ping",
    looks: "heartbeat",
    packets: ["ping"],
  },
  pong: {
    number: 5,
    says: "the answer to a ping",
    label: "pong",
    short: "pong",
    looks: "heartbeat",
    packets: ["pong"],
  },
  handshakeGet: {
    number: 6,
    says: "the request that creates a session over long polling",
    label: "GET handshake",
    short: "GET",
    looks: "http",
    requests: ["handshake"],
  },
  pollGet: {
    number: 7,
    says: "a long poll",
    label: "GET poll",
    short: "GET poll",
    looks: "http",
    requests: ["poll"],
  },
  post: {
    number: 8,
    says: "what a client sends over long polling",
    label: "POST",
    short: "POST",
    looks: "http",
    carries: "messages",
    requests: ["post"],
  },
  upgradeGet: {
    number: 9,
    says: "the request for a WebSocket, for a session or without one",
    label: "GET upgrade",
    short: "GET upgrade",
    looks: "http",
    requests: ["upgrade", "websocket"],
  },
  httpOk: {
    number: 10,
    says: "an answer, that of a long poll with what it brings",
    label: "200 OK",
    short: "200",
    looks: "http",
    carries: "copies",
  },
  httpError: {
    number: 11,
    says: "a refusal",
    label: "HTTP error",
    short: "refused",
    looks: "http",
  },
  switching: {
    number: 12,
    says: "the answer that makes a connection a WebSocket",
    label: "101 Switching Protocols",
    short: "101",
    looks: "http",
  },
  control: {
    number: 13,
    says: "a control packet of Engine.IO or Socket.IO",
    label: "control",
    looks: "control",
    packets: ["open", "connect", "probe", "upgrade", "noop", "close"],
  },
  close: {
    number: 14,
    says: "the end of a TCP connection (FIN or RST)",
    label: "close",
    short: "close",
    looks: "control",
  },
  resend: {
    number: 15,
    says: "a lost packet, sent again by TCP; its subject is that of the first try",
    label: "retransmission",
    short: "again",
    looks: "control",
  },
  subscribe: {
    number: 16,
    says: "Redis SUBSCRIBE and the set-up of a connection to the backplane; it has no subject",
    label: "subscribe",
    short: "subscribe",
    looks: "control",
  },
  plainPost: {
    number: 17,
    says: "an application's own request, with a message in it",
    label: "POST",
    short: "POST",
    looks: "http",
    carries: "messages",
    requests: ["plain"],
  },
  webtransportConnect: {
    number: 18,
    says: "the request for a WebTransport session",
    label: "CONNECT",
    short: "CONNECT",
    looks: "http",
    requests: ["webtransport"],
  },
  keepalive: {
    number: 19,
    says: "a TCP keepalive probe, which the kernel at the other end answers",
    label: "TCP keepalive",
    short: "keepalive",
    looks: "control",
  },
  longPollGet: {
    number: 20,
    says: "an application's own long poll, with the cursor if there is one",
    label: "GET long poll",
    short: "GET",
    looks: "http",
    requests: ["longPoll"],
  },
  eventsGet: {
    number: 21,
    says: "the request for an event stream, with Last-Event-ID if there is one",
    label: "GET event stream",
    short: "GET",
    looks: "http",
    requests: ["events"],
  },
  streamOpen: {
    number: 22,
    says: "the head of the answer that an event stream is",
    label: "200, event stream",
    short: "200 …",
    looks: "http",
  },
  handOver: {
    number: 23,
    says: "one copy of a message, from the notification service to a channel's provider",
    label: "copy, for a channel",
    looks: "message",
    carries: "copy",
  },
  byChannel: {
    number: 24,
    says: "one copy of a message, from a channel's provider to the person's device",
    label: "copy, by a channel",
    looks: "message",
    carries: "copy",
  },
  receipt: {
    number: 25,
    says: "word to the notification service of what became of a copy; it has no subject",
    label: "receipt",
    short: "receipt",
    looks: "control",
  },
  refusal: {
    number: 26,
    says: "a channel's provider says no to a copy; it has no subject",
    label: "refusal",
    short: "no",
    looks: "control",
  },
  ack: {
    number: 27,
    says: "the acknowledgement of a message, from server to client",
    label: "ack",
    short: "ack",
    looks: "control",
    isAbout: "message",
    packets: ["ack"],
  },
  announce: {
    number: 28,
    says: "a server's word, to whoever keeps who is online, that a connection is there",
    label: "online",
    short: "online",
    looks: "control",
  },
  withdraw: {
    number: 29,
    says: "a server's word, to whoever keeps who is online, that a connection is over",
    label: "offline",
    short: "offline",
    looks: "control",
  },
  answer: {
    number: 30,
    says: "a person's answer, by the channel by which they were asked, and from the notification service to a server",
    label: "answer",
    looks: "message",
    carries: "message",
    lostFor: "everybody",
  },
  snapshotGet: {
    number: 31,
    says: "a page's request for what there is, before it listens",
    label: "GET snapshot",
    short: "GET",
    looks: "http",
    requests: ["snapshot"],
  },
  gossip: {
    number: 32,
    says: "what servers that keep themselves who is online say to each other: what has changed, that they live, a question for all of it, the answer",
    label: "who is here",
    short: "who is here",
    looks: "control",
  },
  onlineRows: {
    number: 33,
    says: "a database's answer to a page's question who is online, to its server",
    label: "who is online",
    short: "rows",
    looks: "control",
  },
  answered: {
    number: 34,
    says: "Redis' answer: a message is published, for whoever waits to know, or all is sent that was to be read",
    label: "Redis' answer",
    short: "done",
    looks: "control",
    isAbout: "message",
  },
  read: {
    number: 35,
    says: "a server asks the stream in Redis for what comes after the latest entry that it has read",
    label: "XREAD",
    short: "read",
    looks: "control",
  },
  healthCheck: {
    number: 36,
    says: "a balancer connects to a server, to see whether it is there; it has no subject",
    label: "health check",
    short: "there?",
    looks: "control",
  },
  healthAnswer: {
    number: 37,
    says: "a server's kernel takes the connection of a health check, or refuses it; it has no subject",
    label: "answer to a health check",
    short: "…",
    looks: "control",
  },
  disconnect: {
    number: 38,
    says: "a server tells a client to disconnect (Socket.IO's DISCONNECT)",
    label: "disconnect",
    short: "disconnect",
    looks: "control",
    packets: ["disconnect"],
  },
  lookUp: {
    number: 39,
    says: "a server asks the registry which server holds the recipient of a message, which waits for the answer",
    label: "look-up",
    short: "where?",
    looks: "control",
    carries: "message",
    lostFor: "everybody connected",
  },
  lookedUp: {
    number: 40,
    says: "Redis' answer to a server: who holds the recipient of a message, that nobody does, or that nobody heard what was published",
    label: "the registry's answer",
    short: "there",
    looks: "control",
    carries: "message",
    lostFor: "everybody connected",
  },
  register: {
    number: 41,
    says: "a server writes into the registry that it holds a client, or holds it no longer; it has no subject",
    label: "registry entry",
    short: "mine",
    looks: "control",
  },
});

type FrameName = keyof typeof FRAMES;

/** The numbers of frames, by their names in the code. */
export const FrameKind = Object.fromEntries(
  Object.entries(FRAMES).map(([name, { number }]) => [name, number]),
) as { readonly [Name in FrameName]: (typeof FRAMES)[Name]["number"] };
export type FrameKind = (typeof FrameKind)[FrameName];

/** All frames, by their numbers. */
export const FRAME_LIST: readonly Frame[] = Object.values(FRAMES);

/** Whether a frame carries application data by itself. Of an HTTP body, the frames beside it do; a question about a message does not. */
export function carriesData(frame: number): boolean {
  const { carries, looks } = FRAME_LIST[frame];
  return looks === "message" && (carries === "message" || carries === "copy");
}

/** Whether a frame says to the store who is online. */
export function tellsStore(frame: number): boolean {
  return frame === FrameKind.announce || frame === FrameKind.withdraw;
}

/** Whether a frame says who is online, to whomever. */
export function carriesPresence(frame: number): boolean {
  return tellsStore(frame) || frame === FrameKind.gossip || frame === FrameKind.onlineRows;
}

/** What a frame's subject is a number of. */
export function subjectKind(frame: number): "message" | "copy" | "exchange" {
  const { carries, isAbout } = FRAME_LIST[frame];
  return carries === "message" || carries === "copy" ? carries : (isAbout ?? "exchange");
}
