/**
 * The entities of the world and their data. Control state lives in the machines; what a machine's guards and
 * actions read and write lives here.
 */
import { Table } from "./table.ts";

/** Who takes part: one row a client. */
export class Clients extends Table {
  declare group: Int32Array;
  declare room: Int32Array;
  /** Its place among the members of its room. */
  declare rank: Int32Array;
  /** IPv4 address; read it as unsigned. */
  declare address: Int32Array;
  /** 1 from the moment that it opened its page: from then on it is an intended recipient. */
  declare started: Uint8Array;
  /** Server that has it as a connected socket, as an outside observer sees it: from when it joins its rooms until its connection ends. −1 none. */
  declare server: Int32Array;
  /** Its connection, or latest attempt at one: row of Connections; −1 before the first. */
  declare connection: Int32Array;
  /** Failed attempts since the engine last opened; the exponent of the back-off. */
  declare attempts: Int32Array;
  /** Server named by the affinity cookie, −1 none. */
  declare cookie: Int32Array;
  /** Messages that the application sent while disconnected; a list. */
  declare sendBuffer: Int32Array;
  // The engine's current attempt.
  /** Engine.IO session (sid), −1 before it is known. */
  declare session: Int32Array;
  /** Exchanges of the current attempt, −1 none: the pending GET, the pending POST, the WebSocket. */
  declare poll: Int32Array;
  declare post: Int32Array;
  declare socket: Int32Array;
  /** Packets that wait for the transport; a list. */
  declare writeBuffer: Int32Array;

  constructor() {
    super({
      group: Int32Array,
      room: Int32Array,
      rank: Int32Array,
      address: Int32Array,
      started: Uint8Array,
      server: Int32Array,
      connection: Int32Array,
      attempts: Int32Array,
      cookie: Int32Array,
      sendBuffer: Int32Array,
      session: Int32Array,
      poll: Int32Array,
      post: Int32Array,
      socket: Int32Array,
      writeBuffer: Int32Array,
    });
  }
}

/** HTTP exchanges, one row each, never reused: a request on a TCP connection of its own, which may become a WebSocket. */
export class Exchanges extends Table {
  declare client: Int32Array;
  /** The client's connection that it is part of. */
  declare connection: Int32Array;
  /** A {@link RequestKind}. */
  declare kind: Uint8Array;
  /** Server that the balancer chose, −1 none. */
  declare server: Int32Array;
  /** Engine.IO session that the request names, or that its answer created; −1 none. */
  declare session: Int32Array;
  /** Server named by the cookie that the request carried, −1 none. */
  declare cookie: Int32Array;
  /** Bodies of request and answer: lists of packets. */
  declare body: Int32Array;
  declare answer: Int32Array;
  /** Servers tried in vain so far: the last row of a list of {@link Tries}, −1 none. */
  declare tried: Int32Array;
  /** Each of the two TCP connections is two streams: the upward one, and the next. */
  declare clientStream: Int32Array;
  declare serverStream: Int32Array;
  /** 1 while the client's end is open. */
  declare clientOpen: Uint8Array;
  /** Why it closed, by the end that closed it last: the fate of a copy that meets it closed. */
  declare cause: Uint8Array;
  /** When the idle timer was last armed. µs. */
  declare armedUs: Float64Array;

  constructor() {
    super({
      client: Int32Array,
      connection: Int32Array,
      kind: Uint8Array,
      server: Int32Array,
      session: Int32Array,
      cookie: Int32Array,
      body: Int32Array,
      answer: Int32Array,
      tried: Int32Array,
      clientStream: Int32Array,
      serverStream: Int32Array,
      clientOpen: Uint8Array,
      cause: Uint8Array,
      armedUs: Float64Array,
    });
  }
}

/** Servers that an exchange's request was sent to in vain: lists, the latest first. */
export class Tries extends Table {
  declare server: Uint8Array;
  /** The try before, −1 none. */
  declare before: Int32Array;

  constructor() {
    super({ server: Uint8Array, before: Int32Array });
  }
}

/** Engine.IO sessions in the servers' memory, one row each, never reused. */
export class Sessions extends Table {
  declare client: Int32Array;
  /** The client's connection that it was created for; it is that connection's session only if no other server's was. */
  declare connection: Int32Array;
  declare server: Int32Array;
  /** The GET that is held open, −1 none. */
  declare poll: Int32Array;
  /** The WebSocket, −1 none; while probing, the one that is being tried. */
  declare socket: Int32Array;
  /** Packets that wait for the transport; a list. */
  declare writeBuffer: Int32Array;
  /** 1 once the namespace is connected and the rooms are joined. */
  declare joined: Uint8Array;
  /** How it ended (EndReason) while no client knew of it yet. */
  declare unheardEnd: Uint8Array;
  constructor() {
    super({
      client: Int32Array,
      connection: Int32Array,
      server: Int32Array,
      poll: Int32Array,
      socket: Int32Array,
      writeBuffer: Int32Array,
      joined: Uint8Array,
      unheardEnd: Uint8Array,
    });
  }
}

/** Neighbours in a server's list of a room's local sockets. Row: 2 × session for its room, 2 × session + 1 for the namespace. −1 none. */
export class Memberships extends Table {
  declare before: Int32Array;
  declare after: Int32Array;

  constructor() {
    super({ before: Int32Array, after: Int32Array });
  }
}

/** Local sockets: for each server and room a list of memberships, in the order in which they joined. */
export class LocalRooms extends Table {
  declare first: Int32Array;
  declare last: Int32Array;

  constructor(rows: number) {
    super({ first: Int32Array, last: Int32Array }, Math.max(rows, 1));
    this.addMany(rows);
    this.first.fill(-1);
    this.last.fill(-1);
  }
}

/** What the balancer knows of each server. */
export class Upstreams extends Table {
  /** Until when it is left out, because it refused a connection. µs. */
  declare failedUntilUs: Float64Array;
  /** Exchanges that it is serving now. */
  declare active: Int32Array;

  constructor() {
    super({ failedUntilUs: Float64Array, active: Int32Array });
  }
}

/** Redis clients: two for each server, publisher (2 × server) and subscriber (2 × server + 1). */
export class RedisClients extends Table {
  /** Its connection, or latest attempt at one. */
  declare connection: Int32Array;
  declare retries: Int32Array;
  /** Publishes that wait for the connection (node-redis' offline queue); a list. */
  declare offlineQueue: Int32Array;
  /** On the backplane's side: whether its kernel has this connection. */
  declare accepted: Uint8Array;
  /** On the backplane's side: whether this subscriber is subscribed. */
  declare subscribed: Uint8Array;

  constructor() {
    super({
      connection: Int32Array,
      retries: Int32Array,
      offlineQueue: Int32Array,
      accepted: Uint8Array,
      subscribed: Uint8Array,
    });
  }
}

/** What reached a frozen backplane and waits in its kernel's buffers, in order of arrival. */
export class Inbox extends Table {
  declare code: Int32Array;
  declare x: Int32Array;
  declare y: Int32Array;

  constructor() {
    super({ code: Int32Array, x: Int32Array, y: Int32Array });
  }
}

/** Single values of the world that change. */
export class Registers extends Table {
  /** The server that round robin gives the next request to. */
  declare nextServer: Int32Array;

  constructor() {
    super({ nextServer: Int32Array }, 1);
    this.add();
  }
}
