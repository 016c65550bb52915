/**
 * What is wrong with a repair, found out in fresh runs and by other means than the repairer's: from ledgers and metrics of whole runs of the
 * scenario with and without it.
 */
import fc from "fast-check";
import { trials } from "../../src/check/arbitraries.ts";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import type { Asked, Settings } from "../../src/check/repair.ts";
import { runTrial } from "../../src/check/trial.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { measure } from "../../src/run/metrics.ts";
import { simulate } from "../../src/run/simulate.ts";
import { withSettings } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

type Question = Pick<Asked, "found" | "original" | "rule" | "holding">;

/** What a repair must not do, in the order in which it is looked for. */
export const FAULTS = [
  "takes something away",
  "holds by luck",
  "breaks in the run that was found",
  "breaks in a fresh run",
  "breaks with other addresses",
  "breaks another rule",
  "says nothing",
  "silences another rule",
  "fewer clients connect",
  "clients are connected for less long",
  "fewer copies arrive",
] as const;
export type RepairFault = (typeof FAULTS)[number];

export function faultsOf(question: Question, set: Settings, { seed, runs }: { seed: number; runs: number }) {
  const { found, original, rule, holding } = question;
  const faults = new Set<RepairFault>();
  const turned = turn(original, set);
  if (bearing(turned) !== bearing(original) || isLess(original, turned)) faults.add("takes something away");
  if (isByLuck(original, turned)) faults.add("holds by luck");

  const samples = (scenario: Scenario) =>
    fc.sample(trials(scenario, DEFAULT_BOUNDS), { numRuns: runs, seed });
  const groups = [
    { broken: "breaks in the run that was found", samples: [found.scenario] },
    { broken: "breaks in a fresh run", samples: samples(stripped(original)) },
    { broken: "breaks with other addresses", samples: samples(neighbours(stripped(original))) },
  ] as const;
  const others = holding.filter(({ name, kind }) => name !== rule.name && kind !== "sometimes");
  const judged = { before: new Set<string>(), after: new Set<string>() };
  const spoken = (scenario: Scenario, judging: Set<string>) => {
    const { watch } = runTrial(scenario, [rule, ...others]);
    for (const [name, { spoke }] of Object.entries(watch.scopes())) if (spoke > 0) judging.add(name);
    return watch.found.map(({ rule: name }) => name);
  };
  for (const { broken, samples } of groups)
    for (const before of samples) {
      const after = turn(before, set);
      const brokenBefore = spoken(before, judged.before);
      const brokenAfter = spoken(after, judged.after);
      if (brokenAfter.includes(rule.name)) faults.add(broken);
      if (brokenAfter.some((name) => name !== rule.name && !brokenBefore.includes(name)))
        faults.add("breaks another rule");
      for (const fault of lossesOf(before, after)) faults.add(fault);
    }
  if (!judged.after.has(rule.name)) faults.add("says nothing");
  if (others.some(({ name }) => judged.before.has(name) && !judged.after.has(name)))
    faults.add("silences another rule");
  return FAULTS.filter((fault) => faults.has(fault));
}

function turn(scenario: Scenario, set: Settings): Scenario {
  const turned = withSettings(scenario, set);
  if (!turned.ok) throw new Error(JSON.stringify(turned.errors));
  return turned.scenario;
}

/** What the architecture has to bear, as text. */
function bearing(scenario: Scenario): string {
  const { clients, network, workload, faults, durationMs, seed, rules, ownRules } = scenario;
  const people = clients.map(({ name, count, startMs, startGapMs, startConnected, roomSize, address }) => [
    name,
    count,
    startMs,
    startGapMs,
    startConnected,
    roomSize,
    address,
  ]);
  return JSON.stringify([people, network, workload, faults, durationMs, seed, rules, ownRules]);
}

function isLess(before: Scenario, after: Scenario): boolean {
  return (
    after.servers.count < before.servers.count ||
    (before.backplane.kind !== "none" && after.backplane.kind === "none")
  );
}

/** Whether only traffic keeps connections open, after heartbeats or idle timeout were turned. */
function isByLuck(before: Scenario, after: Scenario): boolean {
  const timers = ({ servers, balancer }: Scenario) =>
    [servers.pingIntervalMs, balancer.idleTimeoutMs] as const;
  const [pingMs, idleMs] = timers(after);
  return timers(before).join() !== timers(after).join() && pingMs >= idleMs;
}

function neighbours(scenario: Scenario): Scenario {
  const clients = scenario.clients.map((group, i) => ({ ...group, address: `192.168.${i}.7` }));
  return { ...scenario, clients };
}

function* lossesOf(before: Scenario, after: Scenario): Generator<RepairFault> {
  const [was, is] = [brought(before), brought(after)];
  if (is.connected < was.connected) yield "fewer clients connect";
  if (is.connectedMs < was.connectedMs - 0.01 * is.clients * before.durationMs)
    yield "clients are connected for less long";
  if (is.sent < was.sent || is.delivered / Math.max(1, is.sent) < was.delivered / Math.max(1, was.sent))
    yield "fewer copies arrive";
}

function brought(scenario: Scenario) {
  const run = simulate(scenario);
  const { tally, ...ledger } = readLedger(run.trace);
  const { connections, connectedOverTime } = measure(run.trace, { tally, ...ledger });
  const ends = [...connectedOverTime.slice(1).map(([timeUs]) => timeUs), scenario.durationMs * 1000];
  const connectedMs = connectedOverTime.reduce(
    (sum, [timeUs, count], i) => sum + (count * (ends[i]! - timeUs)) / 1000,
    0,
  );
  const clients = scenario.clients.reduce((sum, { count }) => sum + count, 0);
  return {
    clients,
    connected: connections.everConnected,
    connectedMs,
    sent: tally.sent,
    delivered: tally.delivered,
  };
}
