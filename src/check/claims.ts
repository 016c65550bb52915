import type { RuleName } from "../scenario/rules.ts";
import type { Scenario } from "../scenario/schema.ts";
import { ownRule } from "./own-rules.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

/** The rules that a scenario claims, in its order. Expects a scenario that the parser has let through. */
export function claimsOf(scenario: Scenario): Rule[] {
  return scenario.rules.map((name) => {
    const own = Object.hasOwn(scenario.ownRules, name) ? scenario.ownRules[name] : undefined;
    return own === undefined ? rules[name as RuleName] : ownRule(name, own);
  });
}
