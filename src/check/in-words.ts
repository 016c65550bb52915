/** Names and times as stories say them. */
import { BACKPLANE, BALANCER } from "../scenario/names.ts";
import type { Scenario } from "../scenario/schema.ts";

/** How many names are listed; if there are more, one fewer is, and the number of the others. */
const MAX_NAMED = 4;

/** «A», «A, B and C», «A, B, C and 12 more». */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "nobody";
  const isLong = names.length > MAX_NAMED;
  const said = names.slice(0, isLong ? MAX_NAMED - 1 : -1);
  return `${said.join(", ")} and ${isLong ? `${names.length - said.length} more` : names.at(-1)}`;
}

/** «20 s», «0.4 s»: times that a scenario gives in ms. */
export function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** What a backplane is called, by its kind. */
export const BACKPLANE_WORDS: Readonly<Record<Scenario["backplane"]["kind"], string>> = {
  none: "the backplane",
  redis: "Redis",
};

/** A node as sentences call it: «server-1», «the balancer», «Redis». */
export function nodeInWords({ backplane }: Scenario, name: string): string {
  if (name === BACKPLANE) return BACKPLANE_WORDS[backplane.kind];
  return name === BALANCER ? `the ${BALANCER}` : name;
}

/** A balancer of which it is not known which one it is: in a row there are several. */
export function aBalancer({ proxies }: Scenario): string {
  return proxies.length === 0 ? `the ${BALANCER}` : `a ${BALANCER}`;
}

/** How long that balancer waits for a byte. */
export function itsPatience({ proxies, balancer }: Scenario): string {
  return proxies.length === 0 ? seconds(balancer.idleTimeoutMs) : "its idle timeout";
}

/** With a capital at the beginning of a sentence; names stay as they are. */
export function atBeginning(words: string): string {
  return words.replace(/^(?:the|a) /, (article) => article[0].toUpperCase() + article.slice(1));
}
