/**
 * The rules that a scenario claims. Those of the lesson that the page opens with are at hand; for others the rest is fetched, which
 * is as much as three such lessons.
 */
import type { Rule } from "../../check/rule.ts";
import { atMostOnce } from "../../check/rules/at-most-once.ts";
import { conservation } from "../../check/rules/conservation.ts";
import { delivery } from "../../check/rules/delivery.ts";
import { order } from "../../check/rules/order.ts";
import { somethingArrives } from "../../check/rules/something-arrives.ts";
import type { Scenario } from "../../scenario/schema.ts";

const AT_HAND: ReadonlyMap<string, Rule> = new Map(
  [conservation, atMostOnce, delivery, order, somethingArrives].map((rule) => [rule.name, rule]),
);

/** In the scenario's order. */
export async function claimed(scenario: Scenario): Promise<readonly Rule[]> {
  const { rules, ownRules } = scenario;
  const known = rules.map((name) => (Object.hasOwn(ownRules, name) ? undefined : AT_HAND.get(name)));
  if (known.every((rule) => rule !== undefined)) return known;
  return (await claims()).claimsOf(scenario);
}

async function claims(): Promise<typeof import("../../check/claims.ts")> {
  try {
    return await import("../../check/claims.ts");
  } catch {
    throw new Error("the rules of this scenario could not be fetched. Is there a connection? Then try again");
  }
}
