import { Cause } from "../trace/causes.ts";
import { flag, packetsDown, packetsUp, row, small, time, untold, whole } from "../world/column.ts";
import { countOrNone, durationMs, durationOr, oneOf } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * One HTTP request at one balancer, with its answer, or the WebSocket that it became. What comes from the side that
 * asked: REQUEST, UP (x a packet's kind, y its subject), CLIENT_CLOSED. What comes from the server's side, by way of
 * the current try: ANSWER (x the status, y Engine.IO's error code), SWITCH, DOWN (as UP), REFUSED, SERVER_CLOSED. NOBODY: no server can be asked. PROCESS_REPLACED: a reload had
 * replaced the process that has it, whose time is over. MARKED_DOWN: health checks have found its server gone, and it is not to wait for it.
 * NO_PLACE: where it may go, all places are taken; LET_IN: one is free, x the server.
 */
export const exchangePart = part({
  name: "exchange",
  number: 3,
  home: { column: "balancer", of: "exchanges" },
  events: [
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
    "NOBODY",
    "PROCESS_REPLACED",
    "MARKED_DOWN",
    "NO_PLACE",
    "LET_IN",
  ],
  fields: {
    in: "balancers",
    of: {
      maxLifetimeMs: durationOr(["none"], "none", {
        says: "How old a WebSocket may get before the balancer closes it, however busy it is; none: as old as it likes",
        source: "FACTS §3",
        tried: [1000],
      }),
      ports: countOrNone("none", {
        says: "How many ports it has towards each server, or the next balancer: 28232 by default on Linux. Without one, the next server is tried; none: no limit",
        source: "FACTS §5; ground-truth 14",
        min: 1,
        max: 65_535,
        tried: [1, 2],
      }),
      timeWaitMs: durationMs(60_000, {
        says: "How long a port stays taken when the balancer has closed its connection (TIME_WAIT)",
        source: "FACTS §5",
        tried: [300],
      }),
      upgradeHeader: oneOf(["pass", "drop"], "pass", {
        says: "Whether the header that asks for a WebSocket is passed on; dropped, as by nginx unless it is told otherwise and by some proxies, it leaves an ordinary request, which the server refuses: 400",
        source: "FACTS §1.3, §3",
      }),
    },
  },
  causes: [
    "idleClosed",
    "gatewayTimeout",
    "noServerLeft",
    "balancerCrashed",
    "connectionClosed",
    "heartbeatTimedOut",
    "serverCrashed",
    "sessionGivenUp",
    "connectionForgotten",
    "lifetimeOver",
    "turnedAway",
    "datagramLost",
    "quicIdle",
  ],
  ends: [
    "idleClosed",
    "gatewayTimeout",
    "badGateway",
    "balancerCrashed",
    "balancerDown",
    "sessionUnknown",
    "cookieMissing",
    "serverCrashed",
    "upgradeTimeout",
    "pingTimeout",
    "connectionForgotten",
    "lifetimeOver",
    "turnedAway",
    "serverStopping",
    "serverExited",
    "disconnectedByServer",
    "balancerReloaded",
    "markedDown",
  ],
});
export const ExchangeEvent = exchangePart.on;

/** One row an exchange, never used again. */
export class Exchanges extends tableOf({
  client: row(),
  balancer: small(),
  /** Of its balancer's workers, the one that has taken it. */
  worker: small(),
  /** The try of the balancer before, through which it came; −1: its client opened it. */
  outer: row(),
  /** The client's connection that it is part of. Of it, future.ts tells whether it is open. */
  connection: untold(row()),
  /** A {@link RequestKind}. */
  kind: small(),
  /** Engine.IO session that the request names, or that its answer created; −1 none. */
  session: row(),
  /** Server named by the cookie that the request carried, −1 none, and by the one that its answer sets. */
  cookie: row(),
  setCookie: row(),
  /** Bodies of request and answer. */
  body: packetsUp(),
  answer: packetsDown(),
  /** The server's side: the latest row of {@link Tries}. Those before it were in vain. */
  current: row(),
  /** The upward stream of the connection that it came by, and the next is its downward one. Streams are told in future.ts. */
  stream: untold(row()),
  /** 1 while its client's end is open; behind another balancer always. */
  clientOpen: flag(1),
  /** Why it closed, by the end that closed it last: the fate of a copy that meets it closed. */
  cause: small(Cause.connectionClosed),
  /** The node at which it closed, if a balancer or TCP closed it. Where a connection ends is history. */
  closedAt: untold(row()),
  /**
   * When the idle timer was last armed, and, of a WebSocket, when it was opened. µs. Told in future.ts where a timer can
   * still strike.
   */
  armedUs: untold(time()),
  openedUs: untold(time()),
  /** 1: a reload has replaced the process that has it. */
  isOld: flag(),
  /** What it has taken of its balancer's limits: {@link Holds}, or'ed. */
  holds: small(),
  /** How often its client has knocked in vain at a full accept queue; 0 once it stands in it. */
  knocks: small(),
  /** Its number in the line of those who wait for a place at a server; 0: it does not. */
  ticket: whole(),
}) {}

/** What an exchange takes of what its balancer has a limit of. */
export const Holds = {
  /** A socket towards whoever asked. */
  asker: 1,
  /** A socket towards whom it asks. */
  upstream: 2,
  /** A port for the latter. */
  port: 4,
  /** One of the places that its server has at its balancer. */
  place: 8,
} as const;

/**
 * Tries of a request: each is a connection to a server, or to the next balancer. Rows are never used again. The first
 * has its row from the beginning, so that tries are numbered alike however requests overtake each other.
 */
export class Tries extends tableOf({
  exchange: row(),
  /** The server that is asked, −1: none is chosen yet, none is left, or the next balancer is asked. */
  server: row(),
  /** The exchange at the next balancer, −1 none. */
  inner: row(),
  /** The try before, −1 none. */
  before: row(),
  /** 1 once the balancer has given it up for the next. */
  isOver: flag(),
  /** The upward stream of its connection, −1 none, and the next is the downward one. */
  stream: untold(row()),
  /** 1 while it takes a place of those that its server has a limit of. */
  isCounted: flag(),
}) {}

/** Whom balancers connect to: the next in the row, for all but the last, and then the servers. One row each. */
export class Destinations extends tableOf({
  /** Ports that connections to it have, or had until so lately that they are not free yet. Counted where there is a limit. */
  ports: whole(),
}) {}
