import { durationMs } from "../../world/field.ts";
import { balancerKind, idle } from "./kind.ts";

/**
 * AWS Application Load Balancer: one idle timeout for both of its sides, for requests (504) and WebSockets. FACTS §3.
 *
 * TCP keepalive does not reset it. Leaves out: that HTTP/2 PING does not either, which is not modelled.
 */
export const alb = balancerKind({
  says: "AWS Application Load Balancer, idle timeout of 60 s (FACTS §3)",
  fields: {
    idleTimeoutMs: durationMs(60_000, {
      says: "How long no byte may cross a connection: 1 to 4000 s",
      source: "FACTS §3",
      tried: [500, 1500],
    }),
  },
  timeouts: idle,
  lazyUs: 0,
  afterSilence: "closes",
});
