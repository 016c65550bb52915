/** What a run says, by name: the numbers and words of a lesson's prose, and what its questions are judged by. */

import { Fate } from "../model/fate/oracle.part.ts";
import { Machine, MODEL } from "../model/parts.ts";
import { connectionKiB } from "../model/server/limits.ts";
import { CAUSES, Cause } from "../model/trace/causes.ts";
import { type EndReasonIndex, SILENCES } from "../model/trace/end-reasons.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { at, LIMIT_NAMES, RecordKind, TRANSPORT_NAMES, TransportKind } from "../model/trace/records.ts";
import { countChannels, dollars, spentMicros } from "../run/channels.ts";
import { closeEventAt } from "../run/close-event.ts";
import { isDone } from "../run/effects.ts";
import { type Ledger, readLedger } from "../run/ledger.ts";
import { measure } from "../run/metrics.ts";
import { countOutcomes, readTasks } from "../run/outcomes.ts";
import { type Belief, lengthMs, presenceTotals, readPresence, type Span } from "../run/presence.ts";
import { RECOVERY_NAMES } from "../run/recovery-words.ts";
import type { RunResult } from "../run/result.ts";
import { countRows } from "../run/row-table.ts";
import { readRows } from "../run/rows.ts";
import { nodeInWords } from "../run/words.ts";
import { connectionLimits } from "../scenario/limits.ts";
import { balancerNames, userName } from "../scenario/names.ts";
import { beatMs, clientPatienceMs, patienceOf, timerMs } from "../scenario/timers.ts";
import { backlogFacts } from "./backlog-facts.ts";
import { bufferFacts } from "./buffer-facts.ts";
import { fanOutFacts } from "./fan-out-facts.ts";
import { orderFacts } from "./order-facts.ts";
import { shareFacts } from "./share-facts.ts";
import { workFacts } from "./work-facts.ts";

export type Fact = number | string;

/** Requests of a client that have facts of their own. */
const REQUESTS = 6;
/** Clients that have facts of their own. */
const CLIENTS = 24;

/** All facts of a run. What did not happen is «none». */
export function factsOf(run: RunResult): ReadonlyMap<string, Fact> {
  const ledger = readLedger(run.trace);
  const { connections, latencyMs } = measure(run, ledger, run.endUs);
  const facts = new Map<string, Fact>([
    ["copies.sent", ledger.tally.sent],
    ["copies.delivered", ledger.tally.delivered],
    ["copies.lost", ledger.tally.lost],
    ["copies.waiting", ledger.tally.inFlight],
    ["messages.sent", ledger.messages.length],
    ["latency.p50", latencyMs.p50 === null ? "none" : Math.round(latencyMs.p50)],
    ["latency.p99", latencyMs.p99 === null ? "none" : Math.round(latencyMs.p99)],
    ["clients.count", run.nodes.filter(({ kind }) => kind === "client").length],
    ["clients.connected", connections.everConnected],
    ["clients.connectedAtEnd", connections.connectedAtEnd],
    ["attempts.failed", connections.disconnects],
    ["requests.queued", countOf(run, RecordKind.queued)],
    ["servers.count", run.scenario.servers.count],
    ...lostFacts(run, ledger),
    ...lateFacts(ledger),
    ...latenessByClient(run, ledger),
    ...freshnessByClient(run, ledger),
    ...packetFacts(run),
    ...requestFacts(run),
    ...outcomeFacts(run, ledger),
    ...limitFacts(run),
    ...channelFacts(run),
    ...silenceFacts(run, ledger),
    ...closeFacts(run),
    ...recoveryFacts(run),
    ...taskFacts(run),
    ...rowFacts(run),
    ...presenceFacts(run, connections.peak),
    ...vendorFacts(run, ledger),
    ...spreadFacts(run),
    ...workFacts(run),
    ...shareFacts(run),
    ...bufferFacts(run, ledger),
    ...backlogFacts(run, ledger),
    ...fanOutFacts(run),
    ...orderFacts(run, ledger),
  ]);
  for (const status of [101, 200, 400]) facts.set(`responses.${status}`, connections.responses[status] ?? 0);
  for (const some of [clientFacts(run), timerFacts(run), lineFacts(run)])
    for (const [name, fact] of some) facts.set(name, fact);
  return facts;
}

