/**
 * The vocabulary of the trace: everything that a run leaves behind is a list of these records, in order of time.
 * Ledger, metrics, verdicts, stage and timeline are computed from them and from nothing else.
 *
 * A record is a time (µs), a kind, and five integers a to e. Each kind is declared once, with a name for each integer
 * that it uses and what stands in it; readers go by these names ({@link at}), and exports, rules and the reference
 * are told by them what a value is.
 */

/** What an integer can be a number of. «Node» is a node number: clients first, then balancers, servers, backplane, publishers, notification service, channels. */
export type Value =
  /** The node of a client that the record is about. */
  | "client"
  /** The node of a server that it is about; −1 none. */
  | "server"
  /** The node at which it happened. */
  | "place"
  /** A node; −1 none. */
  | "node"
  | "message"
  | "copy"
  | "exchange"
  /** An Engine.IO session; −1 none. */
  | "session"
  /** The end of a connection, by its own number. */
  | "end"
  /** One of the scenario's faults. */
  | "fault"
  /** A row of what the record's machine has. */
  | "entity"
  /** A state of the record's machine. */
  | "state"
  /** How many. */
  | "count"
  /** An HTTP status. */
  | "status"
  /** An error code of Engine.IO; −1 none. */
  | "errorCode"
  /** Depends on the frame's kind: a message, a copy or an exchange; −1 none. */
  | "subject"
  /** µs in flight; −1 the packet was dropped on the way (TCP will send it again). */
  | "flight"
  /** Depends on the audience: a client's node, a room, or −1. */
  | "target"
  // Members of closed lists, by their index or number.
  | "frame"
  | "machine"
  | "cause"
  | "reason"
  | "audience"
  | "request"
  | "transport"
  | "closeReason"
  | "limit"
  | "recovery"
  | "outcome";

export interface Column {
  readonly is: Value;
  /** Who or what it is, in this record. */
  readonly says: string;
  /** What exports call it, if not by its name. */
  readonly printed?: string;
}

export interface RecordDeclaration {
  /** In the trace. Once given, never another's. */
  readonly number: number;
  /** What has happened, as the rest of «… when». */
  readonly says: string;
  /** What stands in a, b, c, d and e, in this order. What is not named is of no meaning. */
  readonly columns: Readonly<Record<string, Column>>;
  /** The order in which exports name its columns, if not that of the trace. */
  readonly printed?: readonly string[];
}

/** The five integers of a record. */
const LETTERS = ["a", "b", "c", "d", "e"] as const;
export type Letter = (typeof LETTERS)[number];

function records<const Declared extends Readonly<Record<string, RecordDeclaration>>>(
  declared: Declared,
): Declared {
  for (const [i, [name, { number, columns }]] of Object.entries(declared).entries()) {
    // Readers keep tables by number.
    if (number !== i)
      throw new Error(`records are numbered from 0 as they are declared; ${name} has ${number}`);
    if (Object.keys(columns).length > LETTERS.length)
      throw new Error(`${name} has more columns than a record: ${Object.keys(columns).join(", ")}`);
  }
  return declared;
}

/** A copy on its way has the same columns from its first record to its last but `lost`. */
const copyColumns = {
  copy: { is: "copy", says: "which copy" },
  message: { is: "message", says: "of which message" },
  recipient: { is: "client", says: "the recipient", printed: "to" },
} as const;

