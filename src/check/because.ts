/**
 * What in the design made a run break a rule, in one sentence: «2 servers and no backplane: …». It says what
 * the run and the scenario show, and nothing where they do not show it.
 */
import { Cause } from "../model/trace/causes.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";
import { atBeginning, BACKPLANE_WORDS, nodeInWords } from "../run/words.ts";
import { connectionLimits } from "../scenario/limits.ts";
import { BACKPLANE, balancerNames } from "../scenario/names.ts";
import type { RuleName } from "../scenario/rules.ts";
import { clientPatienceMs, patienceOf, rarestBeatMs, shortestTimeout, timerMs } from "../scenario/timers.ts";
import { listed, seconds } from "./in-words.ts";
import { bindsSessions } from "./routing.ts";
import type { Violation } from "./rule.ts";
import { FAILED_AND_DONE } from "./rules/outcome-is-true.ts";
import { type Trouble, Troubles } from "./troubles.ts";

/** What there is to reason from. */
interface Facts {
  readonly run: RunResult;
  readonly violation: Violation;
  readonly troubles: Troubles;
  /** Who sent the breach's message, and when. If the breach is about no message: nobody, at the beginning. */
  readonly sender: number;
  readonly sentUs: number;
  readonly nameOf: (node: number) => string;
}

/** A sentence, or null where nothing is known. */
type Reason = (facts: Facts) => string | null;

/**
 * Built-in rules. For all other rules, such as the scenario's own, the question is what happened to their
 * messages and clients.
 */
const REASONS: Readonly<Partial<Record<string, Reason>>> = {
  conservation: () => null,
  "at-most-once": movedMeanwhile,
  delivery: lossOf,
  order: () => null,
  affinity: latestTrouble,
  "handshake-completes": latestTrouble,
  "no-idle-cut": pingsTooRare,
  "half-open-noticed": () => null,
  "within-limits": whatRunsOut,
  "fallback-connects": latestTrouble,
  "stream-order": () => null,
  gapless: lossOf,
  "caught-up": lossOf,
  recovered: lossOf,
  "told-once": asksTooSoon,
  "within-budget": spendsBlindly,
  "at-least-once": isSentOnce,
  "effectively-once": isNotRecognised,
  "outcome-is-true": saysTooMuch,
  "order-under-retry": goesAlongside,
  "bill-within-budget": ({ run: { scenario } }) =>
    scenario.backplane.kind === "vendor"
      ? "The vendor bills each message once as it takes it, and once more for each recipient to whom it is delivered."
      : null,
  "no-ghost": neverExpires,
  "nobody-missing": latestTrouble,
  "filter-denies-nobody": () => null,
  "context-survives": losesTheThread,
  "newest-wins": waitsForWhatIsOld,
  "snapshot-continues": () => null,
  "told-iff-done": isTwoSteps,
  "stream-replays": lossOf,
  "stale-owner-noticed": lossOf,
  "said-before-stop": keepsBack,
  "affinity-under-failure": latestTrouble,
  "order-per-server": () => null,
  "order-everywhere": () => null,
  "back-in-three": latestTrouble,
} satisfies Partial<Record<RuleName, Reason>>;

/** Why a rule broke in a run; nothing if that is not known. */
export function becauseOf(run: RunResult, violation: Violation): string {
  const facts: Facts = {
    run,
    violation,
    troubles: new Troubles(run, violation.timeUs),
    ...sendingOf(run, violation.breach.message),
    nameOf: (node) => nodeInWords(run.scenario, run.nodes[node]?.name ?? "?"),
  };
  const reason = REASONS[violation.rule] ?? whatBefell;
  return reason(facts) ?? "";
}

/** A set keeps what a process had put into it that was killed. */
function neverExpires(facts: Facts): string | null {
  const { presence, faults } = facts.run.scenario;
  const untilMs = facts.violation.timeUs / 1000;
  const killed = faults.find(
    (fault) => fault.act === "crash" && /^server-/.test(fault.target) && fault.atMs <= untilMs,
  );
  if (killed === undefined || "ttlMs" in presence || "downMs" in presence) return latestTrouble(facts);
  return `Nothing in presence.kind ${presence.kind} expires: what ${killed.target} had written stayed when it was killed.`;
}