function countOf({ trace }: RunResult, kind: RecordKind): number {
  let count = 0;
  for (let row = 0; row < trace.length; row++) if (trace.kind[row] === kind) count++;
  return count;
}

function lostFacts(run: RunResult, { copies }: Ledger): [string, Fact][] {
  const lost = copies.filter(({ fate }) => fate === Fate.lost);
  const first = lost.toSorted((a, b) => a.settledUs - b.settledUs)[0];
  if (first === undefined)
    return [
      ["lost.cause", "none"],
      ["lost.place", "none"],
    ];
  return [
    ["lost.cause", CAUSES[first.cause]!.label],
    ["lost.place", nodeInWords(run.scenario, run.nodes[first.place]!.name)],
  ];
}

/** A copy is late that took so much longer than the fastest: as in ground-truth 17, where that is said of the line's delay. */
const LATE_US = 10_000;

/**
 * Of the copies that arrived: how many were late, by how much the worst (ms), how many came to one client at one instant at
 * most, and how many came after a message that their sender had sent later.
 */
function lateFacts({ copies, messages }: Ledger): [string, Fact][] {
  const arrived = copies.filter(({ fate }) => fate === Fate.delivered);
  const tookUs = arrived.map(({ sentUs, settledUs }) => settledUs - sentUs);
  const fastestUs = tookUs.reduce((least, us) => Math.min(least, us), Number.POSITIVE_INFINITY);
  const lateUs = tookUs.map((us) => us - fastestUs).filter((us) => us > LATE_US);
  const together = new Map<string, number>();
  // From the last that was sent to the first: when the earliest of those behind it came, by sender and recipient.
  const earliestUs = new Map<string, number>();
  let overtaken = 0;
  for (const { message, recipient, settledUs } of arrived.toReversed()) {
    const key = `${messages[message]!.sender} ${recipient}`;
    const behindUs = earliestUs.get(key) ?? Number.POSITIVE_INFINITY;
    if (settledUs > behindUs) overtaken++;
    earliestUs.set(key, Math.min(settledUs, behindUs));
  }
  for (const { recipient, settledUs } of arrived) {
    const key = `${recipient} ${settledUs}`;
    together.set(key, (together.get(key) ?? 0) + 1);
  }
  return [
    ["late.count", lateUs.length],
    ["late.maxMs", Math.round(lateUs.reduce((most, us) => Math.max(most, us), 0) / 1000)],
    ["late.atOnce", [...together.values()].reduce((most, count) => Math.max(most, count), 0)],
    ["late.overtaken", overtaken],
  ];
}

/** Of each client: by how much the worst copy for it was late, beside the fastest for it (ms), and how many were late. */
function latenessByClient({ nodes }: RunResult, { copies }: Ledger): [string, Fact][] {
  const times = new Map<number, number[]>();
  for (const { fate, recipient, sentUs, settledUs } of copies) {
    if (fate !== Fate.delivered) continue;
    const took = times.get(recipient) ?? [];
    took.push(settledUs - sentUs);
    times.set(recipient, took);
  }
  return nodes
    .filter(({ kind }) => kind === "client")
    .flatMap(({ node, name }): [string, Fact][] => {
      const took = times.get(node) ?? [0];
      const fastestUs = took.reduce((least, us) => Math.min(least, us));
      const slowestUs = took.reduce((most, us) => Math.max(most, us));
      return [
        [`${name}.lateMs`, Math.round((slowestUs - fastestUs) / 1000)],
        [`${name}.late`, took.filter((us) => us - fastestUs > LATE_US).length],
      ];
    });
}

/**
 * Of each client, to whom only the newest message matters: how old the newest that it knew ever got before a newer one came (ms), and how many
 * came that were outdated by then.
 */
function freshnessByClient({ nodes }: RunResult, { copies }: Ledger): [string, Fact][] {
  return firstClients(nodes).flatMap(({ node, name }): [string, Fact][] => {
    const arrived = copies
      .filter(({ fate, recipient }) => fate === Fate.delivered && recipient === node)
      .sort((a, b) => a.settledUs - b.settledUs || a.sentUs - b.sentUs);
    let newestUs = arrived[0]?.sentUs ?? 0;
    let stalestUs = 0;
    let outdated = 0;
    for (const { sentUs, settledUs } of arrived) {
      if (sentUs < newestUs) {
        outdated++;
        continue;
      }
      stalestUs = Math.max(stalestUs, settledUs - newestUs);
      newestUs = sentUs;
    }
    return [
      [`${name}.stalest`, Math.round(stalestUs / 1000)],
      [`${name}.outdated`, outdated],
    ];
  });
}

