import { count, countOrNone, durationMs, durationOr, oneOf, yesOrNo } from "../../world/field.ts";
import { fall, rise } from "./checks.ts";
import { balancerKind, type Limit } from "./kind.ts";

/** What the new process takes to start, until it tells the old one to stop: some 50 ms where it was measured (ground-truth 19). */
const HANDOVER_US = 50_000;

/**
 * HAProxy in mode http. A server that refuses a connection is asked again, a second apart, and the last time another, if it
 * may (retry.ts). Nothing marks a server out but a health check (health.ts): without one, each request finds out by itself.
 * A request that a server has taken is not sent again, whatever becomes of it. FACTS §3; ground-truth 18-haproxy-dead-target.
 *
 * Until the 101, `timeout server` bounds the wait for an answer; afterwards `timeout tunnel`
 * takes the place of both others. Without it they stay, each for the silence of its own side; and since what one side
 * sends is written to the other, both sides are silent together, and the smaller strikes. FACTS §3; ground-truth
 * 07b-idle-timeout-haproxy.
 *
 * Leaves out: that a side stays busy while its kernel takes no more bytes; `timeout client-fin`, `timeout http-request`,
 * `timeout connect`, `observe`, checks that ask the application (`httpchk`) and `maxconn` of the process; that of a server is in slots.ts.
 */
export const haproxy = balancerKind({
  says: "client, server and tunnel timeouts, to the millisecond; asks a dead server again, or checks it (FACTS §3)",
  fields: {
    clientTimeoutMs: durationMs(50_000, {
      says: "HAProxy's timeout client: bounds the silence of a WebSocket where tunnelTimeoutMs is none",
      source: "FACTS §3",
      tried: [500, 2000],
    }),
    serverTimeoutMs: durationMs(50_000, {
      says: "HAProxy's timeout server: bounds the wait for an answer, and the silence of a WebSocket where tunnelTimeoutMs is none",
      source: "FACTS §3",
      tried: [600, 1700],
    }),
    tunnelTimeoutMs: durationOr(["none"], "none", {
      says: "HAProxy's timeout tunnel: bounds the silence of a WebSocket, in place of the two others; none: it is not set",
      source: "FACTS §3",
      tried: [900],
    }),
    retries: count(3, 100, {
      says: "HAProxy's retries: how often a connection that a server refused is tried again",
      source: "FACTS §3; ground-truth 18",
      tried: [0, 1],
    }),
    redispatch: yesOrNo(false, {
      says: "HAProxy's option redispatch, which is off unless it is set: whether the last retry goes to another server",
      source: "FACTS §3; ground-truth 18",
    }),
    checkIntervalMs: durationOr(["none"], "none", {
      says: "HAProxy's check inter (2000 where there is check alone): how often it tries whether a server can be connected to; none: it never does",
      source: "FACTS §3; ground-truth 18",
      tried: [400],
    }),
    fall: fall(3, "FACTS §3; ground-truth 18"),
    rise: rise(2, "FACTS §3; ground-truth 18"),
    onMarkedDown: oneOf(["none", "shutdown-sessions"], "none", {
      says: "HAProxy's on-marked-down, which is not set unless one sets it. shutdown-sessions: when checks mark a server down, WebSockets to it are closed on both sides, and requests that it has are answered 502",
      source: "FACTS §3",
    }),
    rateLimitSessions: countOrNone("none", {
      says: "HAProxy's rate-limit sessions: how many connections it accepts in a second. The next wait in the kernel's accept queue; none: it is not set",
      source: "FACTS §3; ground-truth 35",
      min: 1,
      max: 1_000_000,
      tried: [3],
    }),
    maxconn: countOrNone("none", {
      says: "HAProxy's maxconn of each server: how many requests and WebSockets may be at it at a time. The next wait at HAProxy; none: it is not set",
      source: "FACTS §3; ground-truth 33",
      min: 1,
      max: 1_000_000,
      tried: [1, 2],
    }),
    queueTimeoutMs: durationMs(5000, {
      says: "HAProxy's timeout queue: how long a request waits for a place at a server, until it is answered 503. Unless it is set, timeout connect stands in for it, which is 5 s in the file that HAProxy is packaged with",
      source: "FACTS §3; ground-truth 33",
      tried: [300],
    }),
  },
  timeouts({ clientTimeoutUs, serverTimeoutUs, tunnelTimeoutUs }) {
    const client: Limit = { us: clientTimeoutUs, by: "clientTimeoutMs" };
    const server: Limit = { us: serverTimeoutUs, by: "serverTimeoutMs" };
    const isSet = tunnelTimeoutUs !== Number.POSITIVE_INFINITY;
    const smaller = client.us <= server.us ? client : server;
    return { answer: server, silence: isSet ? { us: tunnelTimeoutUs, by: "tunnelTimeoutMs" } : smaller };
  },
  failures: ({ retries, redispatch }) => ({
    asks: "again",
    inVain: 503,
    maxFails: 0,
    retries,
    redispatches: redispatch,
  }),
  checks: ({ checkIntervalUs, fall, rise, onMarkedDown }) => ({
    intervalUs: checkIntervalUs,
    timeoutUs: checkIntervalUs,
    fall,
    rise,
    failsOpen: false,
    endsMarked: onMarkedDown === "shutdown-sessions",
  }),
  sessionsPerS: ({ rateLimitSessions }) => rateLimitSessions,
  places: ({ maxconn, queueTimeoutUs }) => ({ most: maxconn, waitUs: queueTimeoutUs }),
  lazyUs: 0,
  handoverUs: HANDOVER_US,
  afterSilence: "closes",
});