/** The service takes the next channel while the one before may still tell the person. */
function asksTooSoon({ run: { scenario } }: Facts): string | null {
  const { gate, waitMs, fallBackOn, receiptLoss } = scenario.gateway;
  if (!gate) return "No receipt keeps the service from taking the next channel (gateway.gate is off).";
  if (fallBackOn === "failure") return null;
  const lost = receiptLoss > 0 ? ", and some receipts get lost" : "";
  return `The service waits ${seconds(waitMs)} for a receipt (gateway.waitMs)${lost}: what it has not heard of by then it sends once more.`;
}

function spendsBlindly({ run: { scenario } }: Facts): string | null {
  return scenario.gateway.keepsBudget
    ? null
    : "The service does not look at what is left before it takes a channel (gateway.keepsBudget is off).";
}

function losesTheThread({ run: { scenario } }: Facts): string | null {
  return scenario.gateway.context === "socket"
    ? "The service keeps conversations under the id of the person's socket (gateway.context), and a socket ends with its connection."
    : null;
}

/** Who sends nothing again. */
function isSentOnce(facts: Facts): string | null {
  const { delivery } = facts.troubles.groupOf(facts.sender);
  const { tasks, acksEntries } = facts.run.scenario.servers;
  if (tasks === "stream" && acksEntries === "before")
    return "A worker acknowledges an entry before it has done it (servers.acksEntries is before), and died in between.";
  if (delivery !== "forget") return lossOf(facts);
  return `${facts.nameOf(facts.sender)} sends each message once, and asks for no acknowledgement (delivery is ${delivery}).`;
}

/** A second try meets servers that do not know it. */
function isNotRecognised(facts: Facts): string | null {
  const { seenIds, marksIds, tasks } = facts.run.scenario.servers;
  if (tasks === "stream")
    return "An entry that is not acknowledged is given to another worker (servers.claimIdleMs), also if the first has done it, or is at work on it.";
  if (seenIds === "none")
    return "A server does again what is sent again: it remembers no ids (servers.seenIds is none).";
  return seenIds === "memory"
    ? "Each server remembers ids for itself alone (servers.seenIds is memory), and forgets them when it is killed."
    : `An id and its effect are two writes, and what comes between them parts them (servers.marksIds is ${marksIds}).`;
}

/** What a library holds dies with its process. */
function keepsBack(facts: Facts): string | null {
  const { onStop, writes } = facts.run.scenario.servers;
  return onStop === "exit" && writes === "one-by-one"
    ? "A process that exits (servers.onStop is exit) leaves to its kernel what its library had handed over: of all that was written in one turn, the first (servers.writes is one-by-one)."
    : lossOf(facts);
}

/** Two steps, and a crash between them. */
function isTwoSteps({ run: { scenario } }: Facts): string | null {
  const { publishes, relayMarks } = scenario.servers;
  if (publishes === "outbox")
    return relayMarks === "before"
      ? "A relay marks an event as done before it has published it (servers.relayMarks is before), and died in between."
      : null;
  return `Writing and telling are two steps (servers.publishes is ${publishes}), and the server died between them.`;
}

/** What a sender is told says no more than that an acknowledgement came, or did not. */
function saysTooMuch(facts: Facts): string | null {
  if (facts.violation.breach.key === FAILED_AND_DONE)
    return `No acknowledgement came to ${facts.nameOf(facts.sender)} in time, and that is all it knows: what it asked for may have been done.`;
  const { marksIds } = facts.run.scenario.servers;
  return `A server acknowledges what it recognises by its id, and an id may be there without its effect (servers.marksIds is ${marksIds}).`;
}

/** What is sent again comes after what was sent meanwhile. */
function goesAlongside(facts: Facts): string | null {
  const { delivery } = facts.troubles.groupOf(facts.sender);
  return delivery === "queue"
    ? null
    : `${facts.nameOf(facts.sender)} does not wait for one message before it sends the next (delivery is ${delivery}), so that one which fails is overtaken.`;
}

/** Where all travels by one stream, what was lost is sent again first. */
function waitsForWhatIsOld(facts: Facts): string | null {
  const { key, clients } = facts.violation.breach;
  const { transport, messagesBy } = facts.troubles.groupOf(clients[1]!);
  const isOneStream = transport !== "webtransport" || messagesBy === "one-stream";
  if (key !== "held-up" || !isOneStream) return lossOf(facts) ?? latestTrouble(facts);
  return `${facts.nameOf(clients[1]!)} gets everything by one stream, in order: what was lost on the way is sent again, and what is newer waits for it.`;
}

