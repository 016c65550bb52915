import { nodesOf } from "../run/run.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Setting } from "./rule.ts";

/** What monitors know of a scenario. */
export function settingOf(scenario: Scenario): Setting {
  const clients = scenario.clients.reduce((sum, group) => sum + group.count, 0);
  const servers = scenario.servers.count;
  let names: string[] | undefined;
  return {
    scenario,
    clients,
    servers,
    balancerNode: clients,
    firstServerNode: clients + 1,
    backplaneNode: clients + 1 + servers,
    nameOf: (node) => {
      names ??= nodesOf(scenario).map(({ name }) => name);
      return names[node] ?? "?";
    },
  };
}
