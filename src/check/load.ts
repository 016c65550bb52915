/**
 * What can be taken away from a scenario without changing its design: time, faults, messages, clients,
 * servers down to two, starts, and what a search had made late. One generator for each kind: every scenario
 * that is one step smaller, the boldest steps first.
 */
import { memberName, serverName } from "../scenario/names.ts";
import type { Fault, Latency, Scenario } from "../scenario/schema.ts";
import { earliestMs } from "../scenario/timers.ts";
import { endOf, lastsLonger } from "./outages.ts";
import { keepingWaits } from "./waits.ts";
import { withMembers, withOnly, withoutGroup, withoutServer } from "./without.ts";

/** One accepted step: what was taken away, and what was left. */
export interface ShrinkStep {
  readonly what: string;
  readonly scenario: Scenario;
}

/** The scenario before anything was taken away. */
export interface Origin {
  /** The scenario that was asked about. A search adds to it: faults, late packets, losses. */
  readonly written: Scenario;
  /** Nothing lasts longer, ms. */
  readonly longestMs: number;
}

/** What can be taken away of one kind: every scenario that is one step smaller, the boldest steps first. */
export type Kind = (scenario: Scenario, origin: Origin) => Iterable<ShrinkStep>;

/** The kinds of load; none of them changes the design. */
export const LOAD: readonly Kind[] = [
  lessTime,
  fewerFaults,
  fewerMessages,
  fewerClients,
  fewerServers,
  earlierStarts,
  lessLate,
];

/** Cuts of an integer towards `least`: all of it, half, a quarter, …, one. Descending. */
export function cuts(value: number, least: number): number[] {
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
    if (end !== null) yield* without(`${act} and ${faults[end].act} of ${target}`, [i, end]);
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
    const { everyMs, firstMs, untilMs: _, ...line } = send;
    if (everyMs === undefined) continue;
    const first = firstMs ?? everyMs;
    const atMs = Math.min(earliestMs(first), scenario.durationMs);
    yield {
      what: `all but one message of ${line.from}`,
      scenario: { ...scenario, workload: workload.with(i, { ...line, atMs }) },
    };
  }
  yield* fewerRecipients(scenario);
}

/** Parts of a list that are more than one entry, the largest first: all of it, halves, quarters, …. */
function* parts(length: number): Generator<{ from: number; length: number }> {
  for (let size = length; size > 1; size = Math.ceil(size / 2))
    for (let from = 0; from < length; from += size) yield { from, length: Math.min(size, length - from) };
}

/**
 * Lines to a room, each redirected to one member only: as long as a line addresses a room, its members can't
 * become clients of their own (without.ts).
 */
function* fewerRecipients(scenario: Scenario): Generator<ShrinkStep> {
  const { workload } = scenario;
  for (const [i, send] of workload.entries())
    for (const mate of send.to === "room" ? roommates(scenario, send.from) : [])
      yield {
        what: `all of the room but ${mate}`,
        scenario: { ...scenario, workload: workload.with(i, { ...send, to: mate }) },
      };
}

/** How many members of a room are tried at most. */
const MAX_RECIPIENTS = 64;

/** The others in a client's room. Empty if a group sends, or if nobody else is in the group: then nothing would be gained. */
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

/** The scenario with only these clients. */
export function* onlyConcerned(scenario: Scenario, concerned: readonly string[]): Generator<ShrinkStep> {
  const fewer = withOnly(scenario, new Set(concerned));
  if (fewer !== null) yield { what: "everybody else", scenario: keepingWaits(scenario)(fewer) };
}

export function* fewerClients(scenario: Scenario, origin: Origin): Generator<ShrinkStep> {
  const keepWaits = keepingWaits(scenario);
  for (const { what, scenario: fewer } of withoutClients(scenario)) {
    const kept = keepWaits(fewer);
    yield { what, scenario: kept };
    if (kept !== fewer) yield { what: `${what}, with others' waits`, scenario: fewer };
  }
  for (const step of withoutClients(scenario)) yield* adapted(step, origin);
}

/**
 * A client that is gone had turns at the balancer and decisions of chance, which now fall to other clients.
 * So the step is also tried with all decisions plain, which may take longer, and with the kills that a search
 * added moved on to other servers.
 */
