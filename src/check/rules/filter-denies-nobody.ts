import { BeliefMonitor, tellingUs } from "../belief-watch.ts";
import type { Rule } from "../rule.ts";

/**
 * A Bloom filter says yes of everybody who was ever put into it, as soon as the word of it can have come, and from then on always (FACTS §6).
 * Nothing is promised of other ways to keep who is online, nor once the store or a way to it has failed, or a packet was lost.
 */
export const filterDeniesNobody: Rule = {
  name: "filter-denies-nobody",
  kind: "eventually",
  statement: "A Bloom filter denies nobody who was ever put into it.",
  subject: ["user who came", "users who came"],
  whenNone: "nobody comes, or no Bloom filter is asked",
  watch: (setting) =>
    new BeliefMonitor(setting, {
      of: "denied",
      withinUs: setting.scenario.presence.kind === "bloom" ? tellingUs(setting) : Number.POSITIVE_INFINITY,
      bearsFrozenServers: false,
      says: (name) => `${name} was put into the filter, which says that it was not.`,
    }),
};