/** Of packets, whatever they carry: how many the network lost, and how many TCP sent again. */
function packetFacts({ trace }: RunResult): [string, Fact][] {
  let lost = 0;
  let again = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.frame) continue;
    if (trace[at.frame.flightUs][row]! < 0) lost++;
    if (trace[at.frame.kind][row] === FrameKind.resend) again++;
  }
  return [
    ["packets.lost", lost],
    ["packets.resent", again],
  ];
}

/** Of each client: the server of its first connection, by what it is connected when the run ends, and how many attempts to connect are over, one way or the other. */
function clientFacts({ trace, nodes }: RunResult): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  nodes.forEach(({ kind, name }) => {
    if (kind !== "client") return;
    facts.set(`${name}.server`, "none");
    facts.set(`${name}.over`, "none");
    facts.set(`${name}.attempts`, 0);
  });
  const attempts = new Map<string, number>();
  const open = new Set<string>();
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row];
    if (kind === RecordKind.connected) {
      const key = `${nodes[trace[at.connected.client][row]!]!.name}.server`;
      if (facts.get(key) === "none") facts.set(key, nodes[trace[at.connected.server][row]!]!.name);
    }
    if (kind === RecordKind.upgraded)
      facts.set(
        `${nodes[trace[at.upgraded.client][row]!]!.name}.over`,
        TRANSPORT_NAMES[TransportKind.websocket]!,
      );
    if (kind === RecordKind.connected || kind === RecordKind.disconnected) {
      const { name } = nodes[trace[at.connected.client][row]!]!;
      const transport = kind === RecordKind.connected ? trace[at.connected.transport][row]! : -1;
      facts.set(`${name}.over`, TRANSPORT_NAMES[transport] ?? "none");
      if (kind === RecordKind.connected) open.add(name);
      // One that was up has been counted already.
      if (kind === RecordKind.connected || !open.delete(name))
        attempts.set(name, (attempts.get(name) ?? 0) + 1);
    }
  }
  for (const [name, count] of attempts) facts.set(`${name}.attempts`, count);
  return facts;
}

/** When the run ends: how many clients are connected to each server, to the fullest of them and to the emptiest. */
function spreadFacts({ trace, nodes }: RunResult): [string, Fact][] {
  const serverOf = new Map<number, number>();
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.connected)
      serverOf.set(trace[at.connected.client][row]!, trace[at.connected.server][row]!);
    else if (trace.kind[row] === RecordKind.disconnected)
      serverOf.delete(trace[at.disconnected.client][row]!);
  const counts = new Map(
    nodes.filter(({ kind }) => kind === "server").map(({ node, name }) => [node, { name, clients: 0 }]),
  );
  for (const server of serverOf.values()) counts.get(server)!.clients++;
  const all = [...counts.values()];
  return [
    ...all.map(({ name, clients }): [string, Fact] => [`${name}.clients`, clients]),
    ["spread.most", Math.max(...all.map(({ clients }) => clients))],
    ["spread.least", Math.min(...all.map(({ clients }) => clients))],
  ];
}

/** Of what is for each client: how much it received, got twice or lost, and how long the slowest took, in ms. */
function outcomeFacts({ nodes, trace }: RunResult, { copies }: Ledger): [string, Fact][] {
  const twice = new Map<number, number>();
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.duplicated || isDone(trace, row)) continue;
    const recipient = trace[at.duplicated.recipient][row]!;
    twice.set(recipient, (twice.get(recipient) ?? 0) + 1);
  }
  return firstClients(nodes).flatMap(({ node, name }): [string, Fact][] => {
    const own = copies.filter(({ recipient }) => recipient === node);
    const received = own.filter(({ fate }) => fate === Fate.delivered);
    const longestUs = Math.max(0, ...received.map(({ sentUs, settledUs }) => settledUs - sentUs));
    return [
      [`${name}.received`, received.length],
      [`${name}.doubled`, twice.get(node) ?? 0],
      [`${name}.lost`, own.filter(({ fate }) => fate === Fate.lost).length],
      [`${name}.longest`, received.length === 0 ? "none" : Math.round(longestUs / 1000)],
    ];
  });
}