export const RECORDS = records({
  frame: {
    number: 0,
    says: "a frame leaves a node",
    columns: {
      kind: { is: "frame", says: "which kind of frame", printed: "frame" },
      from: { is: "node", says: "who sends it" },
      to: { is: "node", says: "who is to receive it" },
      subject: { is: "subject", says: "what it carries, or the exchange that it belongs to" },
      flightUs: { is: "flight", says: "how long it flies, or that the packet is dropped on the way" },
    },
  },
  message: {
    number: 1,
    says: "an application sends a message",
    columns: {
      message: { is: "message", says: "which message" },
      sender: { is: "client", says: "the sender", printed: "from" },
      audience: { is: "audience", says: "whom it is for" },
      target: { is: "target", says: "the client or the room that it is for" },
      copies: { is: "count", says: "how many copies" },
    },
  },
  copy: {
    number: 2,
    says: "a message is addressed to one recipient; right after its `message`",
    columns: copyColumns,
  },
  delivered: { number: 3, says: "a copy reaches its recipient", columns: copyColumns },
  duplicated: { number: 4, says: "a copy reaches its recipient again", columns: copyColumns },
  lost: {
    number: 5,
    says: "a copy is lost for good",
    columns: {
      copy: { is: "copy", says: "which copy" },
      message: { is: "message", says: "of which message" },
      place: { is: "place", says: "where it died", printed: "at" },
      cause: { is: "cause", says: "why" },
      recipient: { is: "client", says: "the recipient", printed: "to" },
    },
    printed: ["copy", "message", "recipient", "place", "cause"],
  },
  transition: {
    number: 6,
    says: "a statechart has changed state; written when it rests, so after what its actions did at the same instant",
    columns: {
      machine: { is: "machine", says: "which statechart" },
      entity: { is: "entity", says: "of which client, session, exchange, …" },
      before: {
        is: "state",
        says: "the state before; the first is the chart's initial one",
        printed: "from",
      },
      after: { is: "state", says: "the state after", printed: "to" },
      node: { is: "place", says: "where it runs" },
    },
  },
  request: {
    number: 7,
    says: "the balancer sends an HTTP request on",
    columns: {
      exchange: { is: "exchange", says: "which request, with its answer" },
      client: { is: "client", says: "who asks" },
      kind: { is: "request", says: "what for", printed: "request" },
      server: { is: "server", says: "who is asked" },
      session: { is: "session", says: "the session that it names" },
    },
  },
  response: {
    number: 8,
    says: "the balancer passes an answer back",
    columns: {
      exchange: { is: "exchange", says: "which request, with its answer" },
      client: { is: "client", says: "who asked" },
      status: { is: "status", says: "the HTTP status" },
      by: { is: "place", says: "who answers" },
      errorCode: { is: "errorCode", says: "Engine.IO's error code" },
    },
  },
  connected: {
    number: 9,
    says: "a client's Socket.IO connection is up",
    columns: {
      client: { is: "client", says: "the client" },
      server: { is: "server", says: "its server" },
      transport: { is: "transport", says: "over which transport" },
      session: { is: "session", says: "its session on the server" },
    },
  },
  disconnected: {
    number: 10,
    says: "a client loses its connection, or fails to get one",
    columns: {
      client: { is: "client", says: "the client" },
      reason: { is: "closeReason", says: "what it is told, in Socket.IO's words" },
    },
  },
  fault: {
    number: 11,
    says: "a fault of the scenario strikes, or is repaired",
    columns: { fault: { is: "fault", says: "which of the scenario's faults" } },
  },
  upgraded: {
    number: 12,
    says: "a client moves from long polling to WebSocket",
    columns: { client: { is: "client", says: "the client" } },
  },
  idleClosed: {
    number: 13,
    says: "a balancer closes or forgets a connection for being idle, or gives up waiting for an answer",
    columns: {
      exchange: { is: "exchange", says: "the request that waited for its answer, or became the connection" },
      client: { is: "client", says: "the client" },
      kind: { is: "request", says: "what was asked", printed: "request" },
      server: { is: "server", says: "its server" },
      by: { is: "place", says: "which balancer" },
    },
  },
  ended: {
    number: 14,
    says: "a connection ends, once, for the reason that ends it first; or a link is cut, which no connection notices at once",
    columns: {
      end: { is: "end", says: "its own number" },
      whose: {
        is: "node",
        says: "whose connection: a client's, or a server's to the backplane; none: a link is cut",
      },
      reason: { is: "reason", says: "why" },
      place: {
        is: "place",
        says: "where it ends; of a link, the client or server at its end",
        printed: "at",
      },
      session: { is: "session", says: "its session" },
    },
  },
  rooted: {
    number: 15,
    says: "something earlier has made it so; right before the `lost` or `ended` that it made so",
    columns: {
      copy: { is: "copy", says: "the copy that is lost for it" },
      root: { is: "end", says: "what made it so", printed: "since" },
      end: { is: "end", says: "the end that it made so" },
    },
    printed: ["copy", "end", "root"],
  },
  open: {
    number: 16,
    says: "a connection is taken or given back where there is a limit of them",
    columns: {
      place: { is: "place", says: "the balancer or the server that has the limit" },
      count: {
        is: "count",
        says: "how many sockets it has now; of a destination: how many ports; of a server that a balancer lets so many be at: how many are; of a balancer that accepts so many in a second: how many it has, by its own count",
      },
      to: {
        is: "node",
        says: "of a balancer, the destination whose ports are counted; of a server, the balancer that counts who is at it (maxconn); the balancer itself: what it accepts is counted (rate-limit sessions); −1: sockets are counted",
      },
    },
  },
  turnedAway: {
    number: 17,
    says: "a limit is reached: a connection is turned away, or has to wait",
    columns: {
      place: { is: "place", says: "the balancer or the server that has the limit" },
      limit: { is: "limit", says: "which limit" },
      exchange: { is: "exchange", says: "the request" },
      client: { is: "client", says: "whose it is" },
    },
  },
  queued: {
    number: 18,
    says: "a request waits in its browser, whose connections to this origin are all taken",
    columns: {
      exchange: { is: "exchange", says: "which request" },
      client: { is: "client", says: "who asks" },
      kind: { is: "request", says: "what for", printed: "request" },
    },
  },
  recovery: {
    number: 19,
    says: "a client asks its server to take it back as the socket that it was, and is answered",
    columns: {
      client: { is: "client", says: "who asks" },
      server: { is: "server", says: "who is asked" },
      outcome: { is: "recovery", says: "whether it is taken back, or why not" },
      missed: { is: "count", says: "how many copies that it missed it is sent now" },
      session: { is: "session", says: "its new session" },
    },
  },
  channelSent: {
    number: 20,
    says: "a channel takes a copy, to bring it to its recipient's device",
    columns: {
      ...copyColumns,
      channel: { is: "node", says: "which channel" },
      micros: {
        is: "count",
        says: "what it costs, in millionths of a US dollar; −1: no price is known",
      },
    },
  },
  channelArrived: {
    number: 21,
    says: "a copy reaches its recipient's device by a channel; right before its `delivered` or `duplicated`, if it is shown",
    columns: {
      ...copyColumns,
      channel: { is: "node", says: "which channel" },
      known: { is: "count", says: "1: the application has shown it before, and does not show it again" },
    },
  },
  read: {
    number: 22,
    says: "a person reads a copy",
    columns: {
      ...copyColumns,
      channel: { is: "node", says: "by which channel it came; none: on the page" },
    },
  },
  receipt: {
    number: 23,
    says: "the notification service hears what became of a copy",
    columns: {
      ...copyColumns,
      channel: { is: "node", says: "by which channel it went; none: to the page" },
      read: { is: "count", says: "1: the person has read it; 0: the device has it" },
    },
  },
  tried: {
    number: 24,
    says: "a client sends a message for which it wants an acknowledgement, for the first time or again",
    columns: {
      message: { is: "message", says: "which message" },
      client: { is: "client", says: "the sender" },
      tries: { is: "count", says: "the how many-th try it is" },
    },
  },
  done: {
    number: 25,
    says: "a server has done what a message asked for; right before its `delivered` or `duplicated`",
    columns: {
      message: { is: "message", says: "which message" },
      server: { is: "server", says: "which server" },
      client: { is: "client", says: "the sender" },
    },
  },
  recognised: {
    number: 26,
    says: "a server gets a message whose id it remembers, and acknowledges it without doing anything",
    columns: {
      message: { is: "message", says: "which message" },
      server: { is: "server", says: "which server" },
    },
  },
  settled: {
    number: 27,
    says: "a sender's application is told what became of its message, or will never be",
    columns: {
      message: { is: "message", says: "which message" },
      client: { is: "client", says: "the sender" },
      outcome: { is: "outcome", says: "what it is told" },
      tries: { is: "count", says: "how often it was sent" },
    },
  },
  online: {
    number: 28,
    says: "a user is online from now on, or no longer is, in truth; written where somebody keeps who is online",
    columns: {
      user: { is: "client", says: "the user, by the first of its clients" },
      isOnline: { is: "count", says: "1: it is, 0: it is not" },
    },
  },
  listed: {
    number: 29,
    says: "observers believe from now on that a user is online, or no longer do",
    columns: {
      user: { is: "client", says: "the user, by the first of its clients" },
      isListed: { is: "count", says: "1: they believe it, 0: they do not" },
      place: { is: "place", says: "where they have it from", printed: "at" },
    },
  },
  billed: {
    number: 30,
    says: "a vendor takes a message, and bills it",
    columns: {
      message: { is: "message", says: "the message" },
      place: { is: "place", says: "the vendor" },
      count: { is: "count", says: "for how many: one published, and each delivered" },
      total: { is: "count", says: "how many it has billed by now" },
    },
  },
  context: {
    number: 31,
    says: "the notification service looks up its conversation with a person, to whom or by whom something more is said",
    columns: {
      client: { is: "client", says: "the person" },
      message: { is: "message", says: "what is said" },
      sequence: { is: "count", says: "its place in the conversation that was found, or that begins" },
      channel: { is: "node", says: "by which channel it comes; none: it goes to the page first" },
      kept: { is: "count", says: "1: found, with all before it; 0: not found, so that it begins anew" },
    },
  },
  news: {
    number: 32,
    says: "a server begins to tell everybody that a connection is there, or over, by a message",
    columns: {
      user: { is: "client", says: "whose connection it is: the user, by the first of its clients" },
      isOnline: { is: "count", says: "1: it is there, 0: it is over" },
      message: { is: "message", says: "the message" },
    },
  },
  looking: {
    number: 33,
    says: "where servers believe something of their own of who is online: somebody can ask a server from now on, or nobody can",
    columns: {
      place: { is: "place", says: "the server", printed: "at" },
      isLooking: { is: "count", says: "1: somebody can ask it, 0: nobody can" },
    },
  },
  written: {
    number: 34,
    says: "a server has written into the database what a message says",
    columns: {
      message: { is: "message", says: "which message" },
      server: { is: "server", says: "which server" },
      withEvent: { is: "count", says: "1: and the event into the outbox, in the same transaction; 0: not" },
    },
  },
  neverWritten: {
    number: 35,
    says: "a server dies before it has written what a message says: it never will be",
    columns: {
      message: { is: "message", says: "which message" },
      server: { is: "server", says: "which server" },
    },
  },
  published: {
    number: 36,
    says: "a server hands out what it writes into the database, or its relay what is in the outbox",
    columns: {
      message: { is: "message", says: "which message" },
      server: { is: "server", says: "which server" },
      times: { is: "count", says: "for the how many-th time" },
    },
  },
  shownBefore: {
    number: 37,
    says: "a copy reaches its recipient, whose page has shown it before, and does not show it again",
    columns: copyColumns,
  },
  marked: {
    number: 38,
    says: "a balancer's health checks mark a server down, or up again",
    columns: {
      server: { is: "server", says: "which server" },
      isUp: { is: "count", says: "1: it is up, 0: it is down" },
      place: { is: "place", says: "which balancer", printed: "by" },
    },
  },
  exited: {
    number: 39,
    says: "the process of a server that was told to stop ends",
    columns: {
      server: { is: "server", says: "which server" },
      isKilled: { is: "count", says: "1: it is killed at the end of its grace, 0: it ends by itself" },
    },
  },
  handedOn: {
    number: 40,
    says: "a server hands on a message for other clients that its sender wants acknowledged",
    columns: {
      message: { is: "message", says: "which message" },
      server: { is: "server", says: "which server" },
      times: { is: "count", says: "for the how many-th time" },
    },
  },
  work: {
    number: 41,
    says: "a request or a message has to wait for a server's worker, or its turn has come",
    columns: {
      server: { is: "server", says: "which server" },
      waiting: { is: "count", says: "how many wait there now" },
      client: { is: "client", says: "whose it is" },
      waitedUs: { is: "count", says: "how long it has waited, in µs; −1: it begins to" },
      takesUs: { is: "count", says: "how long the work on it takes, in µs; −1: it is not begun" },
    },
  },
  buffered: {
    number: 42,
    says: "in a server's process something begins to wait that a client's kernel has no room for, or waits no longer",
    columns: {
      server: { is: "server", says: "which server" },
      client: { is: "client", says: "for whom" },
      waiting: { is: "count", says: "how much of it waits there now" },
      bytes: { is: "count", says: "how many bytes of messages that is" },
    },
  },
  backlog: {
    number: 43,
    says: "in Redis something begins to wait for a server whose kernel has no room for it, or waits no longer",
    columns: {
      server: { is: "server", says: "for which server" },
      waiting: { is: "count", says: "how many messages wait there now" },
      bytes: { is: "count", says: "how many bytes Redis counts for that" },
    },
  },
  taken: {
    number: 44,
    says: "an entry of a stream is given to a worker",
    columns: {
      message: { is: "message", says: "which message it is about" },
      server: { is: "server", says: "whose worker" },
      times: { is: "count", says: "for the how many-th time it is given to one" },
    },
  },
  relisted: {
    number: 45,
    says: "a balancer's list of servers changes while it runs",
    columns: {
      server: { is: "server", says: "which server" },
      isListed: { is: "count", says: "1: it is on the list from now on, 0: it is not" },
      place: { is: "place", says: "which balancer", printed: "of" },
    },
  },
  wentFirst: {
    number: 46,
    says: "of what is simultaneous on different nodes, another goes first than whoever was scheduled first: so a search has chosen",
    columns: {
      node: { is: "node", says: "who goes first" },
      among: { is: "count", says: "of how many nodes" },
    },
  },
});
export type RecordName = keyof typeof RECORDS;

