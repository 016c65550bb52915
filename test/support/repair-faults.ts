/**
 * What is wrong with a repair, found out in fresh runs and by other means than the repairer's: from ledgers and
 * metrics of whole runs of the scenario with and without it.
 */
import fc from "fast-check";
import { trials } from "../../src/check/arbitraries.ts";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import type { Asked, Settings } from "../../src/check/repair.ts";
import type { Rule } from "../../src/check/rule.ts";
import { runTrial } from "../../src/check/trial.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { measure } from "../../src/run/metrics.ts";
import type { RunResult } from "../../src/run/result.ts";
import { simulate } from "../../src/run/simulate.ts";
import { withSettings } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { timerMs } from "../../src/scenario/timers.ts";

type Question = Pick<Asked, "found" | "original" | "rule" | "holding">;

/** What a repair must not do, in the order in which it is looked for. */
const FAULTS = [
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
const IN_FOUND = "breaks in the run that was found";
const FEWER_COPIES = "fewer copies arrive";
export type RepairFault = (typeof FAULTS)[number];

interface Fresh {
  readonly seed: number;
  /** With the scenario's addresses, and as many with others. */
  readonly runs: number;
  /** In how many of them a rule may break: what stood 200 runs may break in one of 67. */
  readonly spare?: number;
}

/** What a repair does that it must not do. */
export function faultsOf(question: Question, set: Settings, { seed, runs, spare = 0 }: Fresh): RepairFault[] {
  const { found, original, rule, holding } = question;
  const faults = new Set<RepairFault>();
  const turned = turn(original, set);
  if (bearing(turned) !== bearing(original) || isLess(original, turned)) faults.add("takes something away");
  if (isByLuck(original, turned)) faults.add("holds by luck");

  const samples = (scenario: Scenario) =>
    fc.sample(trials(scenario, DEFAULT_BOUNDS), { numRuns: runs, seed });
  const groups = [
    { fault: IN_FOUND, samples: [found.scenario] },
    { fault: "breaks in a fresh run", samples: samples(stripped(original)) },
    { fault: "breaks with other addresses", samples: samples(neighbours(stripped(original))) },
  ] as const;
  const others = holding.filter(({ name, kind }) => name !== rule.name && kind !== "sometimes");
  const broken: RepairFault[] = [];
  const losses = new Losses();
  const judged = { before: new Set<string>(), after: new Set<string>() };
  const spoken = (scenario: Scenario, judging: Set<string>) => {
    const { watch } = runTrial(scenario, [rule, ...others]);
    for (const [name, { spoke }] of Object.entries(watch.scopes())) if (spoke > 0) judging.add(name);
    return watch.found.map(({ rule: name }) => name);
  };
  for (const { fault, samples } of groups)
    for (const before of samples) {
      const after = turn(before, set);
      const brokenBefore = spoken(before, judged.before);
      for (const name of spoken(after, judged.after))
        if (!brokenBefore.includes(name) || name === rule.name)
          broken.push(name === rule.name ? fault : "breaks another rule");
      losses.add(before, after);
    }
  for (const fault of new Set(broken))
    if (broken.filter((one) => one === fault).length > (fault === IN_FOUND ? 0 : spare)) faults.add(fault);
  const fewer = [...losses.faults()];
  // That few runs bring less by chance shows in many.
  const isByChance = spare > 0 && fewer.join() === FEWER_COPIES && bringsAsMuch(original, set, seed);
  for (const fault of isByChance ? [] : fewer) faults.add(fault);
  if (!judged.after.has(rule.name)) faults.add("says nothing");
  // Where nobody is cut off any more, nobody comes back, and a rule about that has nothing to say.
  const seemSilent = others.filter(
    ({ name, followsTrouble }) =>
      followsTrouble !== true && judged.before.has(name) && !judged.after.has(name),
  );
  if (seemSilent.some((other) => !speaks(other, turned, seed))) faults.add("silences another rule");
  return FAULTS.filter((fault) => faults.has(fault));
}

/**
 * A rule that few runs give something to judge is silent in a few hundred of them by chance: the repairer asks for one
 * run of 200. In so many, it is not.
 */
const RUNS_OF_THE_SELDOM = 4000;

function speaks(rule: Rule, scenario: Scenario, seed: number): boolean {
  return fc
    .sample(trials(stripped(scenario), DEFAULT_BOUNDS), { numRuns: RUNS_OF_THE_SELDOM, seed })
    .some((run) => (runTrial(run, [rule]).watch.scopes()[rule.name]?.spoke ?? 0) > 0);
}

/** Whether all but so few copies arrive as 200 runs can't tell from all. */
function bringsAsMuch(original: Scenario, set: Settings, seed: number): boolean {
  let [was, is] = [0, 0];
  for (const before of fc.sample(trials(stripped(original), DEFAULT_BOUNDS), {
    numRuns: RUNS_OF_THE_SELDOM,
    seed,
  })) {
    was += brought(before).delivered;
    is += brought(turn(before, set)).delivered;
  }
  return is >= was * (1 - 3 / 200);
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

/** Whether only traffic keeps connections open, after heartbeats or idle timeouts were turned. */
function isByLuck(before: Scenario, after: Scenario): boolean {
  const [was, is] = [beatAndPatience(before), beatAndPatience(after)];
  return was.join() !== is.join() && is[0] >= is[1];
}

/** The rarest heartbeat on anybody's connection, and the shortest silence that a balancer does not bear. ms. */
function beatAndPatience({ clients, servers, balancer, proxies }: Scenario): [number, number] {
  const beats = clients.map(({ pingIntervalMs }) =>
    Math.min(timerMs(servers.pingIntervalMs), timerMs(pingIntervalMs)),
  );
  const polls = clients.some(({ transport }) => transport !== "websocket");
  const patience = [balancer, ...proxies].map((one) => {
    if (one.kind !== "haproxy") return one.idleTimeoutMs;
    const { clientTimeoutMs, serverTimeoutMs, tunnelTimeoutMs } = one;
    const silence = tunnelTimeoutMs === "none" ? Math.min(clientTimeoutMs, serverTimeoutMs) : tunnelTimeoutMs;
    return polls ? Math.min(silence, serverTimeoutMs) : silence;
  });
  return [Math.max(...beats), Math.min(...patience)];
}

function neighbours(scenario: Scenario): Scenario {
  const clients = scenario.clients.map((group, i) => ({ ...group, address: `192.168.${i}.7` }));
  return { ...scenario, clients };
}

/** What is brought to people without the repair and with it, all runs together. */
class Losses {
  readonly #was = { clients: 0, connected: 0, connectedMs: 0, allMs: 0, sent: 0, delivered: 0 };
  readonly #is = { ...this.#was };

  add(before: Scenario, after: Scenario): void {
    for (const [sum, scenario] of [
      [this.#was, before],
      [this.#is, after],
    ] as const)
      for (const [name, value] of Object.entries(brought(scenario))) sum[name as keyof typeof sum] += value;
  }

  *faults(): Generator<RepairFault> {
    const [was, is] = [this.#was, this.#is];
    if (is.connected < was.connected) yield "fewer clients connect";
    if (is.connectedMs < was.connectedMs - 0.01 * was.allMs) yield "clients are connected for less long";
    if (is.sent < was.sent || is.delivered < was.delivered) yield "fewer copies arrive";
  }
}

function brought(scenario: Scenario) {
  const run = simulate(scenario);
  const { tally, ...ledger } = readLedger(run.trace);
  const { connections } = measure(run, { tally, ...ledger });
  const clients = scenario.clients.reduce((sum, { count }) => sum + count, 0);
  return {
    clients,
    connected: connections.everConnected,
    connectedMs: connectedMs(scenario, run),
    allMs: clients * scenario.durationMs,
    sent: tally.sent,
    delivered: tally.delivered,
  };
}

/** How long clients are connected, all together, over links that are not cut: from record to record, what was so in between. */
function connectedMs({ faults, durationMs }: Scenario, { trace, nodes }: RunResult): number {
  const serverOf = new Map<number, number>();
  const cut = new Set<string>();
  const isReached = (client: number, server: number) =>
    !cut.has(`${nodes[client]!.name}/balancer`) && !cut.has(`balancer/${nodes[server]!.name}`);
  let sumUs = 0;
  let lastUs = 0;
  const pass = (nowUs: number) => {
    for (const [client, server] of serverOf) if (isReached(client, server)) sumUs += nowUs - lastUs;
    lastUs = nowUs;
  };
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row];
    if (kind !== RecordKind.connected && kind !== RecordKind.disconnected && kind !== RecordKind.fault)
      continue;
    pass(trace.timeUs[row]!);
    const what = trace.a[row]!;
    if (kind === RecordKind.connected) serverOf.set(what, trace.b[row]!);
    else if (kind === RecordKind.disconnected) serverOf.delete(what);
    else if (faults[what]!.act === "cut") cut.add(faults[what]!.target);
    else if (faults[what]!.act === "heal") cut.delete(faults[what]!.target);
  }
  pass(durationMs * 1000);
  return sumUs / 1000;
}
