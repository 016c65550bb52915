import { nodesOf } from "../run/run.ts";
import { nodesOf as nodeNumbers } from "../scenario/names.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Setting } from "./rule.ts";

/** What monitors know of a scenario. */
export function settingOf(scenario: Scenario): Setting {
  const { first, count } = nodeNumbers(scenario);
  let names: string[] | undefined;
  return {
    scenario,
    clients: count.client,
    servers: count.server,
    firstServerNode: first.server,
    backplaneNode: first.backplane,
    nameOf: (node) => {
      names ??= nodesOf(scenario).map(({ name }) => name);
      return names[node] ?? "?";
    },
  };
}