/** By channel, and of the page: how many it took, brought, brought again, lost; what it cost, and all together; and who was told twice. */
function channelFacts(run: RunResult): [string, Fact][] {
  const counts = countChannels(run);
  const twice = new Set<number>();
  const { trace } = run;
  let anew = 0;
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.context) anew += 1 - trace[at.context.kept][row]!;
    else if (trace.kind[row] === RecordKind.duplicated && !isDone(trace, row))
      twice.add(trace[at.duplicated.recipient][row]!);
  return [
    ["told.twice", twice.size],
    ["conversations.anew", anew],
    ["channels.cost", dollars(spentMicros(counts))],
    ...counts.flatMap(({ node, name, sent, arrived, again, lost, micros }): [string, Fact][] => {
      const prefix = `channels.${node < 0 ? "page" : name}`;
      return [
        [`${prefix}.sent`, sent],
        [`${prefix}.arrived`, arrived],
        [`${prefix}.again`, again],
        [`${prefix}.lost`, lost],
        [`${prefix}.cost`, micros === null ? "unknown" : dollars(micros)],
      ];
    }),
  ];
}

function firstClients(nodes: RunResult["nodes"]): RunResult["nodes"] {
  return nodes.filter(({ kind }) => kind === "client").slice(0, CLIENTS);
}

/**
 * Which limit leaves room for the fewest connections, and for how many; which one was reached first, and how many clients met
 * one; and what one connection takes of a server's memory, in KiB.
 */
function limitFacts({ scenario, trace }: RunResult): [string, Fact][] {
  const [first] = connectionLimits(scenario);
  const met = new Set<number>();
  let reached: Fact = "none";
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.turnedAway) continue;
    if (reached === "none") reached = LIMIT_NAMES[trace[at.turnedAway.limit][row]!]!;
    met.add(trace[at.turnedAway.client][row]!);
  }
  return [
    ["limits.first", first?.field ?? "none"],
    ["limits.room", first?.connections ?? "none"],
    ["limits.reached", reached],
    ["limits.met", met.size],
    ["connection.kib", connectionKiB(scenario.servers.compressionWindowBits)],
  ];
}

/**
 * What followed the first silence, be it a cut link, a mute connection, or something that stood still or forgot: when a client and
 * a server noticed, in s from there; whether a copy still arrived, and for how long; how many messages were sent and lost from there
 * on. And how many TCP keepalive probes there were.
 */
function silenceFacts({ trace }: RunResult, { copies }: Ledger): [string, Fact][] {
  let sinceUs = Number.POSITIVE_INFINITY;
  let client: Fact = "none";
  let server: Fact = "none";
  let probes = 0;
  const afterS = (row: number) => Math.round((trace.timeUs[row]! - sinceUs) / 100_000) / 10;
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row];
    if (kind === RecordKind.ended && SILENCES.includes(trace[at.ended.reason][row] as EndReasonIndex))
      sinceUs = Math.min(sinceUs, trace.timeUs[row]!);
    else if (kind === RecordKind.frame && trace[at.frame.kind][row] === FrameKind.keepalive) probes++;
    if (trace.timeUs[row]! < sinceUs) continue;
    if (kind === RecordKind.disconnected && client === "none") client = afterS(row);
    if (kind === RecordKind.transition && isSessionOver(trace, row) && server === "none")
      server = afterS(row);
  }
  const later = copies.filter(({ sentUs }) => sentUs >= sinceUs);
  const heard = later.filter(({ fate }) => fate === Fate.delivered);
  const heardUs = heard.reduce((most, { settledUs }) => Math.max(most, settledUs - sinceUs), 0);
  return [
    ["noticed.client", client],
    ["noticed.server", server],
    ["silence.sent", later.length],
    ["silence.heard", heard.length],
    ["silence.lost", later.filter(({ fate }) => fate === Fate.lost).length],
    ["silence.heardMs", Math.round(heardUs / 1000)],
    ["silence.hears", heard.length === 0 ? "nothing" : heardUs < 2_000_000 ? "a moment" : "on"],
    ["probes.sent", probes],
  ];
}