function* adapted({ what, scenario }: ShrinkStep, { written, longestMs }: Origin): Generator<ShrinkStep> {
  const hasChoices = Object.keys(scenario.choices ?? {}).length > 0;
  const { count } = scenario.servers;
  const isWritten = writtenFaults(written);
  // If the end of an outage came too late to matter and was taken away, more time would make the outage longer.
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

/** How many other servers are tried, at most, in place of those that fail. */
const MAX_SHIFTS = 4;
const SERVER = /(?<=^|\/)server-(\d+)(?=$|\/)/;

/** What tells faults apart. A search may have widened the latency or the loss that one brings. */
function keyOf(fault: Fault): string {
  return JSON.stringify({ ...fault, latencyMs: undefined, loss: undefined });
}

/** Whether a fault is one of the scenario's own: those say when which server fails, and are not moved. */
function writtenFaults(written: Scenario): (fault: Fault) => boolean {
  const own = new Set(written.faults.map(keyOf));
  return (fault) => own.has(keyOf(fault));
}

/** The fault of the server that comes so many places later. */
function movedOn(fault: Fault, shift: number, count: number): Fault {
  const later = (_: string, number: string) => serverName((Number(number) - 1 + shift) % count);
  return { ...fault, target: fault.target.replace(SERVER, later) };
}

/** In small groups, and at the end of large ones, any member may turn out to be superfluous. */
const MEMBERS_TRIED = 8;

function* withoutClients(scenario: Scenario): Generator<ShrinkStep> {
  for (const [i, { name, count }] of scenario.clients.entries()) {
    const left = (first: number, others: readonly number[] = []) =>
      withMembers(scenario, i, { first, others });
    yield* stepTo(count === 1 ? `client ${name}` : `group ${name}`, withoutGroup(scenario, i));
    if (count === 1) continue;
    for (const cut of cuts(count, 1)) {
      yield* stepTo(`the last ${cut} of ${name}`, left(count - cut));
      // When no more members can go at the end, the last is needed; those before it may still be superfluous.
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

/** Starts at 0, which saves the time before anything of interest happens. */
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
function* lessLate(scenario: Scenario, origin: Origin): Generator<ShrinkStep> {
  const { network, clients } = scenario;
  const { written } = origin;
  yield* narrowerFaults(scenario, origin);
  for (const hop of ["client", "proxy", "server", "backplane", "publisher"] as const)
    yield* narrower(`${hop} links`, network[hop], written.network[hop], (link) => ({
      ...scenario,
      network: { ...network, [hop]: { ...network[hop], ...link } },
    }));
  for (const [name, own] of Object.entries(network.links))
    yield* narrower(name, own, written.network.links[name], (link) => ({
      ...scenario,
      network: { ...network, links: { ...network.links, [name]: { ...own, ...link } } },
    }));
  for (const [i, group] of clients.entries()) {
    const before = written.clients.find(
      ({ name }) => group.name === name || group.name.startsWith(`${name}-`),
    );
    yield* narrower(`the links of ${group.name}`, group.link, before?.link, (link) => ({
      ...scenario,
      clients: clients.with(i, { ...group, link: { ...group.link, ...link } }),
    }));
  }
}

/** What a fault makes of links, as it is written. */
function* narrowerFaults(scenario: Scenario, { written }: Origin): Generator<ShrinkStep> {
  for (const [i, fault] of scenario.faults.entries()) {
    if (fault.act !== "slow") continue;
    const before = written.faults.find((other) => keyOf(other) === keyOf(fault));
    yield* narrower(fault.target, fault, before?.act === "slow" ? before : undefined, (link) => ({
      ...scenario,
      faults: scenario.faults.with(i, { ...fault, latencyMs: link.latencyMs ?? fault.latencyMs }),
    }));
  }
}

/** A link, as far as a scenario says what it is like. */
type Link = Scenario["network"]["links"][string];

function* narrower(
  what: string,
  now: Link | undefined,
  before: Link | undefined,
  turned: (link: Link) => Scenario,
): Generator<ShrinkStep> {
  if (now === undefined || before === undefined) return;
  if (before.latencyMs !== undefined && isWidened(now.latencyMs, before.latencyMs))
    yield { what: `lateness on ${what}`, scenario: turned({ latencyMs: before.latencyMs }) };
  if (before.loss === 0 && now.loss !== 0) yield { what: `loss on ${what}`, scenario: turned({ loss: 0 }) };
}

function isWidened(now: Latency | undefined, before: Latency): boolean {
  return typeof now === "object" && now.distribution === "uniform" && now.minMs === before;
}
