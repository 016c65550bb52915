/** Where the reason points: by what was seen in the run, the paths that a repair could turn. */
import { namesOf } from "../../scenario/names.ts";
import type { ClientGroup, Scenario } from "../../scenario/schema.ts";
import type { Evidence, Sign } from "./evidence.ts";

/** A field to turn: to this value, or, without one, to any number that helps. */
export interface Pointed {
  readonly path: string;
  readonly value?: string | boolean;
}

interface Pointer {
  /** Signs, causes of loss, and rules or their ways to break: any one of them points. */
  readonly signs?: readonly Sign[];
  readonly causes?: readonly string[];
  readonly rules?: readonly string[];
  readonly to: (scenario: Scenario, evidence: Evidence) => readonly Pointed[];
}

const STICKY = ["ip-hash", "sticky-cookie"] as const;

const POINTERS: readonly Pointer[] = [
  {
    // A request reached a server that does not hold its session (FACTS §1.3). What ought to bind it is not turned to another binding: it is
    // asked why it does not bind.
    signs: ["session unknown"],
    causes: ["session-unknown", "handshake-refused"],
    rules: ["affinity"],
    to: (scenario) => [
      ...(scenario.balancer.policy === "sticky-cookie"
        ? ofGroups(scenario, "cookies", (group) => !group.cookies).map((path) => ({ path, value: true }))
        : []),
      ...((STICKY as readonly string[]).includes(scenario.balancer.policy)
        ? []
        : STICKY.map((value) => ({ path: "balancer.policy", value }))),
      ...overTransport(scenario, "websocket"),
    ],
  },
  {
    // Heartbeats keep a connection alive only if they are more frequent than every timeout on its path (FACTS §1.2, §3).
    signs: ["idle close"],
    causes: ["idle-closed"],
    rules: ["no-idle-cut"],
    to: () => [{ path: "servers.pingIntervalMs" }, { path: "balancer.idleTimeoutMs" }],
  },
  {
    signs: ["ping timeout"],
    causes: ["heartbeat-timed-out"],
    rules: ["half-open-noticed"],
    to: () => [{ path: "servers.pingTimeoutMs" }, { path: "servers.pingIntervalMs" }],
  },
  {
    causes: ["no-backplane"],
    to: () => [{ path: "backplane.kind", value: "redis" }],
  },
  {
    // Some middleboxes let only one transport through.
    signs: ["attempt failed"],
    rules: ["handshake-completes"],
    to: (scenario) => [...overTransport(scenario, "websocket"), ...overTransport(scenario, "polling")],
  },
  {
    // How soon, and how evenly, clients come back (FACTS §1.4).
    signs: ["connection lost", "ping timeout", "attempt failed"],
    to: (scenario, evidence) =>
      (["reconnectionDelayMs", "reconnectionDelayMaxMs", "randomizationFactor"] as const).flatMap((field) =>
        ofAlike(scenario, field, evidence).map((path) => ({ path })),
      ),
  },
];

/** Where the reason points, the likeliest first. */
export function pointedTo(scenario: Scenario, evidence: Evidence): Pointed[] {
  return POINTERS.filter(
    ({ signs = [], causes = [], rules = [] }) =>
      signs.some((sign) => evidence.signs.has(sign)) ||
      causes.some((cause) => evidence.causes.has(cause) || evidence.key === cause) ||
      rules.includes(evidence.rule),
  ).flatMap(({ to }) => to(scenario, evidence));
}

function overTransport(scenario: Scenario, value: ClientGroup["transport"]): Pointed[] {
  return ofGroups(scenario, "transport", ({ transport }) => transport !== value).map((path) => ({
    path,
    value,
  }));
}

/** The path of a field of the groups that need it: by name if it is one of several. */
function ofGroups(
  { clients }: Scenario,
  field: keyof ClientGroup,
  needs: (group: ClientGroup) => boolean,
): string[] {
  const groups = clients.filter(needs);
  if (groups.length === 0) return [];
  return [
    groups.length === 1 && clients.length > 1 ? `clients.${groups[0]!.name}.${field}` : `clients.*.${field}`,
  ];
}

/** The path of a number that all groups have alike; else those of the groups that the breach is about. */
function ofAlike(scenario: Scenario, field: keyof ClientGroup, { clients: about }: Evidence): string[] {
  const { clients } = scenario;
  if (clients.every((group) => group[field] === clients[0]![field])) return [`clients.*.${field}`];
  const { client } = namesOf(scenario);
  return clients
    .filter(({ name }) => client.members(name).some((node) => about.includes(node)))
    .map(({ name }) => `clients.${name}.${field}`);
}