/** The numbers of records, by their names. */
export const RecordKind = Object.fromEntries(
  Object.entries(RECORDS).map(([name, { number }]) => [name, number]),
) as { readonly [Name in RecordName]: (typeof RECORDS)[Name]["number"] };
export type RecordKind = (typeof RecordKind)[RecordName];

/** The names of records, by their numbers. */
export const RECORD_NAMES = Object.keys(RECORDS) as readonly RecordName[];

/** In which of a to e a record has what: `trace[at.lost.cause][row]` is the cause, if the record in this row is a `lost`. */
export const at = Object.fromEntries(
  Object.entries(RECORDS).map(([name, { columns }]) => [
    name,
    Object.fromEntries(Object.keys(columns).map((column, i) => [column, LETTERS[i]])),
  ]),
) as {
  readonly [Name in RecordName]: {
    readonly [Column in keyof (typeof RECORDS)[Name]["columns"]]: Letter;
  };
};

/**
 * Reads what a record says of one of these, whichever kind of record it is; −1 if it says nothing. Where it has
 * several, the first.
 */
export function readerOf(...values: readonly Value[]): (trace: Records, row: number) => number {
  const places = Object.values<RecordDeclaration>(RECORDS).map(({ columns }) =>
    Object.values(columns).findIndex(({ is }) => values.includes(is)),
  );
  return ({ kind, a, b, c, d, e }, row) => {
    switch (places[kind[row]]) {
      case 0:
        return a[row];
      case 1:
        return b[row];
      case 2:
        return c[row];
      case 3:
        return d[row];
      case 4:
        return e[row];
      default:
        return -1;
    }
  };
}

