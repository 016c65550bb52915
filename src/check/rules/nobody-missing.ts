import { BeliefMonitor, catchUpUs, tellingUs } from "../belief-watch.ts";
import type { Rule } from "../rule.ts";

/**
 * Who is online is listed as soon as the word of it can have come, and as long as it is (ground-truth 27): also with a second tab that
 * closes, with a refresh that is slower than the expiry, and with a server that stands still. Where each server keeps who is online, or asks for it,
 * that holds at each at which somebody can ask; with replicated presence one that has just begun may first have to hear of the others (FACTS §6). Nothing is promised once the store or a
 * way to it has failed, a connection went mute, or a packet was lost.
 */
export const nobodyMissing: Rule = {
  name: "nobody-missing",
  kind: "eventually",
  statement: "Who is online is listed as online, but for the time that the word of it takes.",
  subject: ["user who came", "users who came"],
  whenNone: "nobody keeps who is online, or nobody comes",
  watch: (setting) =>
    new BeliefMonitor(setting, {
      of: "missing",
      withinUs: tellingUs(setting) + catchUpUs(setting),
      bearsFrozenServers: false,
      says: (name) => `${name} is online, and not listed.`,
    }),
};
