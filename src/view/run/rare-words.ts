/** Sentences about what most openings of the page never tell of: see rare.ts. */
import { askedWords } from "../../model/asked-words.ts";
import { END_REASONS, EndReason } from "../../model/trace/end-reasons.ts";
import {
  at,
  CLOSE_REASON_NAMES,
  type Letter,
  type LimitKind,
  RecordKind,
  RecoveryOutcome,
  RequestKind,
} from "../../model/trace/records.ts";
import { closeEventAt } from "../../run/close-event.ts";
import { RECOVERY_WORDS } from "../../run/recovery-words.ts";
import type { RunResult } from "../../run/result.ts";
import type { LedgerEnd } from "../../run/roots.ts";
import { taskWords } from "../../run/task-words.ts";
import {
  aboutBalancer,
  atBeginning,
  exitWords,
  limitText,
  listWords,
  wentFirstWords,
} from "../../run/words.ts";
import { userName } from "../../scenario/names.ts";
import { patienceOf } from "../../scenario/timers.ts";
import { count, list, plural, seconds } from "../look/format.ts";
import { channelText } from "./channel-words.ts";
import { faultText } from "./fault-words.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { isMending } from "./mending.ts";
import { nodeInSentence, nodeName } from "./naming.ts";
import { requestName } from "./requests.ts";
import { sinceRoots } from "./since-words.ts";

export { sinceRoots };

/** What a record says, as moment.ts tells it: the least ranks first. */
interface Told {
  readonly rank: number;
  readonly text: string;
  readonly isBad: boolean;
  /** Whom it is about, and the sentence about several, where the same may happen to many at one instant. */
  readonly about?: { readonly who: string; readonly says: (who: string) => string };
}

/** Connections that end at one instant and place, for one reason. */
export interface Ended {
  readonly reason: number;
  readonly place: number;
  /** Nodes. */
  readonly whose: Set<number>;
}

/** What stays open for long, by the request that opens it. */
const STREAMS: ReadonlyMap<number, string> = new Map([
  [RequestKind.websocket, "WebSocket"],
  [RequestKind.upgrade, "WebSocket"],
  [RequestKind.webtransport, "WebTransport"],
  [RequestKind.events, "event stream"],
]);

export { causeSentence } from "../../run/remedies.ts";
export { waitingAt } from "./queues.ts";

const plain = (rank: number, text: string): Told => ({ rank, text, isBad: false });
const bad = (rank: number, text: string): Told => ({ rank, text, isBad: true });

/** The sentence for a record; null: it has none, or is told together with others. */
export function rareText(run: RunResult, row: number): Told | null {
  const { trace } = run;
  const read = (column: Letter) => trace[column][row]!;
  const name = (node: number) => nodeName(run, node);
  switch (trace.kind[row]) {
    case RecordKind.ended:
      return read(at.ended.reason) === EndReason.mappingForgotten
        ? bad(
            0.5,
            `A NAT on ${name(read(at.ended.place))}’s way has forgotten the connection, which was silent for too long.`,
          )
        : null;
    case RecordKind.idleClosed:
      return bad(0, idleText(run, row));
    case RecordKind.turnedAway:
      return limitTold(run, row);
    case RecordKind.marked:
      return markedTold(run, row);
    case RecordKind.relisted: {
      const server = name(read(at.relisted.server));
      const whose = nodeInSentence(run, read(at.relisted.place));
      return plain(0, `${server} is ${listWords(read(at.relisted.isListed))} ${whose}’s list of servers.`);
    }
    case RecordKind.wentFirst:
      return plain(0, wentFirstWords(nodeInSentence(run, read(at.wentFirst.node)), read(at.wentFirst.among)));
    case RecordKind.exited:
      return plain(0, `${name(read(at.exited.server))} ${exitWords(read(at.exited.isKilled))}.`);
    case RecordKind.recovery:
      return recoveryText(run, row);
    case RecordKind.fault: {
      const fault = run.scenario.faults[read(at.fault.fault)];
      if (fault === undefined) return null;
      return (isMending(fault) ? plain : bad)(0, faultText(run, fault));
    }
    case RecordKind.channelSent:
    case RecordKind.channelArrived:
    case RecordKind.read:
    case RecordKind.receipt:
    case RecordKind.context:
      return channelTold(run, row);
    case RecordKind.online:
    case RecordKind.listed:
    case RecordKind.news:
      return presenceText(run, row);
    case RecordKind.queued:
    case RecordKind.work:
    case RecordKind.buffered:
    case RecordKind.backlog:
      return plain(2, waitingText(run, row));
    default: {
      const told = taskWords(trace, row, name);
      return told === null ? null : { rank: 1, text: told.text, isBad: told.isBad };
    }
  }
}

