/**
 * Making the design of a scenario plainer: settings at their defaults, one server, no backplane. This is for
 * scenarios that a generator made up, so that a reader of the result need not wonder about details that do
 * not matter. The counterexample of an architecture keeps its design (shrink.ts).
 */
import { BALANCER_KINDS } from "../model/balancer/kinds/index.ts";
import { DEFAULTS } from "../scenario/defaults.ts";
import { balancerNames, serverName } from "../scenario/names.ts";
import { fieldNames } from "../scenario/part-fields.ts";
import type { Balancer, ClientGroup, Scenario } from "../scenario/schema.ts";
import { type Kind, LOAD, type ShrinkStep, stepTo } from "./load.ts";
import { withoutServer } from "./without.ts";

/** Load, and then the design. */
export const PLAINER: readonly Kind[] = [...LOAD, anyServer, fewerProxies, plainerSettings];

/** Any server may turn out to be superfluous, down to one. */
function* anyServer(scenario: Scenario): Generator<ShrinkStep> {
  for (let server = scenario.servers.count - 1; server >= 0; server--)
    yield* stepTo(serverName(server), withoutServer(scenario, server));
}

/** Without a proxy, whose faults go with it. What connected to it connects to the next. */
function* fewerProxies(scenario: Scenario): Generator<ShrinkStep> {
  const { proxies, network, faults } = scenario;
  const balancers = balancerNames(scenario);
  for (const [i, { name }] of proxies.entries()) {
    const next = balancers[i + 1];
    const isGone = (target: string) => target === name || target === `${name}/${next}`;
    const moved = (target: string) =>
      target.endsWith(`/${name}`) ? target.replace(`/${name}`, `/${next}`) : target;
    const links = Object.entries(network.links).filter(([link]) => !isGone(link));
    yield {
      what: `proxy ${name}`,
      scenario: {
        ...scenario,
        proxies: proxies.toSpliced(i, 1),
        network: { ...network, links: Object.fromEntries(links.map(([link, own]) => [moved(link), own])) },
        faults: faults
          .filter(({ target }) => !isGone(target))
          .map((fault) => ({ ...fault, target: moved(fault.target) })),
      },
    };
  }
}

/** Settings at their defaults. */
function* plainerSettings(scenario: Scenario): Generator<ShrinkStep> {
  const { network, balancer, servers } = scenario;
  for (const name of Object.keys(network.links)) {
    const { [name]: _, ...links } = network.links;
    yield { what: `settings of ${name}`, scenario: { ...scenario, network: { ...network, links } } };
  }
  for (const hop of ["client", "proxy", "server", "backplane", "publisher"] as const) {
    const { latencyMs, loss } = network[hop];
    const set = (link: Partial<Scenario["network"]["client"]>): Scenario => ({
      ...scenario,
      network: { ...network, [hop]: { ...network[hop], ...link } },
    });
    if (loss !== 0) yield { what: `loss on ${hop} links`, scenario: set({ loss: 0 }) };
    if (typeof latencyMs !== "number") {
      const plain = latencyMs.distribution === "normal" ? latencyMs.meanMs : latencyMs.minMs;
      yield { what: `jitter on ${hop} links`, scenario: set({ latencyMs: plain }) };
    }
    if (latencyMs !== DEFAULTS.network[hop].latencyMs)
      yield {
        what: `latency of ${hop} links`,
        scenario: set({ latencyMs: DEFAULTS.network[hop].latencyMs }),
      };
  }
  for (const name of Object.keys(balancer.servers)) {
    const { [name]: _, ...others } = balancer.servers;
    yield {
      what: `balancer.servers.${name}`,
      scenario: { ...scenario, balancer: { ...balancer, servers: others } },
    };
  }
  yield* plainerKind(scenario);
  for (const field of BALANCER_FIELDS)
    if (balancer[field] !== DEFAULTS.balancer[field])
      yield {
        what: `balancer.${field}`,
        scenario: { ...scenario, balancer: { ...balancer, [field]: DEFAULTS.balancer[field] } },
      };
  for (const field of fieldNames("servers"))
    if (servers[field] !== DEFAULTS.servers[field])
      yield {
        what: `servers.${field}`,
        scenario: { ...scenario, servers: { ...servers, [field]: DEFAULTS.servers[field] } },
      };
  yield* plainerService(scenario);
  if (scenario.backplane.kind !== "none")
    yield { what: "the backplane", scenario: withoutBackplane(scenario) };
  if (scenario.presence.kind !== "none")
    yield { what: "presence", scenario: { ...scenario, presence: { kind: "none" } } };
  yield* plainerClients(scenario);
}

