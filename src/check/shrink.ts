/**
 * Making a scenario that breaks a rule smaller, as long as it breaks it in the same way. What is taken away is load, largest first: time,
 * faults, messages, clients, servers down to two, what the search had made late, decisions of chance. The design stays as it is (design.ts).
 * When nothing more can be taken away, one at a time, the scenario is *locally minimal*.
 */
import { memberName, serverName } from "../scenario/names.ts";
import type { Fault, Latency, Scenario } from "../scenario/schema.ts";
import { clientCount } from "./bounds.ts";
import { endOf, lastsLonger } from "./outages.ts";
import { keepingWaits } from "./waits.ts";
import { withMembers, withOnly, withoutGroup, withoutServer } from "./without.ts";

/** One accepted step: what was taken away, and what was left. */
export interface ShrinkStep {
  readonly what: string;
  readonly scenario: Scenario;
}

/** What is made smaller began as this. */
export interface Origin {
  /** The scenario that was asked about. A search adds to it: faults, late packets, losses. */
  readonly written: Scenario;
  /** Nothing lasts longer, ms. */
  readonly longestMs: number;
}

/** What can be taken away of one kind: every scenario that is one step smaller, the boldest steps first. */
export type Kind = (scenario: Scenario, origin: Origin) => Iterable<ShrinkStep>;

export interface ShrinkOptions {
  /** The scenario that was asked about, if something was added to it. */
  readonly written?: Scenario;
  /** The clients that the breach is about, by name: of a crowd, it is tried first whether they will do. */
  readonly concerned?: readonly string[];
  /** What is taken away; by default load. */
  readonly kinds?: readonly Kind[];
  /** Asked before every trial: whether to end with what there is. */
  readonly isOver?: () => boolean;
  /** Told of each accepted step. */
  readonly onStep?: (step: ShrinkStep) => void;
}

/**
 * The smallest scenario that greedy removal leads to. `isSame` says whether a smaller one still breaks the rule in the same way.
 */
export function shrink(
  scenario: Scenario,
  isSame: (smaller: Scenario) => boolean,
  options: ShrinkOptions = {},
): Scenario {
  const { written = scenario, concerned = [], kinds = LOAD, isOver = () => false, onStep } = options;
  const origin = { written, longestMs: scenario.durationMs };
  let smallest = scenario;
  const accepts = (step: ShrinkStep): boolean => {
    if (isOver() || !isSame(step.scenario)) return false;
    smallest = step.scenario;
    onStep?.(step);
    return true;
  };
  const takeAway = (kind: Kind): boolean => {
    let isSmaller = false;
    while (firstAccepted(kind(smallest, origin), accepts, isOver)) isSmaller = true;
    return isSmaller;
  };
  // A crowd makes every trial slow, and most of it is seldom needed.
  if (clientCount(scenario) > CROWD) {
    firstAccepted(onlyConcerned(scenario, concerned), accepts, isOver);
    takeAway(fewerClients);
  }
  // One kind after the other, each as far as it goes; what one takes away may let another go further.
  for (let isSmaller = true; isSmaller && !isOver(); ) {
    isSmaller = kinds.map(takeAway).includes(true);
    for (const purpose of Object.keys(smallest.choices ?? {}) as Purpose[])
      if (calm(() => smallest, purpose, accepts, isOver)) isSmaller = true;
  }
  return smallest;
}

/** More clients than this go first. */
const CROWD = 30;

function firstAccepted(
  steps: Iterable<ShrinkStep>,
  accepts: (step: ShrinkStep) => boolean,
  isOver: () => boolean,
): boolean {
  for (const step of steps) {
    if (accepts(step)) return true;
    if (isOver()) return false;
  }
  return false;
}

/**
 * Makes the choices for one purpose plain, in ever smaller parts: of a list of thousands it would take too long to begin again
 * after each part that can be spared.
 */
function calm(
  current: () => Scenario,
  purpose: Purpose,
  accepts: (step: ShrinkStep) => boolean,
  isOver: () => boolean,
): boolean {
  const listed = () => current().choices?.[purpose] ?? [];
  let isSmaller = firstAccepted(shorterChoices(current(), purpose), accepts, isOver);
  for (let size = Math.ceil(unusualIn(listed()).length / 2); size >= 1; ) {
    let isSpared = false;
    // From the end: what comes first decides what comes later.
    for (let end = unusualIn(listed()).length; end > 0 && !isOver(); end -= size) {
      const places = unusualIn(listed()).slice(Math.max(0, end - size), end);
      if (places.length > 0 && accepts(withPlain(current(), purpose, places))) isSpared = true;
    }
    isSmaller ||= isSpared;
    if (isOver()) break;
    if (size > 1) size = Math.ceil(size / 2);
    else if (!isSpared) break;
  }
  return isSmaller;
}

