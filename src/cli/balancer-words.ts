/**
 * The model's sentences speak of «the balancer». Where there are several in a row, only the last is called so: «a
 * balancer» is true of all.
 */
import type { Scenario } from "../scenario/schema.ts";

export function aboutBalancers({ proxies }: Scenario, sentence: string): string {
  if (proxies.length === 0) return sentence;
  return sentence.replaceAll("the balancer", "a balancer").replaceAll("The balancer", "A balancer");
}
