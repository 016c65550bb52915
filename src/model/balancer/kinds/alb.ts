import { durationMs } from "../../world/field.ts";
import { TARGET_CHECKS, targetChecks } from "./checks.ts";
import { asksOnce, balancerKind, idle } from "./kind.ts";

/** HealthCheckTimeoutSeconds of an HTTP check. FACTS §3. */
const CHECK_TIMEOUT_US = 5_000_000;

/**
 * AWS Application Load Balancer: one idle timeout for both of its sides, for requests (504) and WebSockets. FACTS §3.
 *
 * A target that refuses a request is not asked again, and no other is (502); that marks nothing. Health checks do, and if
 * all targets are unhealthy, all are asked. WebSockets to an unhealthy target stay open.
 *
 * TCP keepalive does not reset it. Leaves out: that HTTP/2 PING does not either, which is not modelled; that a
 * health check is a request, which a frozen process does not answer (here its kernel takes the connection); deregistration.
 */
export const alb = balancerKind({
  says: "AWS Application Load Balancer, idle timeout of 60 s (FACTS §3)",
  fields: {
    idleTimeoutMs: durationMs(60_000, {
      says: "How long no byte may cross a connection: 1 to 4000 s",
      source: "FACTS §3",
      tried: [500, 1500],
    }),
    ...TARGET_CHECKS,
  },
  timeouts: idle,
  failures: asksOnce(502),
  checks: targetChecks(CHECK_TIMEOUT_US),
  lazyUs: 0,
  afterSilence: "closes",
});