const BALANCER_FIELDS = [...fieldNames("balancers"), ...fieldNames("balancer"), "policy"] as const;

/** The balancer and the proxies of the plainest kind, with its defaults. */
function* plainerKind(scenario: Scenario): Generator<ShrinkStep> {
  const { balancer, proxies } = scenario;
  const { kind } = DEFAULTS.balancer;
  const own = Object.fromEntries(
    Object.keys(BALANCER_KINDS[kind].fields).map((name) => [name, DEFAULTS.balancer[name as never]]),
  );
  const kept = (from: Balancer, fields: readonly string[]) =>
    Object.fromEntries(fields.map((field) => [field, from[field as never]]));
  const plain = { ...own, kind, ...kept(balancer, [...BALANCER_FIELDS, "servers"]) } as Scenario["balancer"];
  if (Object.entries(plain).some(([name, value]) => balancer[name as never] !== value))
    yield {
      what: balancer.kind === kind ? `balancer.${Object.keys(own).join()}` : "balancer.kind",
      scenario: { ...scenario, balancer: plain },
    };
  for (const [i, proxy] of proxies.entries()) {
    if (proxy.kind === kind) continue;
    const { name } = proxy;
    const plainProxy = { ...own, kind, name, ...kept(proxy, fieldNames("balancers")) };
    yield {
      what: `kind of ${name}`,
      scenario: { ...scenario, proxies: proxies.with(i, plainProxy as Scenario["proxies"][number]) },
    };
  }
}

/** Without a channel, whose faults go with it, and the service at its defaults. */
function* plainerService(scenario: Scenario): Generator<ShrinkStep> {
  const { gateway, faults } = scenario;
  for (const [i, { kind }] of gateway.channels.entries())
    yield {
      what: `channel ${kind}`,
      scenario: {
        ...scenario,
        gateway: { ...gateway, channels: gateway.channels.toSpliced(i, 1) },
        faults: faults.filter(({ target }) => target !== kind),
      },
    };
  for (const field of fieldNames("gateway"))
    if (gateway[field] !== DEFAULTS.gateway[field])
      yield {
        what: `gateway.${field}`,
        scenario: { ...scenario, gateway: { ...gateway, [field]: DEFAULTS.gateway[field] } },
      };
}

function withoutBackplane(scenario: Scenario): Scenario {
  return {
    ...scenario,
    backplane: { kind: "none" },
    faults: scenario.faults.filter(({ target }) => !target.endsWith("backplane")),
  };
}

const CLIENT_FIELDS: readonly (keyof ClientGroup)[] = [
  "roomSize",
  "startConnected",
  "addressSpread",
  "link",
  "browser",
  "host",
  "user",
  "freshForMs",
  ...fieldNames("clients").filter((name) => name !== "transport"),
];

function* plainerClients(scenario: Scenario): Generator<ShrinkStep> {
  const { clients } = scenario;
  const standard = DEFAULTS.clients[0];
  for (const [i, group] of clients.entries()) {
    for (const field of CLIENT_FIELDS) {
      if (group[field] === standard[field]) continue;
      const plain: ClientGroup = { ...group, [field]: standard[field] };
      if (plain.roomSize === undefined) delete plain.roomSize;
      if (plain.link === undefined) delete plain.link;
      if (plain.browser === undefined) delete plain.browser;
      if (plain.host === undefined) delete plain.host;
      if (plain.user === undefined) delete plain.user;
      if (plain.freshForMs === undefined) delete plain.freshForMs;
      yield {
        what: `clients.${group.name}.${field}`,
        scenario: { ...scenario, clients: clients.with(i, plain) },
      };
    }
    // WebSocket alone is the plainest transport.
    if (group.transport !== "websocket")
      yield {
        what: `long polling of ${group.name}`,
        scenario: { ...scenario, clients: clients.with(i, { ...group, transport: "websocket" }) },
      };
  }
}
