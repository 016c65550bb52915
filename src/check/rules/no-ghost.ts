import { msToUs } from "../../kernel/time.ts";
import { serverPatienceMs } from "../../scenario/timers.ts";
import { BeliefMonitor, expiryUs, tellingUs } from "../belief-watch.ts";
import type { Rule, Setting } from "../rule.ts";

/**
 * Who is gone is listed for no longer than it takes until its server notices (ping interval + ping timeout, FACTS §1.2), or, if that
 * server dies with it, until its entry expires (ground-truth 27), or that server is taken for dead (replicated presence, FACTS §6). Nothing is promised once the store or a way to it has failed, a
 * connection went mute, a server stood still, or a packet was lost.
 */
export const noGhost: Rule = {
  name: "no-ghost",
  kind: "eventually",
  statement: "Nobody is listed as online for longer than the heartbeat and the expiry allow after leaving.",
  subject: ["user who left", "users who left"],
  whenNone: "nobody is listed who has left",
  watch: (setting) =>
    new BeliefMonitor(setting, {
      of: "ghosts",
      withinUs: noticedUs(setting) + expiryUs(setting) + tellingUs(setting),
      bearsFrozenServers: true,
      says: (name) => `${name} is gone, and still listed as online.`,
    }),
};

/** How long it takes at most until a server knows that a client is gone. */
function noticedUs({ scenario, links }: Setting): number {
  const flightUs = links.client.longestUs + links.balancer.longestUs + links.server.longestUs;
  return msToUs(serverPatienceMs(scenario)) + flightUs;
}
