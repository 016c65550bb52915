/**
 * What a scenario says that does nothing in any of its runs. It is accepted, since another variant or setting may make it
 * matter; it is said, since it is mostly a slip.
 */
import { upstreamPart } from "../model/balancer/upstream.part.ts";
import { PARTS } from "../model/parts.ts";
import {
  type FaultTarget,
  groupOf,
  namesOf,
  resolveFaultTarget,
  type ScenarioNames,
  serverIndex,
} from "./names.ts";
import type { Fault, Latency, Scenario } from "./schema.ts";

type Send = Scenario["workload"][number];

import { earliestMs } from "./timers.ts";

export interface Note {
  /** As in errors: `faults.1.act`. */
  readonly path: string;
  readonly message: string;
}

/** What undoes what, of all parts: nothing that is struck has an act of another's. */
const UNDOES: Readonly<Record<string, readonly string[]>> = undoings();

function undoings(): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const { undoes } of PARTS)
    for (const [act, acts] of Object.entries(undoes ?? {})) all[act] = [...(all[act] ?? []), ...acts];
  return all;
}

/** How it is said when there is nothing to undo. */
const NOTHING_TO_UNDO: Readonly<Record<string, string>> = {
  restart: "it has not crashed",
  resume: "it is neither frozen nor throttled",
  heal: "it is neither cut, slow, lossy nor mute",
};

/** Acts that are the same each time: what has been struck by one already does not notice another. And how that is said. */
const STANDS: Readonly<Record<string, string>> = { cut: "it is cut", freeze: "it is frozen" };

/** What a process that is down does not notice: it hears of its restart only. */
const UNNOTICED_WHEN_DOWN = new Set(["crash", "stop", "disconnect", "reload"]);

/** Whose process stays down until it is restarted. */
const PROCESSES = new Set<FaultTarget["kind"]>(["server", "backplane", "balancer"]);

/** In the order of the scenario's lines. */
export function notesOn(scenario: Scenario): Note[] {
  return [...balancerNotes(scenario), ...faultNotes(scenario), ...workloadNotes(scenario)];
}

/** What the balancer's kind does not go by, and lines of its list that are about nobody. */
function balancerNotes({ balancer, servers, durationMs }: Scenario): Note[] {
  const notes: Note[] = [];
  for (const [name, { addedMs = 0, removedMs = 0 }] of Object.entries(balancer.servers)) {
    const path = `balancer.servers.${name}`;
    if (serverIndex({ servers }, name) === null) notes.push({ path, message: `this variant has no ${name}` });
    else if (addedMs > durationMs)
      notes.push({
        path: `${path}.addedMs`,
        message: `${name} is added at ${addedMs} ms, after the end, at ${durationMs} ms`,
      });
    else if (removedMs > 0 && removedMs <= addedMs)
      notes.push({
        path: `${path}.removedMs`,
        message: `${name} is removed at ${removedMs} ms, and added at ${addedMs} ms: it stays`,
      });
    else if (removedMs > durationMs)
      notes.push({
        path: `${path}.removedMs`,
        message: `${name} is removed at ${removedMs} ms, after the end, at ${durationMs} ms`,
      });
  }
  if (balancer.kind !== "nginx" && balancer.failTimeoutMs !== upstreamPart.fields.of.failTimeoutMs.initial)
    notes.push({
      path: "balancer.failTimeoutMs",
      message: `failTimeoutMs is nginx's: ${balancer.kind} leaves no server out for a request that failed`,
    });
  if (balancer.kind === "haproxy" && balancer.redispatch && balancer.retries === 0)
    notes.push({
      path: "balancer.redispatch",
      message: "redispatch is for the last of the retries, and there are none",
    });
  return notes;
}

function faultNotes(scenario: Scenario): Note[] {
  const names = namesOf(scenario);
  const idle = idleFaults(scenario, names);
  return scenario.faults.flatMap((fault, i): Note[] => {
    const { act, target } = fault;
    if ("atMs" in fault && fault.atMs > scenario.durationMs)
      return [
        {
          path: `faults.${i}.atMs`,
          message: `${act} ${target} at ${fault.atMs} ms comes after the end, at ${scenario.durationMs} ms`,
        },
      ];
    if (!exists(scenario, targetOf(scenario, names, fault)))
      return [{ path: `faults.${i}.target`, message: `${act} ${target}: this variant has no ${target}` }];
    const why = idle.get(fault);
    if (why === undefined || !("atMs" in fault)) return [];
    const when = `at ${fault.atMs} ms`;
    return [
      { path: `faults.${i}.act`, message: `${act} ${target} ${when}: ${why} by then, so this does nothing` },
    ];
  });
}