function sendingOf({ trace }: RunResult, message: number): Pick<Facts, "sender" | "sentUs"> {
  for (let row = 0; row < trace.length && message >= 0; row++)
    if (trace.kind[row] === RecordKind.message && trace[at.message.message][row] === message)
      return { sender: trace[at.message.sender][row], sentUs: trace.timeUs[row] };
  return { sender: -1, sentUs: 0 };
}

function whatBefell(facts: Facts): string | null {
  const isHeldUp = facts.sender >= 0 && !isLost(facts);
  return lossOf(facts) ?? (isHeldUp ? backplaneDown(facts) : null) ?? latestTrouble(facts);
}

function isLost({ run, violation }: Facts): boolean {
  const { trace } = run;
  const { message } = violation.breach;
  for (let row = 0; row < trace.length && trace.timeUs[row] <= violation.timeUs; row++)
    if (trace.kind[row] === RecordKind.lost && trace[at.lost.message][row] === message) return true;
  return false;
}

/** Why the breach's message was lost; null if the breach is about no message, or if no copy of the message was lost. */
function lossOf(facts: Facts): string | null {
  const { trace } = facts.run;
  const { message, clients } = facts.violation.breach;
  let found: string | null = null;
  for (let row = 0; row < trace.length && trace.timeUs[row] <= facts.violation.timeUs; row++) {
    if (message < 0 || trace.kind[row] !== RecordKind.lost) continue;
    if (trace[at.lost.message][row] !== message) continue;
    const recipient = trace[at.lost.recipient][row];
    const loss = lossReason(facts, trace[at.lost.cause][row], trace[at.lost.place][row], recipient);
    // Of several copies, the one that the breach is about.
    if (clients.includes(recipient)) return loss;
    found ??= loss;
  }
  return found;
}

function lossReason(facts: Facts, cause: number, place: number, recipient: number): string | null {
  const { servers, backplane } = facts.run.scenario;
  const where = facts.nameOf(place);
  switch (cause) {
    case Cause.noBackplane:
      return `${servers.count} servers and no backplane: ${where} can hand messages to its own sockets only.`;
    case Cause.notSubscribed:
      return `${BACKPLANE_WORDS[backplane.kind]} keeps nothing for a server that is not subscribed when a message is published.`;
    case Cause.backplaneDown:
      return backplaneDown(facts);
    case Cause.trimmed:
      return "The stream keeps only so many entries, whoever has read them or not.";
    case Cause.staleOwner:
      return "An entry of the registry outlives what it says: it is deleted by its server, or expires, and until then messages go there.";
    case Cause.notRegistered:
      return "The registry knows of a client only what servers have written, and one may delete or let expire what is true.";
    case Cause.publishRefused:
      return `Without a connection to ${BACKPLANE_WORDS[backplane.kind]}, the client library on ${where} keeps nothing that is published.`;
    case Cause.serverCrashed:
      return `Nothing keeps a message but the server that has it or is about to get it, and ${where}'s process ended.`;
    case Cause.balancerCrashed:
      return facts.run.scenario.proxies.length === 0
        ? "All connections go through the balancer, and it was killed."
        : "All connections go through every balancer of the row, and one was killed.";
    case Cause.idleClosed:
    case Cause.connectionForgotten:
      return pingsTooRare(facts);
    case Cause.lifetimeOver:
      return tooOld(facts, where);
    case Cause.heartbeatTimedOut:
      return noticedLate(facts, recipient);
    case Cause.datagramLost:
      return "A datagram is sent once: what the network loses of it, nobody brings again.";
    case Cause.recipientAway:
      return troubleOf(facts, recipient) ?? "Nothing keeps a message for a client that has no connection.";
    case Cause.unknownHere:
      return `What a server knows of a client is in its own memory, and ${where} is not the one that knows it.`;
    case Cause.forgotten:
      return "What a server knows of a client is in its own memory, and died with it.";
    case Cause.betweenPolls:
      return "Servers keep nothing for clients that ask later (servers.replayEvents is 0), and no poll of this one was waiting.";
    case Cause.beyondReplay:
      return `Servers keep ${servers.replayEvents} messages for a client, and more came before it asked again.`;
    case Cause.keptInVain:
      return `A server can take a client back for ${seconds(timerMs(servers.maxDisconnectionDurationMs))} after it has gone, and what it had kept for this one was never asked for.`;
    case Cause.recoveryRefused:
      return `${where} had kept messages for a client that it could not take back.`;
    case Cause.overQuota:
      return "The vendor's plan has a quota of messages (backplane.quotaMessages), and each that is delivered counts.";
    case Cause.overRate:
      return "The vendor takes so many messages a second (backplane.messagesPerSecond), and refuses the rest.";
    case Cause.tooLarge:
      return "The vendor takes messages up to a size (backplane.maxMessageBytes), and refuses larger ones.";
    case Cause.sessionUnknown:
      return troubleOf(facts, facts.sender);
    default:
      return troubleOf(facts, recipient) ?? troubleOf(facts, facts.sender);
  }
}

