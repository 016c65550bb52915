import { durationMs } from "../../world/field.ts";
import { TARGET_CHECKS, targetChecks } from "./checks.ts";
import { asksOnce, balancerKind, idle } from "./kind.ts";

/** HealthCheckTimeoutSeconds of a TCP check. FACTS §3. */
const CHECK_TIMEOUT_US = 10_000_000;

/**
 * AWS Network Load Balancer, or whatever stands in the middle and keeps a table of connections: what is silent for too
 * long is taken off the table, and nobody is told. Whoever writes next is reset; who only listens waits for ever. FACTS §3.
 *
 * TCP keepalive resets the timer (network/keepalive.ts).
 *
 * It carries TCP: a connection whose target is not there ends, and nothing is answered. Which target it goes to, a hash of its
 * addresses and ports says, so that each connection is a new draw (policy random), also one of the same client. Health checks
 * mark targets, and if all are unhealthy, all are asked.
 *
 * Leaves out: that connections to a target end when it becomes unhealthy; that it routes connections, and not each request of one; target groups that keep a client's address by its hash.
 */
export const nlb = balancerKind({
  says: "AWS Network Load Balancer, forgets after 350 s and tells nobody (FACTS §3)",
  fields: {
    idleTimeoutMs: durationMs(350_000, {
      says: "How long no byte may cross a connection before it is forgotten: 60 to 6000 s",
      source: "FACTS §3",
      tried: [500, 1200],
    }),
    ...TARGET_CHECKS,
  },
  timeouts: idle,
  failures: asksOnce("closes"),
  checks: targetChecks(CHECK_TIMEOUT_US),
  lazyUs: 0,
  afterSilence: "forgets",
  hearsKeepalive: true,
});
