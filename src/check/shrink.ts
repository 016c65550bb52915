/**
 * Making a scenario that breaks a rule smaller, as long as it breaks it in the same way. What is taken away, largest first: time,
 * faults, messages, clients, servers, settings that differ from their defaults, decisions of chance. When nothing more can be
 * taken away, one at a time, the scenario is *locally minimal*.
 */
import { LIMITS, type Scenario, scenarioSchema } from "../scenario/schema.ts";
import { clientCount } from "./bounds.ts";
import { type ClientGroup, withoutMember, withoutServer } from "./without.ts";

/** One accepted step: what was taken away, and what was left. */
export interface ShrinkStep {
  readonly what: string;
  readonly scenario: Scenario;
}

/**
 * The smallest scenario that greedy removal leads to. `isSame` says whether a smaller one still breaks the rule in the same way. Each
 * accepted step is told to `onStep`.
 */
export function shrink(
  scenario: Scenario,
  isSame: (smaller: Scenario) => boolean,
  onStep: (step: ShrinkStep) => void = () => {},
): Scenario {
  let smallest = scenario;
  for (let found = true; found; ) {
    found = false;
    for (const step of smaller(smallest)) {
      if (!isSame(step.scenario)) continue;
      smallest = step.scenario;
      onStep(step);
      found = true;
      break;
    }
  }
  return smallest;
}

/** Every scenario that is one step smaller, the boldest steps first. All are valid if the scenario is. */
export function* smaller(scenario: Scenario): Generator<ShrinkStep> {
  yield* lessTime(scenario);
  yield* fewerFaults(scenario);
  yield* fewerMessages(scenario);
  yield* fewerClients(scenario);
  yield* fewerServers(scenario);
  yield* plainerSettings(scenario);
  yield* plainerChoices(scenario);
}

/** Cuts of an integer towards `least`: all of it, half, a quarter, …, one. Descending. */
function cuts(value: number, least: number): number[] {
  const found: number[] = [];
  for (let cut = value - least; cut >= 1; cut = Math.floor(cut / 2)) found.push(cut);
  return found;
}

function* lessTime(scenario: Scenario): Generator<ShrinkStep> {
  // Whole milliseconds: a duration with a fraction is rounded up first, which takes nothing away.
  const wholeMs = Math.ceil(scenario.durationMs);
  for (const cut of cuts(wholeMs, 1))
    yield { what: `${cut} ms from the end`, scenario: { ...scenario, durationMs: wholeMs - cut } };
}

function* fewerFaults(scenario: Scenario): Generator<ShrinkStep> {
  const { faults } = scenario;
  if (faults.length > 1) yield { what: "all faults", scenario: { ...scenario, faults: [] } };
  for (const [i, { act, target }] of faults.entries())
    yield { what: `${act} of ${target}`, scenario: { ...scenario, faults: faults.toSpliced(i, 1) } };
}

function* fewerMessages(scenario: Scenario): Generator<ShrinkStep> {
  const { workload } = scenario;
  for (const [i, { from }] of workload.entries())
    yield { what: `what ${from} sends`, scenario: { ...scenario, workload: workload.toSpliced(i, 1) } };
  for (const [i, send] of workload.entries()) {
    const { from, to, everyMs, firstMs } = send;
    if (everyMs === undefined) continue;
    const first = firstMs ?? everyMs;
    const atMs = Math.min(typeof first === "number" ? first : first.minMs, scenario.durationMs);
    yield {
      what: `all but one message of ${from}`,
      scenario: { ...scenario, workload: workload.with(i, { from, to, atMs }) },
    };
  }
}

function* fewerClients(scenario: Scenario): Generator<ShrinkStep> {
  const { clients } = scenario;
  for (const [i, group] of clients.entries()) {
    if (clients.length > 1) {
      const without = withoutGroup(scenario, i);
      if (without !== null)
        yield { what: group.count === 1 ? `client ${group.name}` : `group ${group.name}`, scenario: without };
    }
    // Large groups shrink by halves first; of small ones any member may be the one that is not needed.
    if (group.count > 8)
      for (const cut of cuts(group.count, 1).filter((n) => n > 1)) {
        let less: Scenario | null = scenario;
        for (let n = 0; n < cut && less !== null; n++) less = withoutMember(less, i, group.count - 1 - n);
        if (less !== null) yield { what: `${cut} of ${group.name}`, scenario: less };
      }
    for (let member = group.count - 1; group.count > 1 && member >= Math.max(0, group.count - 8); member--) {
      const less = withoutMember(scenario, i, member);
      if (less !== null) yield { what: `client ${group.name}-${member + 1}`, scenario: less };
    }
  }
}

/** Without a group, and what it sends, is sent, and its links' faults. */
function withoutGroup(scenario: Scenario, index: number): Scenario | null {
  let less: Scenario | null = scenario;
  for (let member = scenario.clients[index]!.count - 1; member >= 0 && less !== null; member--)
    less = withoutMember(less, index, member);
  return less;
}