/** The backplane is the one way between servers, and it does not work. */
function backplaneDown({ run, troubles }: Facts): string | null {
  const { servers, backplane } = run.scenario;
  const sinceUs = troubles.failedSinceUs(BACKPLANE);
  if (sinceUs === null || servers.count < 2) return null;
  return `${BACKPLANE_WORDS[backplane.kind]} is the only way from one server to another, and it is down from ${seconds(sinceUs / 1000)} on.`;
}

/** What happened to one of the clients that the breach is about: the latest client first, the sender last. */
function latestTrouble(facts: Facts): string | null {
  for (const client of [...[...facts.violation.breach.clients].reverse(), facts.sender]) {
    const reason = troubleOf(facts, client);
    if (reason !== null) return reason;
  }
  return null;
}

function troubleOf(facts: Facts, client: number): string | null {
  const trouble = facts.troubles.of(client, facts.sentUs);
  if (trouble === null) return null;
  const who = facts.nameOf(client);
  switch (trouble.kind) {
    case "stray":
      return strayed(facts, client, trouble);
    case "idle":
      return pingsTooRare(facts);
    case "killed":
      return killed(facts, who, trouble.targets);
    case "cut":
      return trouble.isMute
        ? `${who}'s connection went mute on the link ${trouble.target}.`
        : `The link ${trouble.target} was cut, and ${who}'s connection went over it.`;
    case "nobody there":
      return nobodyThere(facts, client, trouble);
  }
}

function killed({ run }: Facts, who: string, targets: readonly string[]): string {
  const balancers = balancerNames(run.scenario);
  const each = [...new Set(targets)].map((target) => nodeInWords(run.scenario, target));
  const connected = `${who} was connected ${targets.some((name) => balancers.includes(name)) ? "through" : "to"}`;
  if (each.length > 1)
    return `${atBeginning(listed(each))} were killed one after the other, and ${connected} each in turn.`;
  const times = targets.length === 1 ? "" : ` ${targets.length} times`;
  return `${atBeginning(each[0])} was killed${times}, and ${connected} it.`;
}

function nobodyThere(
  facts: Facts,
  client: number,
  { down, timeUs }: Extract<Trouble, { kind: "nobody there" }>,
): string | null {
  const { scenario } = facts.run;
  const who = facts.nameOf(client);
  if (down.length === 0) return allLeftOut(facts);
  const were = `${atBeginning(listed(down.map((target) => nodeInWords(scenario, target))))} ${down.length === 1 ? "was" : "were"} down`;
  const backUs = Math.min(
    ...down.map((target) => facts.troubles.repairedSinceUs(target) ?? Number.POSITIVE_INFINITY),
  );
  if (backUs === Number.POSITIVE_INFINITY || backUs < timeUs) return `${were} when ${who}'s request came.`;
  // The connection could be had again, but the client has not asked since.
  const { backoff, reconnectionDelayMs, reconnectionDelayMaxMs } = facts.troubles.groupOf(client);
  if (backoff !== "socket.io")
    return `${were} until ${seconds(backUs / 1000)}, and ${who} had not tried again since: backoff is ${backoff}.`;
  return `${were} until ${seconds(backUs / 1000)}, and ${who} waits longer with each attempt: reconnectionDelayMs is ${seconds(reconnectionDelayMs)}, doubled each time up to ${seconds(reconnectionDelayMaxMs)}.`;
}

/** Servers that hold a long poll for longer than the balancer waits are left out, until none is left. */
function allLeftOut(facts: Facts): string | null {
  const { failTimeoutMs, kind } = facts.run.scenario.balancer;
  const why = facts.troubles.wasIdle() && kind === "nginx" ? pingsTooRare(facts, "answer") : null;
  if (why === null) return null;
  return `${asReason(why)} servers seem not to answer long polls and are left out for ${seconds(failTimeoutMs)}, until none is left.`;
}