/** A balancer's health checks have changed its mind about a server. */
function markedTold(run: RunResult, row: number): Told {
  const { trace } = run;
  // «The balancer», «Edge», «server-1».
  const by = atBeginning(nodeInSentence(run, trace[at.marked.place][row]!));
  const server = nodeName(run, trace[at.marked.server][row]!);
  return trace[at.marked.isUp][row] === 1
    ? plain(0, `${by} marks ${server} up: its health checks succeed.`)
    : bad(0, `${by} marks ${server} down: its health checks fail.`);
}

/** Who has no room somewhere, or has to wait there. */
function limitTold(run: RunResult, row: number): Told {
  const read = (column: Letter) => run.trace[column][row]!;
  const limit = read(at.turnedAway.limit) as LimitKind;
  const who = nodeName(run, read(at.turnedAway.client));
  const place = read(at.turnedAway.place);
  const isServer = run.nodes[place]?.kind === "server";
  const says = (who: string) => limitText(nodeInSentence(run, place), who, limit, isServer);
  return { ...bad(0, says(who)), about: { who, says } };
}

/** What begins to wait somewhere, or waits no longer. */
function waitingText(run: RunResult, row: number): string {
  const kind = run.trace.kind[row];
  if (kind === RecordKind.queued) return queuedText(run, row);
  return kind === RecordKind.work ? workText(run, row) : unreadText(run, row);
}

function queuedText(run: RunResult, row: number): string {
  const { trace } = run;
  const request = requestName(trace[at.queued.kind][row]!);
  return `${nodeName(run, trace[at.queued.client][row]!)}’s ${request} waits in its browser, whose connections are all taken.`;
}

/** What stands in a server's line, or its turn has come. */
function workText(run: RunResult, row: number): string {
  const { trace } = run;
  const server = nodeName(run, trace[at.work.server][row]!);
  const what = `what ${nodeName(run, trace[at.work.client][row]!)} sent`;
  const waitedUs = trace[at.work.waitedUs][row]!;
  if (waitedUs < 0)
    return `At ${server} ${what} has to wait: ${count(trace[at.work.waiting][row]!)} in line.`;
  const waited = waitedUs === 0 ? "" : `, after ${seconds(waitedUs)} in line`;
  return `${atBeginning(server)} takes on ${what}${waited}.`;
}

/** What waits for who does not read: at a server for a client, or in Redis for a server. */
function unreadText(run: RunResult, row: number): string {
  const { trace } = run;
  const name = (node: number) => nodeName(run, node);
  const isRedis = trace.kind[row] === RecordKind.backlog;
  const where = isRedis ? "Redis" : name(trace[at.buffered.server][row]!);
  const whom = name(trace[isRedis ? at.backlog.server : at.buffered.client][row]!);
  const waiting = trace[isRedis ? at.backlog.waiting : at.buffered.waiting][row]!;
  if (waiting === 0) return `Nothing waits ${isRedis ? "in" : "at"} ${where} for ${whom} any more.`;
  return `${where} keeps ${waiting} for ${whom}, whose kernel takes no more.`;
}

function channelTold(run: RunResult, row: number): Told {
  const { trace } = run;
  const isForgotten = trace.kind[row] === RecordKind.context && trace[at.context.kept][row] === 0;
  return (isForgotten ? bad : plain)(isForgotten ? 1 : 2, channelText(run, row));
}