function* fewerServers(scenario: Scenario): Generator<ShrinkStep> {
  const { count } = scenario.servers;
  for (const cut of cuts(count, 1)) {
    let less: Scenario | null = scenario;
    for (let n = 1; n <= cut && less !== null; n++) less = withoutServer(less, count - n);
    if (less !== null) yield { what: cut === 1 ? `server-${count}` : `${cut} servers`, scenario: less };
  }
  // Another than the last may be the one that is not needed.
  for (let server = 0; server < count - 1; server++) {
    const less = withoutServer(scenario, server);
    if (less !== null) yield { what: `server-${server + 1}`, scenario: less };
  }
}

const DEFAULTS: Scenario = scenarioSchema.parse({
  version: 1,
  name: "a",
  title: "a",
  summary: "a",
  clients: [{ name: "a" }],
});

/** Settings at their defaults: what a reader need not wonder about. */
function* plainerSettings(scenario: Scenario): Generator<ShrinkStep> {
  const { network, balancer, servers } = scenario;
  for (const hop of ["client", "server", "backplane"] as const) {
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
  for (const field of ["idleTimeoutMs", "failTimeoutMs", "policy"] as const)
    if (balancer[field] !== DEFAULTS.balancer[field])
      yield {
        what: `balancer.${field}`,
        scenario: { ...scenario, balancer: { ...balancer, [field]: DEFAULTS.balancer[field] } },
      };
  for (const field of ["pingIntervalMs", "pingTimeoutMs", "upgradeTimeoutMs"] as const)
    if (servers[field] !== DEFAULTS.servers[field])
      yield {
        what: `servers.${field}`,
        scenario: { ...scenario, servers: { ...servers, [field]: DEFAULTS.servers[field] } },
      };
  if (scenario.backplane.kind !== "none")
    yield { what: "the backplane", scenario: withoutBackplane(scenario) };
  yield* plainerClients(scenario);
}

function withoutBackplane(scenario: Scenario): Scenario {
  return {
    ...scenario,
    backplane: { kind: "none" },
    faults: scenario.faults.filter(({ target }) => !target.endsWith("backplane")),
  };
}

const CLIENT_FIELDS = [
  "roomSize",
  "startConnected",
  "startMs",
  "startGapMs",
  "cookies",
  "reconnectionDelayMs",
  "reconnectionDelayMaxMs",
  "randomizationFactor",
  "addressSpread",
] as const satisfies readonly (keyof ClientGroup)[];

function* plainerClients(scenario: Scenario): Generator<ShrinkStep> {
  const { clients } = scenario;
  const standard = DEFAULTS.clients[0]!;
  for (const [i, group] of clients.entries()) {
    for (const field of CLIENT_FIELDS) {
      if (group[field] === standard[field]) continue;
      const plain: ClientGroup = { ...group, [field]: standard[field] };
      if (plain.roomSize === undefined) delete plain.roomSize;
      yield {
        what: `clients.${group.name}.${field}`,
        scenario: { ...scenario, clients: clients.with(i, plain) },
      };
    }
    // A WebSocket alone is the shortest way to be connected.
    if (group.transport !== "websocket")
      yield {
        what: `long polling of ${group.name}`,
        scenario: { ...scenario, clients: clients.with(i, { ...group, transport: "websocket" }) },
      };
  }
}

/** Decisions of chance: whole purposes first, then the ends of lists, then single ones. */
function* plainerChoices(scenario: Scenario): Generator<ShrinkStep> {
  const { choices } = scenario;
  if (choices === undefined) return;
  const purposes = Object.keys(choices) as (keyof typeof choices)[];
  for (const purpose of purposes) {
    const { [purpose]: list = [], ...others } = choices;
    const set = (shorter: readonly number[]): Scenario => ({
      ...scenario,
      choices: shorter.length === 0 ? others : { ...others, [purpose]: [...shorter] },
    });
    yield { what: `chance in ${purpose}`, scenario: set([]) };
    for (const cut of cuts(list.length, 1))
      yield { what: `the last ${cut} of ${purpose}`, scenario: set(trimmed(list.slice(0, -cut))) };
    const unusual = [...list.entries()].filter(([, value]) => value !== 0);
    if (unusual.length > LIMITS.settings) continue;
    for (const [i] of unusual)
      yield { what: `choice ${i + 1} of ${purpose}`, scenario: set(trimmed(list.with(i, 0))) };
  }
}

/** Without the zeros at the end, which say nothing. */
function trimmed(list: readonly number[]): readonly number[] {
  return list.slice(0, list.findLastIndex((value) => value !== 0) + 1);
}

/** How large a scenario is, for people. */
export function sizeOf(scenario: Scenario) {
  return {
    clients: clientCount(scenario),
    servers: scenario.servers.count,
    messages: scenario.workload.length,
    faults: scenario.faults.length,
    durationMs: scenario.durationMs,
  };
}