/** Faults that undo what nothing has done, strike who is down, or do what has been done already; and why they do nothing. */
function idleFaults(scenario: Scenario, names: ScenarioNames): Map<Fault, string> {
  const idle = new Map<Fault, string>();
  /** By what was struck: the acts that stand. */
  const standing = new Map<string, Set<string>>();
  const inOrder = scenario.faults
    .flatMap((fault) => ("atMs" in fault ? [fault] : []))
    .sort((one, other) => one.atMs - other.atMs);
  for (const fault of inOrder) {
    const { kind, numbers } = targetOf(scenario, names, fault);
    const undoes = UNDOES[fault.act] ?? [];
    let undoesNothing = undoes.length > 0;
    let repeats = STANDS[fault.act] !== undefined && numbers.length > 0;
    let strikesDown = PROCESSES.has(kind) && UNNOTICED_WHEN_DOWN.has(fault.act);
    for (const number of numbers) {
      const key = `${kind} ${number}`;
      const acts = standing.get(key) ?? new Set();
      standing.set(key, acts);
      for (const act of undoes) if (acts.delete(act)) undoesNothing = false;
      if (!acts.has("crash")) strikesDown = false;
      if (!acts.has(fault.act)) repeats = false;
      // Who crashes is not frozen any more.
      if (fault.act === "crash") acts.clear();
      if (undoes.length === 0 && fault.act !== "disconnect" && fault.act !== "reload") acts.add(fault.act);
    }
    if (undoesNothing) idle.set(fault, NOTHING_TO_UNDO[fault.act]!);
    else if (strikesDown && numbers.length > 0) idle.set(fault, "it is down");
    else if (repeats) idle.set(fault, STANDS[fault.act]!);
  }
  return idle;
}

function targetOf(scenario: Scenario, names: ScenarioNames, fault: Fault): FaultTarget {
  const target = resolveFaultTarget(scenario, names, fault);
  if ("problem" in target) throw new Error(`no valid scenario: ${target.problem}`);
  return target;
}

function exists({ backplane }: Scenario, { kind, numbers }: FaultTarget): boolean {
  if (kind === "backplane") return backplane.kind !== "none";
  return kind !== "channel" || numbers.some((number) => number >= 0);
}

/** Lines that send nothing before the end, or that nobody could hear in time. */
function workloadNotes(scenario: Scenario): Note[] {
  const { durationMs, workload } = scenario;
  const wayMs = leastWayMs(scenario);
  return workload.flatMap((line, i): Note[] => {
    const isOnce = line.atMs !== undefined;
    const firstMs = firstSendMs(scenario, line);
    const path = `workload.${i}${isOnce ? ".atMs" : ""}`;
    const sends = `${line.from} sends ${isOnce ? "" : "for the first time "}at ${firstMs} ms`;
    const end = `the end, at ${durationMs} ms`;
    if (firstMs > durationMs) return [{ path, message: `${sends}, after ${end}` }];
    const { untilMs = firstMs } = line;
    if (firstMs > untilMs) return [{ path, message: `${sends}, after untilMs, ${untilMs} ms` }];
    if (firstMs + wayMs <= durationMs) return [];
    return [
      { path, message: `${sends}, too late to arrive before ${end}: the way takes ${wayMs} ms at least` },
    ];
  });
}

/** When a line sends for the first time, at the very earliest: without a time of its own, counted from the start of its client. */
function firstSendMs(scenario: Scenario, { from, atMs, firstMs, everyMs }: Send): number {
  if (atMs !== undefined) return atMs;
  if (firstMs !== undefined) return earliestMs(firstMs);
  const [client] = namesOf(scenario).client.members(from);
  const group = client === undefined ? undefined : groupOf(scenario, client);
  const startMs = group === undefined || group.startConnected ? 0 : group.startMs;
  return startMs + earliestMs(everyMs!);
}

/** From whoever sends to whoever receives, at the very least: the last stretch, to a client or its server. */
function leastWayMs({ network, clients }: Scenario): number {
  const links = [
    network.client,
    ...clients.flatMap(({ link }) => (link === undefined ? [] : [link])),
    ...Object.values(network.links),
  ];
  return Math.min(...links.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [leastMs(latencyMs)])));
}

function leastMs(latency: Latency): number {
  if (typeof latency === "number") return latency;
  return "minMs" in latency ? latency.minMs : 0;
}
