import { durationMs, durationOr } from "../../world/field.ts";
import { asksOnce, balancerKind, idle } from "./kind.ts";

/**
 * AWS API Gateway's WebSocket API: an idle timeout, and an age at which every connection is closed, however busy. FACTS §3.
 *
 * Leaves out: that it ends WebSockets itself and calls its back end for each message; quotas, frame and message sizes.
 */
export const apiGateway = balancerKind({
  says: "AWS API Gateway, idle timeout of 10 min and two hours at most (FACTS §3)",
  fields: {
    idleTimeoutMs: durationMs(600_000, {
      says: "How long no byte may cross a connection; not to be changed",
      source: "FACTS §3",
      tried: [700],
    }),
    maxLifetimeMs: durationOr(["none"], 7_200_000, {
      says: "How old a WebSocket may get; not to be changed",
      source: "FACTS §3",
      tried: [1000],
    }),
  },
  timeouts: idle,
  failures: asksOnce(502),
  lazyUs: 0,
  afterSilence: "closes",
});