/** Of each client: the code that its page was told when its WebSocket first closed, and whether that was a clean close. */
function closeFacts(run: RunResult): [string, Fact][] {
  const { trace, nodes } = run;
  const told = new Map<string, Fact>();
  const clients = firstClients(nodes);
  for (const { name } of clients) {
    told.set(`${name}.closeCode`, "none");
    told.set(`${name}.closed`, "none");
  }
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.disconnected) continue;
    const name = clients[trace[at.disconnected.client][row]!]?.name;
    if (name === undefined || told.get(`${name}.closeCode`) !== "none") continue;
    const event = closeEventAt(run, row);
    if (event === null) continue;
    told.set(`${name}.closeCode`, event.code);
    told.set(`${name}.closed`, event.wasClean ? "cleanly" : "without a word");
  }
  return [...told];
}

/** Of each client: what it was answered when it last asked to be taken back, and how much it was sent then of what it had missed. */
function recoveryFacts({ trace, nodes }: RunResult): [string, Fact][] {
  const asked = new Map<number, number>();
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.recovery) asked.set(trace[at.recovery.client][row]!, row);
  return firstClients(nodes).flatMap(({ node, name }): [string, Fact][] => {
    const row = asked.get(node);
    return [
      [`${name}.recovery`, row === undefined ? "none" : RECOVERY_NAMES[trace[at.recovery.outcome][row]!]!],
      [`${name}.missed`, row === undefined ? 0 : trace[at.recovery.missed][row]!],
    ];
  });
}

/** A run with at most so many messages that a server acts on says in which order they were done. */
const ORDER_TOLD = 16;

/**
 * Of messages that servers act on: what their senders were told, and what was done; how often in a hundred something was done once more; the
 * order in which they were first done, counted from 1; how often they were sent in all, and how long it took until the last was settled (ms).
 */
function taskFacts(run: RunResult): [string, Fact][] {
  const tasks = readTasks(run);
  const counts = countOutcomes(tasks);
  const done = tasks.filter(({ doneUs }) => doneUs.length > 0);
  const order = done
    .toSorted((a, b) => a.rank - b.rank)
    .map((task) => tasks.indexOf(task) + 1)
    .join(" ");
  const lastUs = tasks.reduce((last, { settledUs }) => Math.max(last, settledUs), 0);
  return [
    ["tasks.sent", counts.accepted],
    ["tasks.acknowledged", counts.acknowledged],
    ["tasks.failed", counts.failed],
    ["tasks.done", done.length],
    ["tasks.notDone", counts.notDone],
    ["tasks.twice", counts.again],
    ["tasks.duplicates", counts.duplicates],
    ["tasks.againPercent", tasks.length === 0 ? 0 : Math.round((100 * counts.duplicates) / tasks.length)],
    ["tasks.failedButDone", counts.failedButDone],
    ["tasks.ackedNotDone", counts.acknowledgedNotDone],
    ["tasks.recognised", counts.recognised],
    ["tasks.overtaken", counts.overtaken],
    ["tasks.order", order === "" || tasks.length > ORDER_TOLD ? "none" : order],
    ["tasks.tries", tasks.reduce((sum, { triedUs }) => sum + triedUs.length, 0)],
    ["tasks.lastMs", lastUs === 0 ? "none" : Math.round((lastUs - tasks[0]!.sentUs) / 1000)],
  ];
}

/**
 * Of what servers write into a database: how many rows there are, how many were published, and how often one was again; how many were written and
 * never told, or told and never written; and how often a page did not show again what it had.
 */
function rowFacts(run: RunResult): [string, Fact][] {
  const counts = countRows(readRows(run.trace));
  return [
    ["rows.written", counts.written],
    ["rows.published", counts.published],
    ["rows.publishedAgain", counts.again],
    ["rows.neverTold", counts.neverTold],
    ["rows.neverWritten", counts.neverWritten],
    ["rows.shownBefore", countOf(run, RecordKind.shownBefore)],
  ];
}

const REFUSALS: readonly number[] = [Cause.overQuota, Cause.overRate, Cause.tooLarge];

/** Of a vendor: how many messages it took, how many it bills for them, and how many it refused. */
function vendorFacts({ trace }: RunResult, { copies }: Ledger): [string, Fact][] {
  let taken = 0;
  let billed = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.billed) continue;
    taken++;
    billed = trace[at.billed.total][row]!;
  }
  const refused = copies.filter(({ fate, cause }) => fate === Fate.lost && REFUSALS.includes(cause));
  return [
    ["vendor.taken", taken],
    ["vendor.billed", billed],
    ["vendor.refused", new Set(refused.map(({ message }) => message)).size],
  ];
}

