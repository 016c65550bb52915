/**
 * The entities of the world and their data. Control state lives in the machines; what a machine's guards and
 * actions read and write lives here.
 */
import { Cause } from "./causes.ts";
import { flag, packetsDown, packetsUp, row, small, time, until, untold, whole } from "./column.ts";
import { tableOf, untoldTableOf } from "./table.ts";

/** Who takes part: one row a client. */
export class Clients extends tableOf({
  // Who a client is never changes.
  group: untold(row()),
  room: untold(row()),
  /** Its place among the members of its room. */
  rank: untold(row()),
  /** IPv4 address; read it as unsigned. */
  address: untold(whole()),
  /** 1 from the moment that it opened its page: from then on it is an intended recipient. */
  started: flag(),
  /** Server that has it as a connected socket, as an outside observer sees it: from when it joins its rooms until its connection ends. −1 none. */
  server: row(),
  /** Its connection, or latest attempt at one: row of Connections; −1 before the first. Of it, future.ts tells whether and how it ended. */
  connection: untold(row()),
  /** Failed attempts since the engine last opened; the exponent of the back-off. */
  attempts: whole(),
  /** Server named by the affinity cookie, −1 none. */
  cookie: row(),
  /** Messages that the application sent while disconnected. */
  sendBuffer: packetsUp(),
  // The engine's current attempt.
  /** Engine.IO session (sid), −1 before it is known. */
  session: row(),
  /** Exchanges of the current attempt, −1 none: the pending GET, the pending POST, the WebSocket. */
  poll: row(),
  post: row(),
  socket: row(),
  /** Packets that wait for the transport. */
  writeBuffer: packetsUp(),
}) {}

/** HTTP exchanges, one row each, never reused: a request on a TCP connection of its own, which may become a WebSocket. */
export class Exchanges extends tableOf({
  client: row(),
  /** The client's connection that it is part of. Of it, future.ts tells whether it is open. */
  connection: untold(row()),
  /** A {@link RequestKind}. */
  kind: small(),
  /** Server that the balancer chose, −1 none. */
  server: row(),
  /** Engine.IO session that the request names, or that its answer created; −1 none. */
  session: row(),
  /** Server named by the cookie that the request carried, −1 none. */
  cookie: row(),
  /** Bodies of request and answer. */
  body: packetsUp(),
  answer: packetsDown(),
  /** Servers tried in vain so far: the last row of a list of {@link Tries}, −1 none. The list is told in future.ts. */
  tried: untold(row()),
  /** Each of the two TCP connections is two streams: the upward one, and the next. Streams are told in future.ts. */
  clientStream: untold(row()),
  serverStream: untold(row()),
  /** 1 while the client's end is open. */
  clientOpen: flag(1),
  /** Why it closed, by the end that closed it last: the fate of a copy that meets it closed. */
  cause: small(Cause.connectionClosed),
  /** When the idle timer was last armed. µs. Told in future.ts where it can still strike. */
  armedUs: untold(time()),
}) {}

/** Servers that an exchange's request was sent to in vain: lists, the latest first. They are told with their exchanges. */
export class Tries extends untoldTableOf({
  server: small(),
  /** The try before, −1 none. */
  before: row(),
}) {}

/** Engine.IO sessions in the servers' memory, one row each, never reused. */
export class Sessions extends tableOf({
  client: row(),
  /**
   * The client's connection that it was created for; it is that connection's session only if no other server's was. Of it, future.ts tells
   * whether it is this one's, and open.
   */
  connection: untold(row()),
  server: row(),
  /** The GET that is held open, −1 none. */
  poll: row(),
  /** The WebSocket, −1 none; while probing, the one that is being tried. */
  socket: row(),
  /** Packets that wait for the transport. */
  writeBuffer: packetsDown(),
  /** 1 once the namespace is connected and the rooms are joined. */
  joined: flag(),
  /** How it ended (EndReason) while no client knew of it yet. Told in future.ts where one may still hear of it. */
  unheardEnd: untold(small()),
}) {}

/**
 * Neighbours in a server's list of a room's local sockets. Row: 2 × session for its room, 2 × session + 1 for the namespace. −1 none.
 * The lists are told in future.ts.
 */
export class Memberships extends untoldTableOf({ before: row(), after: row() }) {}

/** Local sockets: for each server and room a list of memberships, in the order in which they joined. The lists are told in future.ts. */
export class LocalRooms extends untoldTableOf({ first: row(), last: row() }) {
  constructor(rows: number) {
    super(Math.max(rows, 1));
    this.addMany(rows);
  }
}

/** What the balancer knows of each server. */
export class Upstreams extends tableOf({
  /** Until when it is left out, because it refused a connection. µs. */
  failedUntilUs: until(),
  /** Exchanges that it is serving now. */
  active: whole(),
}) {}

/** Redis clients: two for each server, publisher (2 × server) and subscriber (2 × server + 1). */
export class RedisClients extends tableOf({
  /** Its connection, or latest attempt at one. Of it, future.ts tells whether it is open. */
  connection: untold(row()),
  retries: whole(),
  /** Publishes that wait for the connection (node-redis' offline queue). */
  offlineQueue: packetsUp(),
  /** On the backplane's side: whether its kernel has this connection. */
  accepted: flag(1),
  /** On the backplane's side: whether this subscriber is subscribed. */
  subscribed: flag(),
}) {}

/** What reached a frozen backplane and waits in its kernel's buffers, in order of arrival. */
export class Inbox extends tableOf({ code: whole(), x: whole(), y: whole() }) {}

/** Single values of the world that change. */
export class Registers extends tableOf({
  /** The server that round robin gives the next request to. */
  nextServer: whole(),
}) {
  constructor() {
    super(1);
    this.add();
  }
}