/** The times, kinds and integers of a trace's records. Rows are read up to the one that a reader is shown. */
export interface Records {
  readonly timeUs: Float64Array;
  readonly kind: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  readonly d: Int32Array;
  readonly e: Int32Array;
}

/** A trace that is finished, or a part of one. */
export interface Columns extends Records {
  /** Records in use; the arrays may be longer. */
  readonly length: number;
}

/**
 * Whom a message is for. `server`: the server that gets it, which answers: the one copy is the answer, and its recipient the sender. `task`:
 * the server that gets it, which does something: the one copy is that it is done, once or again, and stands under the sender's name.
 */
export const Audience = { others: 0, everyone: 1, room: 2, direct: 3, server: 4, task: 5 } as const;
export type Audience = (typeof Audience)[keyof typeof Audience];
export const AUDIENCE_NAMES: readonly string[] = ["others", "everyone", "room", "direct", "server", "task"];

/** HTTP requests: those of the Engine.IO handshake and of long polling (FACTS §1.1), and an application's own. */
export const RequestKind = {
  /** GET, transport=polling, no sid: creates the session. */
  handshake: 0,
  /** GET, transport=polling, with sid: a long poll. */
  poll: 1,
  /** POST, transport=polling, with sid: client to server packets. */
  post: 2,
  /** GET, transport=websocket, with sid: upgrades the session. */
  upgrade: 3,
  /** GET, transport=websocket, no sid: creates the session. */
  websocket: 4,
  /** POST to the application, with a message; it belongs to no session. */
  plain: 5,
  /** CONNECT of a WebTransport session: creates the session. */
  webtransport: 6,
  /** GET to the application, which answers when there is something to say, or after a while. */
  longPoll: 7,
  /** GET to the application, Accept: text/event-stream: what it opens stays open. */
  events: 8,
  /** GET to the application for all that is stored, before it listens. */
  snapshot: 9,
} as const;
export type RequestKind = (typeof RequestKind)[keyof typeof RequestKind];
export const REQUEST_NAMES: readonly string[] = [
  "GET polling handshake",
  "GET polling",
  "POST polling",
  "GET websocket upgrade",
  "GET websocket handshake",
  "POST",
  "CONNECT webtransport",
  "GET long poll",
  "GET event stream",
  "GET snapshot",
];

