import type { RuleName } from "../scenario/rules.ts";
import type { Scenario } from "../scenario/schema.ts";
import { ownRule } from "./own-rules.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

/** The rules that a scenario claims, in its order. The scenario must have been accepted by the parser. */
export function claimsOf(scenario: Scenario): Rule[] {
  return scenario.rules.map((name) => ruleNamed(scenario, name)!);
}

/** A built-in rule, or one of the scenario's own; null if no rule has this name. */
export function ruleNamed(scenario: Scenario, name: string): Rule | null {
  const own = Object.hasOwn(scenario.ownRules, name) ? scenario.ownRules[name] : undefined;
  if (own !== undefined) return ownRule(name, own);
  return Object.hasOwn(rules, name) ? rules[name as RuleName] : null;
}