/** What goes on, and nothing of the design. */
export const LOAD: readonly Kind[] = [
  lessTime,
  fewerFaults,
  fewerMessages,
  fewerClients,
  fewerServers,
  earlierStarts,
  lessLate,
];

/** Every scenario that is one step smaller, of these kinds and in its decisions of chance. All are valid if the scenario is. */
export function* smaller(
  scenario: Scenario,
  { written = scenario, kinds = LOAD }: Pick<ShrinkOptions, "written" | "kinds"> = {},
): Generator<ShrinkStep> {
  for (const kind of kinds) yield* kind(scenario, { written, longestMs: scenario.durationMs });
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
  const { faults, durationMs } = scenario;
  const without = (what: string, places: readonly number[]): Iterable<ShrinkStep> => {
    const left = faults.filter((_, i) => !places.includes(i));
    return stepTo(what, lastsLonger(left, faults, durationMs) ? null : { ...scenario, faults: left });
  };
  for (const { from, length } of parts(faults.length))
    yield* without(
      `${length} faults`,
      Array.from({ length }, (_, i) => from + i),
    );
  for (const [i, { act, target }] of faults.entries()) {
    const end = endOf(faults, i);
    if (end !== null) yield* without(`${act} and ${faults[end]!.act} of ${target}`, [i, end]);
    yield* without(`${act} of ${target}`, [i]);
  }
}

function* fewerMessages(scenario: Scenario): Generator<ShrinkStep> {
  const { workload } = scenario;
  for (const { from, length } of parts(workload.length))
    yield {
      what: `${length} lines of the workload`,
      scenario: { ...scenario, workload: workload.toSpliced(from, length) },
    };
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
  yield* fewerRecipients(scenario);
}

/** Parts of a list that are more than one entry, the largest first: all of it, halves, quarters, …. */
function* parts(length: number): Generator<{ from: number; length: number }> {
  for (let size = length; size > 1; size = Math.ceil(size / 2))
    for (let from = 0; from < length; from += size) yield { from, length: Math.min(size, length - from) };
}

/** Lines to a room, each to one of its members only: members that a line addresses as a room can't stand alone (without.ts). */
function* fewerRecipients(scenario: Scenario): Generator<ShrinkStep> {
  const { workload } = scenario;
  for (const [i, send] of workload.entries())
    for (const mate of send.to === "room" ? roommates(scenario, send.from) : [])
      yield {
        what: `all of the room but ${mate}`,
        scenario: { ...scenario, workload: workload.with(i, { ...send, to: mate }) },
      };
}

/** Of larger rooms, no more members than these are tried. */
const MAX_RECIPIENTS = 64;

/** The others in a client's room. Nobody's if it is a group that sends, nor if nobody else is in the group: then nothing would be gained. */
function roommates({ clients }: Scenario, name: string): string[] {
  for (const group of clients.filter(({ count }) => count > 2)) {
    const names = Array.from({ length: group.count }, (_, i) => memberName(group.name, i));
    const sender = names.indexOf(name);
    if (sender < 0) continue;
    const size = group.roomSize ?? group.count;
    const first = sender - (sender % size);
    const mates = names.slice(first, first + size).filter((mate) => mate !== name);
    return mates.slice(-MAX_RECIPIENTS);
  }
  return [];
}

function* onlyConcerned(scenario: Scenario, concerned: readonly string[]): Generator<ShrinkStep> {
  const fewer = withOnly(scenario, new Set(concerned));
  if (fewer !== null) yield { what: "everybody else", scenario: keepingWaits(scenario)(fewer) };
}

function* fewerClients(scenario: Scenario, origin: Origin): Generator<ShrinkStep> {
  const keepWaits = keepingWaits(scenario);
  for (const { what, scenario: fewer } of withoutClients(scenario)) {
    const kept = keepWaits(fewer);
    yield { what, scenario: kept };
    if (kept !== fewer) yield { what: `${what}, with others' waits`, scenario: fewer };
  }
  for (const step of withoutClients(scenario)) yield* adapted(step, origin);
}

/**
 * Whoever is gone had turns at the balancer and decisions of chance, which now fall to others. So the step is also tried with all
 * decisions plain, which may take longer, and with the kills that a search added moved on to other servers.
 */
