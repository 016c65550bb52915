import { durationMs, durationOr } from "../../world/field.ts";
import { balancerKind, type Limit } from "./kind.ts";

/**
 * HAProxy in mode http. Until the 101, `timeout server` bounds the wait for an answer; afterwards `timeout tunnel`
 * takes the place of both others. Without it they stay, each for the silence of its own side; and since what one side
 * sends is written to the other, both sides are silent together, and the smaller strikes. FACTS §3; ground-truth
 * 07b-idle-timeout-haproxy.
 *
 * Leaves out: that a side stays busy while its kernel takes no more bytes; `timeout client-fin`, `timeout http-request`,
 * `timeout queue`, and `timeout connect`.
 */
export const haproxy = balancerKind({
  says: "client, server and tunnel timeouts, to the millisecond (FACTS §3)",
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
  },
  timeouts({ clientTimeoutUs, serverTimeoutUs, tunnelTimeoutUs }) {
    const client: Limit = { us: clientTimeoutUs, by: "clientTimeoutMs" };
    const server: Limit = { us: serverTimeoutUs, by: "serverTimeoutMs" };
    const isSet = tunnelTimeoutUs !== Number.POSITIVE_INFINITY;
    const smaller = client.us <= server.us ? client : server;
    return { answer: server, silence: isSet ? { us: tunnelTimeoutUs, by: "tunnelTimeoutMs" } : smaller };
  },
  lazyUs: 0,
  afterSilence: "closes",
});
