/** A scenario without one of its nodes: whoever spoke of it no longer does, and who comes after it moves up. */
import { BALANCER, serverName } from "../scenario/names.ts";
import type { Fault, Scenario, Send } from "../scenario/schema.ts";

export type ClientGroup = Scenario["clients"][number];

type OwnRules = Scenario["ownRules"];

/**
 * Without a group's member number `member`, counted from 0; without the group if it was the last. Null if nobody would be left, or if
 * one of the scenario's own rules speaks of the client.
 */
export function withoutMember(scenario: Scenario, index: number, member: number): Scenario | null {
  const group = scenario.clients[index]!;
  if (group.count === 1 && scenario.clients.length === 1) return null;
  const rename = (name: string): string | null => renamed(group, member, name);
  const clients =
    group.count === 1
      ? scenario.clients.toSpliced(index, 1)
      : scenario.clients.with(index, { ...group, count: group.count - 1 });
  const workload = scenario.workload.flatMap((send): Send[] => {
    const from = send.from === group.name && group.count > 1 ? send.from : rename(send.from);
    const to = rename(send.to);
    return from === null || to === null ? [] : [{ ...send, from, to }];
  });
  const faults = scenario.faults.flatMap((fault): Fault[] => {
    const [client = "", rest] = fault.target.split("/");
    if (rest !== BALANCER) return [fault];
    const name = rename(client);
    return name === null ? [] : [{ ...fault, target: `${name}/${rest}` }];
  });
  const ownRules = renamedRules(scenario.ownRules, "client", rename);
  return ownRules === null ? null : { ...scenario, clients, workload, faults, ownRules };
}

/** Rules with the names that their nodes have now; null if one names the node that is gone. */
function renamedRules(
  ownRules: OwnRules,
  field: "client" | "server",
  rename: (name: string) => string | null,
): OwnRules | null {
  // Most scenarios have none.
  if (Object.keys(ownRules).length === 0) return ownRules;
  let isNamed = false;
  const renamed = JSON.parse(
    JSON.stringify(ownRules, (key, value: unknown) => {
      if (key !== field || typeof value !== "string") return value;
      const name = rename(value);
      if (name === null) isNamed = true;
      return name;
    }),
  ) as OwnRules;
  return isNamed ? null : renamed;
}

/** A client's name after the member is gone; null if it is the member. */
function renamed(group: ClientGroup, member: number, name: string): string | null {
  if (group.count === 1) return name === group.name ? null : name;
  const [, of = "", digits = ""] = /^(.*)-([1-9]\d*)$/.exec(name) ?? [];
  if (of !== group.name) return name;
  const number = Number(digits) - 1;
  if (number === member) return null;
  const left = number > member ? number - 1 : number;
  return group.count === 2 ? group.name : `${group.name}-${left + 1}`;
}

/** Without server number `server`, counted from 0. Null if it is the only one, or if one of the scenario's own rules speaks of it. */
export function withoutServer(scenario: Scenario, server: number): Scenario | null {
  const { servers } = scenario;
  if (servers.count === 1) return null;
  const rename = (end: string): string | null => {
    const number = Number(/^server-([1-9]\d*)$/.exec(end)?.[1] ?? 0) - 1;
    if (number < 0 || number < server) return end;
    return number === server ? null : serverName(number - 1);
  };
  const faults = scenario.faults.flatMap((fault): Fault[] => {
    const ends = fault.target.split("/").map(rename);
    return ends.includes(null) ? [] : [{ ...fault, target: ends.join("/") }];
  });
  const ownRules = renamedRules(scenario.ownRules, "server", rename);
  return ownRules === null
    ? null
    : { ...scenario, servers: { ...servers, count: servers.count - 1 }, faults, ownRules };
}
