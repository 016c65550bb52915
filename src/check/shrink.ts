/**
 * Making a scenario that breaks a rule smaller, as long as it breaks it in the same way. What is taken away, largest first: time,
 * faults, messages, clients, servers, settings that differ from their defaults, decisions of chance. When nothing more can be
 * taken away, one at a time, the scenario is *locally minimal*.
 */
import { DEFAULTS } from "../scenario/defaults.ts";
import { serverName } from "../scenario/names.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
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
  const accepts = (step: ShrinkStep): boolean => {
    if (!isSame(step.scenario)) return false;
    smallest = step.scenario;
    onStep(step);
    return true;
  };
  const takeAway = (kind: Kind): boolean => {
    let isSmaller = false;
    while (firstAccepted(kind(smallest, scenario.durationMs), accepts)) isSmaller = true;
    return isSmaller;
  };
  // One kind after the other, each as far as it goes; what one takes away may let another go further.
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = KINDS.map(takeAway).includes(true);
    for (const purpose of Object.keys(smallest.choices ?? {}) as Purpose[])
      if (calm(() => smallest, purpose, accepts)) isSmaller = true;
  }
  return smallest;
}

function firstAccepted(steps: Iterable<ShrinkStep>, accepts: (step: ShrinkStep) => boolean): boolean {
  for (const step of steps) if (accepts(step)) return true;
  return false;
}

/**
 * Makes the choices for one purpose plain, in ever smaller parts: of a list of thousands it would take too long to begin again
 * after each part that can be spared.
 */
function calm(current: () => Scenario, purpose: Purpose, accepts: (step: ShrinkStep) => boolean): boolean {
  const listed = () => current().choices?.[purpose] ?? [];
  let isSmaller = firstAccepted(shorterChoices(current(), purpose), accepts);
  for (let size = Math.ceil(unusualIn(listed()).length / 2); size >= 1; ) {
    let isSpared = false;
    // From the end: what comes first decides what comes later.
    for (let end = unusualIn(listed()).length; end > 0; end -= size) {
      const places = unusualIn(listed()).slice(Math.max(0, end - size), end);
      if (places.length > 0 && accepts(withPlain(current(), purpose, places))) isSpared = true;
    }
    isSmaller ||= isSpared;
    if (size > 1) size = Math.ceil(size / 2);
    else if (!isSpared) break;
  }
  return isSmaller;
}

/** What can be taken away of one kind: every scenario that is one step smaller, the boldest steps first. None lasts longer than `mostMs`. */
type Kind = (scenario: Scenario, mostMs: number) => Generator<ShrinkStep>;

const KINDS: readonly Kind[] = [
  lessTime,
  fewerFaults,
  fewerMessages,
  fewerClients,
  fewerServers,
  plainerSettings,
];

/** Every scenario that is one step smaller, of all kinds. All are valid if the scenario is. */
export function* smaller(scenario: Scenario): Generator<ShrinkStep> {
  for (const kind of KINDS) yield* kind(scenario, scenario.durationMs);
  for (const purpose of Object.keys(scenario.choices ?? {}) as Purpose[]) {
    yield* shorterChoices(scenario, purpose);
    for (const i of unusualIn(scenario.choices![purpose]!)) yield withPlain(scenario, purpose, [i]);
  }
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

function* fewerClients(scenario: Scenario, mostMs: number): Generator<ShrinkStep> {
  yield* withoutClients(scenario);
  for (const step of withoutClients(scenario)) yield* adapted(step, mostMs);
}

/**
 * Whoever is gone had turns at the balancer and decisions of chance, which now fall to others. So the step is also tried with all
 * decisions plain, which may take longer, and with the faults moved on to other servers.
 */
function* adapted({ what, scenario }: ShrinkStep, mostMs: number): Generator<ShrinkStep> {
  const hasChoices = Object.keys(scenario.choices ?? {}).length > 0;
  const { count } = scenario.servers;
  const shifts = scenario.faults.some(({ target }) => SERVER.test(target))
    ? Array.from({ length: Math.min(count, MAX_SHIFTS) }, (_, shift) => shift)
    : [0];
  for (const shift of shifts) {
    const moved = { ...scenario, faults: scenario.faults.map((fault) => movedOn(fault, shift, count)) };
    if (shift > 0) yield { what: `${what}, with faults of other servers`, scenario: moved };
    if (hasChoices)
      yield { what: `${what}, and all chance`, scenario: { ...moved, choices: {}, durationMs: mostMs } };
  }
}

/** More servers than this are not tried instead of those that fail. */
const MAX_SHIFTS = 4;
const SERVER = /(?<=^|\/)server-(\d+)(?=$|\/)/;

/** The fault of the server that comes so many places later. */
function movedOn(fault: Fault, shift: number, count: number): Fault {
  const later = (_: string, number: string) => serverName((Number(number) - 1 + shift) % count);
  return { ...fault, target: fault.target.replace(SERVER, later) };
}

function* withoutClients(scenario: Scenario): Generator<ShrinkStep> {
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

type Purpose = keyof NonNullable<Scenario["choices"]>;

/** Without the choices for a purpose, or without the last of them. */
function* shorterChoices(scenario: Scenario, purpose: Purpose): Generator<ShrinkStep> {
  const list = scenario.choices?.[purpose] ?? [];
  if (list.length === 0) return;
  yield { what: `chance in ${purpose}`, scenario: withList(scenario, purpose, []) };
  for (const cut of cuts(list.length, 1))
    yield {
      what: `the last ${cut} of ${purpose}`,
      scenario: withList(scenario, purpose, list.slice(0, -cut)),
    };
}

/** Places of the choices that are not the plainest. */
function unusualIn(list: readonly number[]): number[] {
  return list.flatMap((value, i) => (value === 0 ? [] : [i]));
}

/** With some of the choices for a purpose made the plainest. */
function withPlain(scenario: Scenario, purpose: Purpose, places: readonly number[]): ShrinkStep {
  const plain = new Set(places);
  const list = (scenario.choices?.[purpose] ?? []).map((value, i) => (plain.has(i) ? 0 : value));
  return {
    what:
      places.length === 1
        ? `choice ${places[0]! + 1} of ${purpose}`
        : `${places.length} choices of ${purpose}`,
    scenario: withList(scenario, purpose, list),
  };
}

/** With these choices for a purpose; zeros at the end say nothing. */
function withList(scenario: Scenario, purpose: Purpose, list: readonly number[]): Scenario {
  const { [purpose]: _, ...others } = scenario.choices ?? {};
  const shorter = trimmed(list);
  return { ...scenario, choices: shorter.length === 0 ? others : { ...others, [purpose]: [...shorter] } };
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