function* adapted({ what, scenario }: ShrinkStep, { written, longestMs }: Origin): Generator<ShrinkStep> {
  const hasChoices = Object.keys(scenario.choices ?? {}).length > 0;
  const { count } = scenario.servers;
  const isWritten = writtenFaults(written);
  // Where what ended an outage came too late to matter, and is gone, more time would make the outage longer.
  const isExtensible = !lastsLonger(scenario.faults.filter(isWritten), written.faults, longestMs);
  const durationMs = isExtensible ? longestMs : scenario.durationMs;
  const shifts = scenario.faults.some((fault) => SERVER.test(fault.target) && !isWritten(fault))
    ? Array.from({ length: Math.min(count, MAX_SHIFTS) }, (_, shift) => shift)
    : [0];
  for (const shift of shifts) {
    const faults = scenario.faults.map((fault) => (isWritten(fault) ? fault : movedOn(fault, shift, count)));
    const moved = { ...scenario, faults };
    if (shift > 0) yield { what: `${what}, with faults of other servers`, scenario: moved };
    if (hasChoices)
      yield { what: `${what}, and all chance`, scenario: { ...moved, choices: {}, durationMs } };
  }
}

/** More servers than this are not tried instead of those that fail. */
const MAX_SHIFTS = 4;
const SERVER = /(?<=^|\/)server-(\d+)(?=$|\/)/;

/** Whether a fault is one of the scenario's own: those say when which server fails, and are not moved. */
function writtenFaults(written: Scenario): (fault: Fault) => boolean {
  const own = new Set(written.faults.map((fault) => JSON.stringify(fault)));
  return (fault) => own.has(JSON.stringify(fault));
}

/** The fault of the server that comes so many places later. */
function movedOn(fault: Fault, shift: number, count: number): Fault {
  const later = (_: string, number: string) => serverName((Number(number) - 1 + shift) % count);
  return { ...fault, target: fault.target.replace(SERVER, later) };
}

/** Of small groups, and at the end of large ones, any member may be the one that is not needed. */
const MEMBERS_TRIED = 8;

function* withoutClients(scenario: Scenario): Generator<ShrinkStep> {
  for (const [i, { name, count }] of scenario.clients.entries()) {
    const left = (first: number, others: readonly number[] = []) =>
      withMembers(scenario, i, { first, others });
    yield* stepTo(count === 1 ? `client ${name}` : `group ${name}`, withoutGroup(scenario, i));
    if (count === 1) continue;
    for (const cut of cuts(count, 1)) {
      yield* stepTo(`the last ${cut} of ${name}`, left(count - cut));
      // When no more can go at the end, the last is needed, and those before it may not be.
      if (cut > 1) yield* stepTo(`${cut} of ${name} before the last`, left(count - 1 - cut, [count - 1]));
    }
    for (let member = count - 2; member >= Math.max(0, count - MEMBERS_TRIED); member--) {
      const after = Array.from({ length: count - 1 - member }, (_, k) => member + 1 + k);
      yield* stepTo(`client ${memberName(name, member)}`, left(member, after));
    }
  }
}

function* fewerServers(scenario: Scenario): Generator<ShrinkStep> {
  const { count } = scenario.servers;
  for (const cut of cuts(count, Math.min(2, count))) {
    let less: Scenario | null = scenario;
    for (let n = 1; n <= cut && less !== null; n++) less = withoutServer(less, count - n);
    yield* stepTo(cut === 1 ? serverName(count - 1) : `${cut} servers`, less);
  }
}

/** A step, if it can be written. */
export function* stepTo(what: string, scenario: Scenario | null): Generator<ShrinkStep> {
  if (scenario !== null) yield { what, scenario };
}

/** Everybody at the beginning: time that passes before anything is of interest. */
function* earlierStarts(scenario: Scenario): Generator<ShrinkStep> {
  const { clients } = scenario;
  for (const [i, group] of clients.entries())
    for (const field of ["startMs", "startGapMs"] as const)
      if (group[field] !== 0)
        yield {
          what: `clients.${group.name}.${field}`,
          scenario: { ...scenario, clients: clients.with(i, { ...group, [field]: 0 }) },
        };
}

/** Links as they are written, where a search made them slower or let them lose (bounds.ts). */
function* lessLate(scenario: Scenario, { written }: Origin): Generator<ShrinkStep> {
  const { network } = scenario;
  for (const hop of ["client", "server", "backplane"] as const) {
    const [now, before] = [network[hop], written.network[hop]];
    const link = (part: Partial<typeof now>): Scenario => ({
      ...scenario,
      network: { ...network, [hop]: { ...now, ...part } },
    });
    if (isWidened(now.latencyMs, before.latencyMs))
      yield { what: `lateness on ${hop} links`, scenario: link({ latencyMs: before.latencyMs }) };
    if (before.loss === 0 && now.loss !== 0)
      yield { what: `loss on ${hop} links`, scenario: link({ loss: 0 }) };
  }
}

function isWidened(now: Latency, before: Latency): boolean {
  return typeof now !== "number" && now.distribution === "uniform" && now.minMs === before;
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
