import { durationMs } from "../../world/field.ts";
import { balancerKind, idle } from "./kind.ts";

/**
 * AWS Network Load Balancer, or whatever stands in the middle and keeps a table of connections: what is silent for too
 * long is taken off the table, and nobody is told. Whoever writes next is reset; who only listens waits for ever. FACTS §3.
 *
 * TCP keepalive resets the timer (network/keepalive.ts).
 *
 * Leaves out: that it carries TCP and not HTTP (it answers 502 like the others here).
 */
export const nlb = balancerKind({
  says: "AWS Network Load Balancer, forgets after 350 s and tells nobody (FACTS §3)",
  fields: {
    idleTimeoutMs: durationMs(350_000, {
      says: "How long no byte may cross a connection before it is forgotten: 60 to 6000 s",
      source: "FACTS §3",
      tried: [500, 1200],
    }),
  },
  timeouts: idle,
  lazyUs: 0,
  afterSilence: "forgets",
  hearsKeepalive: true,
});