/** Whether a request creates a session over a connection that stays. */
export function isTunnel(kind: number): boolean {
  return kind === RequestKind.websocket || kind === RequestKind.webtransport;
}

/** Engine.IO error code 1, «Session ID unknown». FACTS §1.3. */
export const SESSION_ID_UNKNOWN = 1;
/** Engine.IO error code 4, «Forbidden»: of a request by somebody who is not logged in, whatever its status. FACTS §1.3. */
export const FORBIDDEN = 4;
/** Engine.IO error code 3, «Bad request»: of a request for a WebSocket that does not ask for an upgrade. FACTS §1.3. */
export const BAD_REQUEST = 3;

export const TransportKind = { polling: 0, websocket: 1, webtransport: 2, events: 3 } as const;
export type TransportKind = (typeof TransportKind)[keyof typeof TransportKind];
export const TRANSPORT_NAMES: readonly string[] = ["polling", "websocket", "webtransport", "event stream"];
/** What people call them. */
export const TRANSPORT_WORDS: readonly string[] = [
  "long polling",
  "WebSocket",
  "WebTransport",
  "an event stream",
];

/** What can run out. */
export const LimitKind = {
  descriptors: 0,
  workerConnections: 1,
  ports: 2,
  memory: 3,
  backlog: 4,
  queue: 5,
  maxconn: 6,
  rateLimitSessions: 7,
} as const;
export type LimitKind = (typeof LimitKind)[keyof typeof LimitKind];
/** By the fields that set them. */
export const LIMIT_NAMES: readonly string[] = [
  "descriptors",
  "workerConnections",
  "ports",
  "memoryMiB",
  "backlog",
  "queueLength",
  "maxconn",
  "rateLimitSessions",
];

