/**
 * What a scenario's design is, and what is only load. The design is what was asked about: shrinking keeps
 * every field of it. Load is how much goes on: clients, messages, faults, time, decisions of chance. A field
 * that the format gains is design until it is named here as load.
 */
import { addressOf } from "../scenario/build.ts";
import { namesOf } from "../scenario/names.ts";
import type { ClientGroup, Scenario } from "../scenario/schema.ts";

/** Load; and what a scenario is called, and how it is presented. */
const LOAD = [
  "$schema",
  "version",
  "name",
  "title",
  "summary",
  "seed",
  "durationMs",
  "clients",
  "workload",
  "choices",
  "faults",
  "rules",
  "ownRules",
  "variants",
  "knobs",
  "notice",
] as const satisfies readonly (keyof Scenario)[];

/** A group's fields that say how many members there are and when they come, or that are compared member by member instead. */
const GROUP_LOAD = [
  "name",
  "count",
  "startMs",
  "startGapMs",
  "roomSize",
  "address",
  "addressSpread",
] as const satisfies readonly (keyof ClientGroup)[];

/**
 * The fields of the design in which a scenario that was made smaller differs from what it was made of:
 * `balancer.policy`, `clients.user-3.transport`, …. There may be fewer clients, and fewer servers as long as
 * two are left where there were two. Every client that is left must have been there before, with the same
 * settings.
 */
export function designChanges(before: Scenario, after: Scenario): string[] {
  return [
    ...differing(fieldsOf(withLinksOf(after, before), LOAD), fieldsOf(after, LOAD)).filter(
      (field) => field !== "servers.count",
    ),
    ...(isServerCountKept(before.servers.count, after.servers.count) ? [] : ["servers.count"]),
    ...clientChanges(before, after),
    ...roomChanges(before, after),
  ];
}

/** A scenario, of whose own links only those are left that another has, too: the others went with their ends. */
function withLinksOf({ network: { links } }: Scenario, scenario: Scenario): Scenario {
  const own = Object.entries(scenario.network.links).filter(([name]) => Object.hasOwn(links, name));
  return { ...scenario, network: { ...scenario.network, links: Object.fromEntries(own) } };
}

function isServerCountKept(before: number, after: number): boolean {
  return after <= before && after >= Math.min(2, before);
}

function clientChanges(before: Scenario, after: Scenario): string[] {
  const were = membersOf(before);
  return [...membersOf(after)].flatMap(([name, is]) => {
    const was = were.get(name);
    if (was === undefined) return [`clients.${name}`];
    return differing(was.design, is.design).map((field) => `clients.${name}.${field}`);
  });
}

/** The clients that a line to a room addresses: among those that are left, the same as before. */
function roomChanges(before: Scenario, after: Scenario): string[] {
  const were = membersOf(before);
  const are = membersOf(after);
  const names = [...are.keys()];
  const { senders } = namesOf(after);
  const lines = after.workload.filter(({ to }) => to === "room");
  const sending = new Set(lines.flatMap(({ from }) => senders(from).map((sender) => names[sender])));
  const isTogether = (members: typeof are, one: string, other: string) =>
    members.get(one)?.room === members.get(other)?.room;
  return [...sending]
    .filter((one) => names.some((other) => isTogether(were, one, other) !== isTogether(are, one, other)))
    .map((one) => `clients.${one}.room`);
}

interface Member {
  readonly design: Readonly<Record<string, unknown>>;
  /** A name for its room that no other room of the scenario has. */
  readonly room: string;
}

/** Every client by its name. */
function membersOf(scenario: Scenario): Map<string, Member> {
  const names = namesOf(scenario).client.keys();
  return new Map(
    scenario.clients.flatMap((group) =>
      Array.from({ length: group.count }, (_, i): [string, Member] => [
        names.next().value!,
        {
          design: { ...fieldsOf(group, GROUP_LOAD), address: addressOf(group, i) },
          room: `${group.name} ${Math.floor(i / (group.roomSize ?? group.count))}`,
        },
      ]),
    ),
  );
}

/** A record's fields without some of them. */
function fieldsOf(record: object, without: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !without.includes(field)));
}

/** The paths at which two records differ. A latency or a loss is one value, whatever it is made of. */
function differing(before: object, after: object, path = ""): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) => {
    const [was, is] = [before, after].map((record) => (record as Record<string, unknown>)[field]);
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const isPart = isRecord(was) && isRecord(is) && field !== "latencyMs" && field !== "loss";
    return isPart ? differing(was, is, `${path}${field}.`) : [`${path}${field}`];
  });
}

function isRecord(value: unknown): value is object {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
