import { msToUs } from "../kernel/time.ts";
import { nodesOf } from "../run/run.ts";
import { namesOf, nodeNumbers, struckBy, wayOf } from "../scenario/names.ts";
import type { Scenario } from "../scenario/schema.ts";
import { shortestIdleMs } from "../scenario/timers.ts";
import { holdsConnection, isEngineIo, type Transport } from "../scenario/transports.ts";
import { linkBoundsOf } from "./link-bounds.ts";
import type { Setting } from "./rule.ts";

/** What monitors know of a scenario. */
export function settingOf(scenario: Scenario): Setting {
  const { first, count, total } = nodeNumbers(scenario);
  let names: string[] | undefined;
  let idleUs: number | undefined;
  const nameOf = (node: number) => {
    names ??= nodesOf(scenario).map(({ name }) => name);
    return names[node] ?? "?";
  };
  const groups = scenario.clients.flatMap((group) => Array.from({ length: group.count }, () => group));
  const struck = new Map<string, readonly string[]>();
  const members = (is: (transport: Transport) => boolean) =>
    scenario.clients
      .filter(({ transport }) => is(transport))
      .flatMap(({ name }) => namesOf(scenario).client.members(name));
  return {
    scenario,
    clients: count.client,
    withoutConnection: members((transport) => !holdsConnection(transport)),
    requesting: members((transport) => !isEngineIo(transport)),
    servers: count.server,
    firstServerNode: first.server,
    backplaneNode: first.backplane,
    nodes: total,
    links: linkBoundsOf(scenario),
    groupOf: (client) => groups[client]!,
    nameOf,
    shortestIdleUs: () => {
      idleUs ??= msToUs(shortestIdleMs(scenario));
      return idleUs;
    },
    wayOf: (client, server) => wayOf(scenario, nameOf(client), nameOf(server)),
    struckBy: ({ target }) => {
      let known = struck.get(target);
      if (known === undefined) {
        known = struckBy(scenario, namesOf(scenario), target);
        struck.set(target, known);
      }
      return known;
    },
  };
}
