/** Where the reason points: the turns that could be a repair, by what was seen in the run. */
import { DEFAULTS } from "../../scenario/defaults.ts";
import { BALANCER, namesOf } from "../../scenario/names.ts";
import { RULE_NAMES } from "../../scenario/rules.ts";
import type { ClientGroup, Scenario } from "../../scenario/schema.ts";
import { patienceOf, shortestIdleMs } from "../../scenario/timers.ts";
import { isEngineIo } from "../../scenario/transports.ts";
import { bindsSessions } from "../routing.ts";
import type { Evidence, Sign } from "./evidence.ts";
import type { Settings } from "./turn.ts";

/** A turn: to these settings, or of a number to whatever helps. */
export type Pointed = { readonly set: Settings } | { readonly path: string };

interface Pointer {
  /** Signs, causes of loss and rules: any one of them points. */
  readonly signs?: readonly Sign[];
  readonly causes?: readonly string[];
  readonly rules?: readonly string[];
  readonly to: (scenario: Scenario, evidence: Evidence) => readonly Pointed[];
}

/** Policies that bind a session to a server, of which any will do as a repair. */
const BINDING: readonly string[] = ["ip-hash", "sticky-cookie"];

const POINTERS: readonly Pointer[] = [
  {
    // A request reached a server that does not hold its session (FACTS §1.3). If something is meant to bind
    // sessions to servers, it is made to work, not exchanged for something else.
    signs: ["session unknown"],
    causes: ["session-unknown", "handshake-refused"],
    rules: ["affinity", "affinity-under-failure"],
    to: (scenario) => [
      ...(scenario.balancer.policy === "sticky-cookie" ? ofGroups(scenario, "cookies", true) : []),
      ...(bindsSessions(scenario.balancer.policy)
        ? []
        : BINDING.map((policy) => ({ set: { "balancer.policy": policy } }))),
      ...ofGroups(scenario, "transport", "websocket"),
    ],
  },
  {
    // Heartbeats keep a connection alive only if they are more frequent than every timeout on its path (FACTS §1.2, §3).
    signs: ["idle close"],
    causes: ["idle-closed", "connection-forgotten"],
    rules: ["no-idle-cut"],
    to: (scenario, evidence) => [
      ...moreOftenPinged(scenario, evidence),
      ...timeoutsOf(scenario).map((path) => ({ path })),
    ],
  },
  {
    // A dead path is noticed by heartbeats, after an interval and a timeout (FACTS §1.2): often both are wrong.
    signs: ["ping timeout", "link cut"],
    causes: ["heartbeat-timed-out"],
    rules: ["half-open-noticed"],
    to: () => [
      { path: "servers.pingTimeoutMs" },
      { path: "servers.pingIntervalMs" },
      {
        set: {
          "servers.pingIntervalMs": DEFAULTS.servers.pingIntervalMs,
          "servers.pingTimeoutMs": DEFAULTS.servers.pingTimeoutMs,
        },
      },
    ],
  },
  {
    // What one process remembers, no other does.
    causes: ["unknown-here", "forgotten"],
    to: ({ balancer }, { causes }) => [
      { set: { "servers.memory": "shared" } },
      ...(causes.has("forgotten") || bindsSessions(balancer.policy)
        ? []
        : BINDING.map((policy) => ({ set: { "balancer.policy": policy } }))),
    ],
  },
  {
    // What servers hear from outside and tell each other again, everybody gets once from each of them.
    rules: ["at-most-once"],
    to: ({ publishers }) =>
      publishers
        .filter(({ rebroadcast }) => rebroadcast)
        .map(({ name }) => ({ set: { [`publishers.${name}.rebroadcast`]: false } })),
  },
  {
    // Who asks is only told what is kept.
    causes: ["between-polls", "beyond-replay"],
    rules: ["gapless"],
    to: ({ servers }) =>
      servers.replayEvents === 0
        ? [{ set: { "servers.replayEvents": 100 } }]
        : [{ path: "servers.replayEvents" }],
  },
  {
    // Who was away is taken back with what it missed (FACTS §1.6), by the process that has kept it.
    causes: ["kept-in-vain"],
    rules: ["caught-up"],
    to: ({ servers }) =>
      servers.maxDisconnectionDurationMs === "none"
        ? [{ set: { "servers.maxDisconnectionDurationMs": 120_000 } }]
        : [{ path: "servers.maxDisconnectionDurationMs" }],
  },
  {
    // A position that is taken with what is loaded, and a page that loads again where it can't be continued (FACTS §13.8).
    causes: ["after-snapshot"],
    to: (scenario) => ofGroups(scenario, "loads", "position-first"),
  },
  {
    causes: ["gap-ignored"],
    to: (scenario) => ofGroups(scenario, "afterGap", "reload"),
  },
  {
    causes: ["no-backplane"],
    to: () => [{ set: { "backplane.kind": "redis" } }],
  },
  {
    // Some middleboxes let only one transport through.
    signs: ["attempt failed"],
    rules: ["handshake-completes"],
    to: (scenario) => [
      ...ofGroups(scenario, "transport", "websocket"),
      ...ofGroups(scenario, "transport", "polling"),
    ],
  },
  {
    // How soon, and how evenly, clients come back (FACTS §1.4). No built-in rule is about that.
    signs: ["connection lost", "ping timeout", "attempt failed"],
    to: (scenario, evidence) =>
      (RULE_NAMES as readonly string[]).includes(evidence.rule)
        ? []
        : (["reconnectionDelayMs", "reconnectionDelayMaxMs", "randomizationFactor"] as const).flatMap(
            (field) => ofAlike(scenario, field, evidence),
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

/** The fields that say how long the balancer bears silence. */
function timeoutsOf(scenario: Scenario): string[] {
  const { silence, answer } = patienceOf(scenario, BALANCER);
  return [...new Set([silence.field, answer.field])].map((field) => `balancer.${field}`);
}

/** Heartbeats from those who send some; from the servers, where nobody does. */
function moreOftenPinged(scenario: Scenario, evidence: Evidence): Pointed[] {
  const { servers, clients } = scenario;
  const own = clients.some(({ pingIntervalMs }) => pingIntervalMs !== "none")
    ? ofAlike(scenario, "pingIntervalMs", evidence)
    : [];
  if (servers.pingIntervalMs !== "none") return [{ path: "servers.pingIntervalMs" }, ...own];
  if (own.length > 0) return own;
  const pingIntervalMs = Math.min(DEFAULTS.servers.pingIntervalMs as number, shortestIdleMs(scenario) / 2);
  return [{ set: { "servers.pingIntervalMs": pingIntervalMs } }];
}

/** A field of the groups that have another value: by name if it is one group of several. */
function ofGroups({ clients }: Scenario, field: keyof ClientGroup, value: unknown): Pointed[] {
  // What is built without Socket.IO has nothing to do with how its connections are made.
  const isApart = (group: ClientGroup) => field === "transport" && !isEngineIo(group.transport);
  const groups = clients.filter((group) => group[field] !== value && !isApart(group));
  if (groups.length === 0) return [];
  const isByName = clients.some(isApart) || (groups.length === 1 && clients.length > 1);
  const who = isByName ? groups.map(({ name }) => name) : ["*"];
  return [{ set: Object.fromEntries(who.map((name) => [`clients.${name}.${field}`, value])) }];
}

/** A number that is the same in all groups, or else that of the groups that the breach is about. */
function ofAlike(scenario: Scenario, field: keyof ClientGroup, { clients: about }: Evidence): Pointed[] {
  const { clients } = scenario;
  if (clients.every((group) => group[field] === clients[0][field])) return [{ path: `clients.*.${field}` }];
  const { client } = namesOf(scenario);
  return clients
    .filter(({ name }) => client.members(name).some((node) => about.includes(node)))
    .map(({ name }) => ({ path: `clients.${name}.${field}` }));
}