/** Why requests of one session do not reach one server. */
function strayed(
  facts: Facts,
  client: number,
  { stray, home }: Extract<Trouble, { kind: "stray" }>,
): string | null {
  const { policy, failTimeoutMs } = facts.run.scenario.balancer;
  const who = facts.nameOf(client);
  const holder = facts.nameOf(home);
  switch (stray) {
    case "marked down":
      return `${holder} holds ${who}'s session, and health checks had marked it down: ${policy} takes another.`;
    case "no cookie":
      return `${who} returns no cookie, so ${policy} takes each of its requests for a new client's.`;
    case "left out": {
      const why = facts.troubles.wasIdle(client) ? pingsTooRare(facts, "answer") : null;
      const out = `and ${policy} leaves it out for ${seconds(failTimeoutMs)}.`;
      return why === null
        ? `${holder} holds ${who}'s session and did not answer, ${out}`
        : `${asReason(why)} ${holder} seems not to answer a long poll, ${out}`;
    }
    case "policy":
      if (bindsSessions(policy)) return null;
      return `${policy} routes each request by itself, and long polling takes several that must reach ${holder}.`;
  }
}

/** A sentence as the reason of what follows it. */
function asReason(sentence: string): string {
  return `${sentence.slice(0, -1)}:`;
}

/** The limit that leaves room for the fewest connections, and for how many clients. */
function whatRunsOut({ run }: Facts): string | null {
  const [first] = connectionLimits(run.scenario);
  if (first === undefined) return null;
  const { field, place, connections } = first;
  const clients = run.nodes.filter(({ kind }) => kind === "client").length;
  return `${place}.${field} leaves room for ${connections} connections at a time, and there are ${clients} clients.`;
}

/** Who notices a dead path, and when. */
function noticedLate({ run, troubles }: Facts, client: number): string {
  const { pingIntervalMs, pingTimeoutMs } = run.scenario.servers;
  const begins = "A dead path is noticed by a missing heartbeat only";
  if (pingIntervalMs !== "none")
    return `${begins}: pings come every ${seconds(pingIntervalMs)}, and an answer may take ${seconds(pingTimeoutMs)}.`;
  const patienceMs = clientPatienceMs(run.scenario, troubles.groupOf(client));
  return Number.isFinite(patienceMs)
    ? `${begins}: the servers send none, and their clients wait ${seconds(patienceMs)}.`
    : `${begins}, and nobody expects one.`;
}

/** A balancer that closes what is old, busy or not. */
function tooOld({ run }: Facts, balancer: string): string {
  const { lifetimeMs } = patienceOf(run.scenario, balancer);
  return `${atBeginning(nodeInWords(run.scenario, balancer))} closes every WebSocket at the age of ${seconds(lifetimeMs)}.`;
}

/** Silence that is longer than the balancer waits. */
function pingsTooRare({ run }: Facts, of: "silence" | "answer" = "silence"): string | null {
  const { proxies } = run.scenario;
  const ping = rarestBeatMs(run.scenario);
  const { ms: idle, field, lazyMs } = shortestTimeout(run.scenario, of);
  const which = proxies.length === 0 ? `balancer.${field}` : `the shortest ${field} of the balancers`;
  const pings = Number.isFinite(ping) ? `Pings come every ${seconds(ping)}` : "Nobody pings";
  const facts = `${pings}, and ${which} is ${seconds(idle)}`;
  if (ping >= idle) return `${facts}.`;
  // What crosses a connection too early does not move the deadline: the first ping that does may come too late.
  const heardMs = Math.ceil(lazyMs / ping) * ping;
  return heardMs < idle ? null : `${facts}, whose first ${seconds(lazyMs)} no byte prolongs.`;
}

/** A recipient that changed servers while its copy was under way gets it from both. */
function movedMeanwhile(facts: Facts): string | null {
  const { trace } = facts.run;
  const { message, clients } = facts.violation.breach;
  const [client = -1] = clients;
  let first = -1;
  let server = -1;
  for (let row = 0; row < trace.length && trace.timeUs[row] <= facts.violation.timeUs; row++) {
    if (trace.kind[row] === RecordKind.connected && trace[at.connected.client][row] === client)
      server = trace[at.connected.server][row];
    const isDelivered =
      trace.kind[row] === RecordKind.delivered &&
      trace[at.delivered.message][row] === message &&
      trace[at.delivered.recipient][row] === client;
    if (isDelivered) first = server;
  }
  if (first < 0 || first === server) return null;
  return `${facts.nameOf(client)} moved from ${facts.nameOf(first)} to ${facts.nameOf(server)} while the message was under way, and both handed it out.`;
}