/** What becomes of a client that asks to be taken back. FACTS §1.6; ground-truth 12. */
export const RecoveryOutcome = {
  recovered: 0,
  /** The adapter keeps no sessions. */
  notSupported: 1,
  /** It has got no message yet, and can't say where it was. */
  noOffset: 2,
  /** Another process has its session. */
  otherServer: 3,
  /** The process that had it is dead. */
  restarted: 4,
  /** Its server has not noticed yet that it was gone. */
  notSaved: 5,
  tooLate: 6,
  /** The latest message that it got is kept no longer. */
  offsetGone: 7,
  /** The history in which its position was is lost. */
  epochChanged: 8,
  /** Some of what came after its position is not in the history any more. */
  beyondHistory: 9,
} as const;
export type RecoveryOutcome = (typeof RecoveryOutcome)[keyof typeof RecoveryOutcome];

/** Why a client's connection ended, in Socket.IO's own words where it has some. FACTS §1.2, §1.3, §1.4. */
export const CloseReason = {
  transportClose: 0,
  transportError: 1,
  pingTimeout: 2,
  connectTimeout: 3,
  /** An EventSource was answered with something else than an event stream, and gives up. */
  gaveUp: 4,
  /** Its person closed the page. */
  left: 5,
  /** The page closed its WebSocket, and stayed. */
  closedByPage: 6,
  /** The server told it to disconnect: it does not come back by itself. */
  serverDisconnect: 7,
} as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];
export const CLOSE_REASON_NAMES: readonly string[] = [
  "transport close",
  "transport error",
  "ping timeout",
  "timeout",
  "no event stream",
  "page closed",
  "closed by its page",
  "io server disconnect",
];

/** What an application is told of a message that was to be acknowledged. */
export const Outcome = {
  acknowledged: 0,
  /** «operation has timed out» */
  timedOut: 1,
  /** «socket has been disconnected» */
  disconnected: 2,
  /** Nothing: its callback is never called. */
  unheard: 3,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];
export const OUTCOME_NAMES: readonly string[] = ["acknowledged", "timed out", "disconnected", "never told"];