const SESSION_CLOSED = MODEL[Machine.session].chart.states.indexOf("closed");

function isSessionOver(trace: RunResult["trace"], row: number): boolean {
  return (
    trace[at.transition.machine][row] === Machine.session &&
    trace[at.transition.after][row] === SESSION_CLOSED
  );
}

/** What a million small keys with small values take in Redis, by its own FAQ. FACTS §6. */
const MILLION_KEYS_MB = 85;

/**
 * What was said of who is online, and how many entries of connections were held at once, in all places. Of all users and of each, by its name: for how long it was listed and not there, or there and not listed (s), and
 * how often; whether it is listed when the run ends, and whether it is there. And how often servers told the store.
 */
function presenceFacts(run: RunResult, peak: number): [string, Fact][] {
  const { trace, endUs } = run;
  const { presence } = run.scenario;
  const inS = (ms: number) => Math.round(ms / 100) / 10;
  const totals = presenceTotals(trace, endUs);
  if (totals === null) return [];
  return [
    ["presence.ghosts", totals.ghosts],
    ["presence.ghostTime", inS(totals.ghostMs)],
    ["presence.missing", totals.missing],
    ["presence.missingTime", inS(totals.missingMs)],
    ["presence.strangers", totals.strangers],
    ["presence.told", totals.told],
    ["presence.said", totals.said],
    ["presence.entries", peak * (presence.kind === "replicated" ? run.scenario.servers.count : 1)],
    ["redis.millionKeysMb", MILLION_KEYS_MB],
    ["presence.news", totals.news],
    ["presence.newsHeard", totals.newsHeard],
    ["presence.lives", "ttlMs" in presence ? presence.ttlMs / 1000 : "none"],
    ["presence.writtenEvery", "refreshMs" in presence ? presence.refreshMs / 1000 : "none"],
    ["presence.asksEvery", "pollMs" in presence ? presence.pollMs / 1000 : "none"],
    ...readPresence(trace, endUs).flatMap(({ user, online, beliefs }): [string, Fact][] => {
      if (user >= CLIENTS) return [];
      const name = userName(run.scenario, user);
      const isSo = (some: readonly Span[]) => some.at(-1)?.toUs === endUs;
      const longestS = (of: keyof Belief) => inS(Math.max(...beliefs.map((belief) => lengthMs(belief[of]))));
      return [
        [`${name}.ghostTime`, longestS("ghost")],
        [`${name}.missingTime`, longestS("missing")],
        [`${name}.absences`, Math.max(...beliefs.map(({ missing }) => missing.length))],
        [`${name}.isListed`, beliefs.some(({ listed }) => isSo(listed)) ? "yes" : "no"],
        [`${name}.isThere`, isSo(online) ? "yes" : "no"],
      ];
    }),
  ];
}

/** How often a heartbeat crosses the first group's connections, and how long each balancer bears silence. s. */
function timerFacts({ scenario }: RunResult): Map<string, Fact> {
  const beat = beatMs(scenario, scenario.clients[0]!);
  const patience = clientPatienceMs(scenario, scenario.clients[0]!);
  const inS = (ms: number): Fact => (Number.isFinite(ms) ? ms / 1000 : "none");
  const facts = new Map<string, Fact>([
    ["beat.every", inS(beat)],
    ["beat.patience", inS(patience)],
    ["nat.patience", inS(timerMs(scenario.clients[0]!.natTimeoutMs))],
    ["keepalive.every", inS(timerMs(scenario.clients[0]!.tcpKeepaliveMs))],
  ]);
  for (const name of balancerNames(scenario))
    facts.set(`${name}.patience`, patienceOf(scenario, name).silence.ms / 1000);
  return facts;
}

const inHundredths = (number: number): number => Math.round(100 * number) / 100;

/**
 * How often a client is cut on average while so many servers are replaced one after the other, if it lands anywhere each time: (1 + 1/N)^N − 1.
 * FACTS §13.1.
 */
function cutsByLaw(servers: number): number {
  let power = 1;
  for (let factor = 0; factor < servers; factor++) power *= 1 + 1 / servers;
  return power - 1;
}

