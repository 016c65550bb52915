/**
 * The machines of the model and the events that each understands, as numbers. An event's code is
 * machine × 64 + event: what the queue stores, and what {@link World.send} dispatches on.
 */

/** In the order of their numbers in the trace. */
export const MACHINES = [
  "client",
  "connection",
  "watchdog",
  "exchange",
  "balancer",
  "server",
  "session",
  "heartbeat",
  "redisClient",
  "backplane",
  "link",
] as const;

/** The machines' numbers. */
export const Machine = Object.fromEntries(MACHINES.map((name, i) => [name, i])) as {
  readonly [Name in (typeof MACHINES)[number]]: number;
};

// What is not a machine is numbered like one, after the last of them.
/** TCP's retransmission: arithmetic rather than a statechart. */
export const TCP = MACHINES.length;
/** Faults of the scenario, that happen by themselves. */
export const SCRIPT = TCP + 1;
/** A client's operating system, which drops what arrives for a socket that its application has closed. */
export const CLIENT_SOCKET = TCP + 2;

/** Bits of a code that number the event. */
export const EVENT_BITS = 6;
export const EVENT_MASK = 63;

function codes<const Names extends readonly string[]>(
  machine: number,
  names: Names,
): { readonly [Name in Names[number]]: number } {
  return Object.fromEntries(names.map((name, i) => [name, (machine << EVENT_BITS) | i])) as {
    [Name in Names[number]]: number;
  };
}

/**
 * What a peer's packets are to the machine that receives them, in the order of `Packet`, so that a packet's kind is its event.
 * x: the exchange that carried it, y: its subject.
 */
const PACKET_EVENTS = [
  "MESSAGE",
  "CONNECT",
  "PING",
  "PONG",
  "PROBE",
  "UPGRADE",
  "OPEN",
  "NOOP",
  "CLOSE",
] as const;

export const EVENTS = {
  /** ADOPT, here and below: begin with the connection already open. TICK: x line of the workload. ENGINE_CLOSED: x reason. */
  client: ["START", "ADOPT", "TICK", "ENGINE_OPEN", "CONNECTED", "ENGINE_CLOSED"],
  /** OPEN_ENGINE starts an attempt. ANSWERED, SWITCHED, SOCKET_CLOSED: x exchange. REFUSED: x exchange, y Engine.IO error code. WRITE: x packet kind, y subject. */
  connection: [
    ...PACKET_EVENTS,
    "OPEN_ENGINE",
    "ADOPT",
    "ANSWERED",
    "REFUSED",
    "SWITCHED",
    "SOCKET_CLOSED",
    "WRITE",
    "WATCHDOG",
    "ABORT",
  ],
  watchdog: ["WATCH", "PING", "STOP"],
  /** REQUEST: from the client. ANSWER: x status, y error code. UP and DOWN: x packet kind, y subject. What comes from a server has that server's number in the high bits of x. */
  exchange: [
    "REQUEST",
    "ADOPT",
    "ANSWER",
    "SWITCH",
    "UP",
    "DOWN",
    "REFUSED",
    "CLIENT_CLOSED",
    "SERVER_CLOSED",
    "BALANCER_CRASHED",
  ],
  balancer: ["CRASH", "RESTART"],
  /** REQUEST: x exchange. PUSH: x message, y server that published it. */
  server: ["REQUEST", "PUSH", "CRASH", "RESTART"],
  /** ACCEPT, POLL and PROBE_OPENED: x exchange. WRITE: x packet kind, y subject. SOCKET_CLOSED: x exchange. */
  session: [
    ...PACKET_EVENTS,
    "ACCEPT",
    "ADOPT",
    "POLL",
    "PROBE_OPENED",
    "WRITE",
    "HEARTBEAT_FAILED",
    "SOCKET_CLOSED",
    "CRASH",
  ],
  heartbeat: ["START", "PONG", "STOP"],
  /** PUBLISH: x message. */
  redisClient: ["READY", "START", "PUBLISH", "ACCEPTED", "REFUSED", "SOCKET_CLOSED", "STOP"],
  /** CONNECT, SUBSCRIBE and DISCONNECT: x redis client. PUBLISH: x message, y server. */
  backplane: ["CONNECT", "SUBSCRIBE", "DISCONNECT", "PUBLISH", "CRASH", "RESTART", "FREEZE", "RESUME"],
  link: ["CUT", "HEAL"],
} as const satisfies Record<(typeof MACHINES)[number], readonly string[]>;

export const ClientEvent = codes(Machine.client, EVENTS.client);
export const ConnectionEvent = codes(Machine.connection, EVENTS.connection);
export const WatchdogEvent = codes(Machine.watchdog, EVENTS.watchdog);
export const ExchangeEvent = codes(Machine.exchange, EVENTS.exchange);
export const BalancerEvent = codes(Machine.balancer, EVENTS.balancer);
export const ServerEvent = codes(Machine.server, EVENTS.server);
export const SessionEvent = codes(Machine.session, EVENTS.session);
export const HeartbeatEvent = codes(Machine.heartbeat, EVENTS.heartbeat);
export const RedisClientEvent = codes(Machine.redisClient, EVENTS.redisClient);
export const BackplaneEvent = codes(Machine.backplane, EVENTS.backplane);
export const LinkEvent = codes(Machine.link, EVENTS.link);

/** ARRIVED: entity segment. ACKED: entity segment. TIMEOUT: entity stream. LATE: entity segment. */
export const TcpEvent = codes(TCP, ["ARRIVED", "ACKED", "TIMEOUT", "LATE"]);
/** FAULT: entity index of the fault. */
export const ScriptEvent = codes(SCRIPT, ["FAULT"]);
/** What arrives at a client's end of an exchange. ANSWERED: x status, y error code. */
export const ClientSocketEvent = codes(CLIENT_SOCKET, [...PACKET_EVENTS, "ANSWERED", "SWITCHED", "CLOSED"]);

/** The code of a packet that arrives at a machine whose events begin with the packets. */
export function packetCode(machine: number, packet: number): number {
  return (machine << EVENT_BITS) | packet;
}