function presenceText(run: RunResult, row: number): Told {
  const { trace } = run;
  const read = (column: Letter) => trace[column][row]!;
  const who = (user: number) => userName(run.scenario, user);
  const so = (is: number, what: string) => (is === 1 ? `is ${what}` : `is no longer ${what}`);
  switch (trace.kind[row]) {
    case RecordKind.online:
      return plain(3, `${who(read(at.online.user))} ${so(read(at.online.isOnline), "online")}.`);
    case RecordKind.listed:
      return plain(2, `${who(read(at.listed.user))} ${so(read(at.listed.isListed), "listed as online")}.`);
    default: {
      const verb = read(at.news.isOnline) === 1 ? "has come" : "has gone";
      return plain(2, `Everybody is to be told that ${who(read(at.news.user))} ${verb}.`);
    }
  }
}

function recoveryText(run: RunResult, row: number): Told {
  const { trace } = run;
  const who = nodeName(run, trace[at.recovery.client][row]!);
  const place = atBeginning(nodeInSentence(run, trace[at.recovery.server][row]!));
  const outcome = trace[at.recovery.outcome][row]!;
  if (outcome !== RecoveryOutcome.recovered)
    return bad(1, `${place} does not take ${who} back: ${RECOVERY_WORDS[outcome]}.`);
  const copies = plural(trace[at.recovery.missed][row]!, "copy", "copies");
  return plain(1, `${place} takes ${who} back, and sends what it missed (${copies}).`);
}

/** What a client hears that has no connection any more. */
export function goneReason(run: RunResult, row: number): string {
  const told = CLOSE_REASON_NAMES[run.trace[at.disconnected.reason][row]!] ?? "closed";
  const event = closeEventAt(run, row);
  return event === null ? told : `${told} (code ${event.code})`;
}

/** «B has no connection: transport close.», and, if that is heard only now, what ended it before. */
export function goneText(
  run: RunResult,
  { ends }: LedgerIndex,
  [reason, clients]: readonly [string, ReadonlySet<number>],
  nowUs: number,
): string {
  const latest = new Map<number, LedgerEnd>();
  for (const end of ends) if (end.timeUs <= nowUs && clients.has(end.whose)) latest.set(end.whose, end);
  const before = [...latest.values()].filter(({ timeUs }) => timeUs < nowUs);
  const since = before.length < clients.size ? "" : ` ${sinceRoots(run, before)}`;
  const who = crowdNames([...clients].map((client) => nodeName(run, client)));
  return `${who} ${clients.size === 1 ? "has" : "have"} no connection: ${reason}.${since}`;
}

function crowdNames(names: readonly string[]): string {
  return names.length <= 20 ? list(names) : `${count(names.length)} clients`;
}

function idleText(run: RunResult, row: number): string {
  const { trace } = run;
  const by = trace[at.idleClosed.by][row]!;
  const closer = atBeginning(nodeInSentence(run, by));
  const who = nodeName(run, trace[at.idleClosed.client][row]!);
  if (patienceOf(run.scenario, nodeName(run, by)).forgets)
    return `${closer} forgets ${who}’s connection: nothing crossed it for the idle timeout. It tells nobody.`;
  const what = STREAMS.get(trace[at.idleClosed.kind][row]!);
  return what === undefined
    ? `${closer} gives up waiting for ${nodeName(run, trace[at.idleClosed.server][row]!)} to answer ${who}.`
    : `${closer} closes ${who}’s ${what}: nothing crossed it for the idle timeout.`;
}

/** «B’s connection ends at the balancer: idle timeout.», and what that means. */
export function endText(run: RunResult, { reason, place, whose }: Ended): string {
  const names = [...whose].map((node) => nodeName(run, node));
  const isServers = [...whose].every((node) => run.nodes[node]?.kind === "server");
  const to = isServers ? " to the backplane" : "";
  const subject =
    names.length === 1
      ? `${names[0]}’s connection${to} ends`
      : `${crowdNames(names)} lose their connections${to}`;
  const { label, sentence } = END_REASONS[reason]!;
  // The refusal is told by its answer.
  const said = aboutBalancer(run.scenario, askedWords(sentence), nodeName(run, place));
  const more = reason === EndReason.sessionUnknown ? "" : ` ${said.replaceAll("'", "’")}`;
  return `${subject} at ${nodeInSentence(run, place)}: ${label}.${more}`;
}