/** What becomes of a client's connection, seen at its end. */
interface Line {
  sinceUs: number;
  isPinged: boolean;
}

/**
 * Of each client: how often it lost a connection that it had, and how long its first one lasted, in s. Of all: how many
 * lines were cut, how many of these never saw a ping, how many clients never lost one, and how often one was cut on average and at most. And
 * which balancer was the first to cut a silent line.
 */
function lineFacts({ trace, nodes, scenario }: RunResult): Map<string, Fact> {
  const facts = new Map<string, Fact>([["idle.by", "none"]]);
  const clients = nodes.filter(({ kind }) => kind === "client");
  const cuts = new Map(clients.map(({ node }) => [node, 0]));
  for (const { name } of firstClients(nodes)) facts.set(`${name}.lasted`, "none");
  const lines = new Map<number, Line>();
  let unpinged = 0;
  for (let row = 0; row < trace.length; row++)
    switch (trace.kind[row]) {
      case RecordKind.connected:
        lines.set(trace[at.connected.client][row]!, { sinceUs: trace.timeUs[row]!, isPinged: false });
        break;
      case RecordKind.frame: {
        const line = lines.get(trace[at.frame.to][row]!);
        if (line !== undefined && trace[at.frame.kind][row] === FrameKind.ping) line.isPinged = true;
        break;
      }
      case RecordKind.idleClosed:
        if (facts.get("idle.by") === "none") facts.set("idle.by", nodes[trace[at.idleClosed.by][row]!]!.name);
        break;
      case RecordKind.disconnected: {
        const client = trace[at.disconnected.client][row]!;
        const line = lines.get(client);
        if (!lines.delete(client)) break;
        cuts.set(client, cuts.get(client)! + 1);
        if (!line!.isPinged) unpinged++;
        const key = `${nodes[client]!.name}.lasted`;
        const lastedUs = trace.timeUs[row]! - line!.sinceUs;
        if (facts.get(key) === "none") facts.set(key, Math.round(lastedUs / 100_000) / 10);
      }
    }
  for (const { node, name } of firstClients(nodes)) facts.set(`${name}.cuts`, cuts.get(node)!);
  const all = [...cuts.values()];
  const cut = all.reduce((sum, count) => sum + count, 0);
  facts.set("lines.cut", cut);
  facts.set("cuts.mean", inHundredths(cut / cuts.size));
  facts.set("cuts.most", Math.max(...all));
  facts.set("cuts.law", inHundredths(cutsByLaw(scenario.servers.count)));
  facts.set("lines.unpinged", unpinged);
  facts.set("lines.untouched", all.filter((count) => count === 0).length);
  facts.set("lines.luck", unpinged === 0 ? "always" : unpinged === cut ? "never" : "some");
  return facts;
}

/** Of each client's first requests: where each was sent, and what it was answered; and how many were answered with an error. */
function requestFacts({ trace, nodes }: RunResult): [string, Fact][] {
  const statuses = new Map<number, number>();
  const errors = new Map<number, number>();
  const requests = new Map<number, { exchange: number; node: number }[]>();
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] === RecordKind.request) {
      const client = trace[at.request.client][row]!;
      const asked = { exchange: trace[at.request.exchange][row]!, node: trace[at.request.server][row]! };
      requests.set(client, [...(requests.get(client) ?? []), asked].slice(0, REQUESTS));
    } else if (trace.kind[row] === RecordKind.response) {
      const status = trace[at.response.status][row]!;
      const client = trace[at.response.client][row]!;
      statuses.set(trace[at.response.exchange][row]!, status);
      if (status >= 400) errors.set(client, (errors.get(client) ?? 0) + 1);
    }
  }
  const factsOf = (prefix: string, client: number) =>
    Array.from({ length: REQUESTS }, (_, i) => requests.get(client)?.[i]).flatMap(
      (request, i): [string, Fact][] => [
        [
          `${prefix}.${i + 1}.server`,
          request === undefined || request.node < 0 ? "none" : nodes[request.node]!.name,
        ],
        [
          `${prefix}.${i + 1}.status`,
          request === undefined ? "none" : (statuses.get(request.exchange) ?? "none"),
        ],
      ],
    );
  return firstClients(nodes).flatMap(({ node, name }): [string, Fact][] => [
    ...factsOf(`request.${name}`, node),
    [`errors.${name}`, errors.get(node) ?? 0],
  ]);
}
