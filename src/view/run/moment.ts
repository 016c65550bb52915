/** What happened at one instant: taken in record by record, told in a few sentences. */

import { CAUSES } from "../../model/trace/causes.ts";
import { END_REASONS, EndReason } from "../../model/trace/end-reasons.ts";
import { FrameKind, subjectKind } from "../../model/trace/frames.ts";
import {
  Audience,
  at,
  CLOSE_REASON_NAMES,
  type Letter,
  type LimitKind,
  RECOVERY_WORDS,
  RecordKind,
  RecoveryOutcome,
  RequestKind,
  TRANSPORT_WORDS,
} from "../../model/trace/records.ts";
import { closeEventAt } from "../../run/close-event.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { RunResult } from "../../run/result.ts";
import { type LedgerEnd, rootsKey } from "../../run/roots.ts";
import { taskWords } from "../../run/task-words.ts";
import { aboutBalancer, atBeginning, RUN_OUT } from "../../run/words.ts";
import { userName } from "../../scenario/names.ts";
import { patienceOf } from "../../scenario/timers.ts";
import { count, list, plural } from "../look/format.ts";
import { channelText } from "./channel-words.ts";
import { faultText } from "./fault-words.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import {
  audienceName,
  copyName,
  isQuestion,
  messageName,
  nodeInSentence,
  nodeName,
  sinceRoots,
} from "./naming.ts";
import { errorText, requestName, statusText } from "./requests.ts";

/** Reads a column of the record that is taken in. */
type Read = (column: Letter) => number;

/** What stays open for long, by the request that opens it. */
const STREAMS: ReadonlyMap<number, string> = new Map([
  [RequestKind.websocket, "WebSocket"],
  [RequestKind.upgrade, "WebSocket"],
  [RequestKind.webtransport, "WebTransport"],
  [RequestKind.events, "event stream"],
]);

/** If there are more recipients than this, none is named. */
const NAMED = 20;
/** If there are more sentences than this, the number of the others is given. */
const TOLD = 3;

/** Clients to whom the same happened: the first of them by name. */
interface Crowd {
  readonly names: string[];
  n: number;
}

/** Copies of one message, lost at one place of one cause. */
interface Lost extends Crowd {
  readonly message: number;
  readonly place: number;
  readonly cause: number;
  readonly roots: LedgerEnd[];
}

/** Connections that end at one instant and place, for one reason. */
interface Ended {
  readonly reason: number;
  readonly place: number;
  /** Nodes. */
  readonly whose: Set<number>;
}

export class Moment {
  #run: RunResult;
  #ledger: LedgerIndex;
  #timeUs: number;
  #withFrames: boolean;
  #tone: "plain" | "good" | "bad" = "plain";
  /** The least ranks are told first. */
  #parts: { readonly text: string; readonly rank: number }[] = [];
  #connected = 0;
  /** Messages sent at this very instant: that they leave their sender need not be said. */
  #announced = new Set<number>();
  #lost = new Map<string, Lost>();
  #ended = new Map<string, Ended>();
  /** By message. */
  #delivered = new Map<number, Crowd>();
  /** Sentence about frames → how many of them. */
  #frames = new Map<string, number>();

  constructor(run: RunResult, ledger: LedgerIndex, timeUs: number, withFrames: boolean) {
    this.#run = run;
    this.#ledger = ledger;
    this.#timeUs = timeUs;
    this.#withFrames = withFrames;
  }

  /** Takes in a record of this instant. */
  add(row: number): void {
    const { trace } = this.#run;
    const read = (column: Letter) => trace[column][row];
    switch (trace.kind[row]) {
      case RecordKind.message:
        return this.#addMessage(read);
      case RecordKind.lost:
        return this.#addLost(read);
      case RecordKind.ended:
        return this.#addEnded(read);
      case RecordKind.delivered:
        return this.#addDelivered(read);
      case RecordKind.duplicated:
        return this.#addDuplicated(read);
      case RecordKind.connected:
        return this.#addConnected(read);
      case RecordKind.disconnected:
        return this.#addDisconnected(read, row);
      case RecordKind.upgraded:
        return this.#tell(
          3,
          `${this.#name(read(at.upgraded.client))} has moved from long polling to WebSocket.`,
        );
      case RecordKind.idleClosed:
        return this.#addIdleClosed(read);
      case RecordKind.turnedAway:
        return this.#addTurnedAway(read);
      case RecordKind.marked:
        return this.#addMarked(read);
      case RecordKind.exited:
        return this.#addExited(read);
      case RecordKind.recovery:
        return this.#addRecovery(read);
      case RecordKind.fault:
        return this.#addFault(read);
      case RecordKind.request:
        return this.#addRequest(read);
      case RecordKind.response:
        return this.#addResponse(read);
      case RecordKind.frame:
        return this.#addFrame(read);
      case RecordKind.channelSent:
      case RecordKind.channelArrived:
      case RecordKind.read:
      case RecordKind.receipt:
      case RecordKind.context:
        return this.#addByChannel(row);
      case RecordKind.online:
      case RecordKind.listed:
      case RecordKind.news:
        return this.#addPresence(trace.kind[row], read);
      case RecordKind.queued:
        return this.#addQueued(read);
      default:
        return this.#addTask(row);
    }
  }

  #addQueued(read: Read): void {
    const request = `${this.#name(read(at.queued.client))}’s ${requestName(read(at.queued.kind))}`;
    this.#tell(2, `${request} waits in its browser, whose connections are all taken.`);
  }

  #addMarked(read: Read): void {
    const server = this.#name(read(at.marked.server));
    const by = atBeginning(this.#inWords(read(at.marked.place)));
    if (read(at.marked.isUp) === 1) this.#tell(0, `${by} marks ${server} up: its health checks succeed.`);
    else this.#tellBad(0, `${by} marks ${server} down: its health checks fail.`);
  }

  #addTurnedAway(read: Read): void {
    const who = this.#name(read(at.turnedAway.client));
    const limit = RUN_OUT[read(at.turnedAway.limit) as LimitKind];
    const place = atBeginning(this.#inWords(read(at.turnedAway.place)));
    this.#tellBad(0, `${place} has no room for ${who}: ${limit}.`);
  }

  #addExited(read: Read): void {
    const how = read(at.exited.isKilled) ? "is killed after its grace" : "exits";
    this.#tell(0, `${this.#name(read(at.exited.server))} ${how}.`);
  }

  #addPresence(kind: number, read: Read): void {
    const who = (user: number) => userName(this.#run.scenario, user);
    const so = (is: number, what: string) => (is === 1 ? `is ${what}` : `is no longer ${what}`);
    if (kind === RecordKind.online)
      this.#tell(3, `${who(read(at.online.user))} ${so(read(at.online.isOnline), "online")}.`);
    else if (kind === RecordKind.listed)
      this.#tell(2, `${who(read(at.listed.user))} ${so(read(at.listed.isListed), "listed as online")}.`);
    else {
      const verb = read(at.news.isOnline) === 1 ? "has come" : "has gone";
      this.#tell(2, `Everybody is to be told that ${who(read(at.news.user))} ${verb}.`);
    }
  }

  #addByChannel(row: number): void {
    const text = channelText(this.#run, row);
    if (text === null) return;
    if (this.#run.trace.kind[row] === RecordKind.context) this.#tellBad(1, text);
    else this.#tell(2, text);
  }

  #name(node: number): string {
    return nodeName(this.#run, node);
  }

  /** «the balancer», «edge», «server-1». */
  #inWords(node: number): string {
    return nodeInSentence(this.#run, node);
  }

  #messageName(message: number): string {
    return messageName(this.#run, this.#ledger, message);
  }

  #tell(rank: number, text: string): void {
    this.#parts.push({ rank, text });
  }

  #tellBad(rank: number, text: string): void {
    this.#tone = "bad";
    this.#tell(rank, text);
  }

  #addRecovery(read: Read): void {
    const who = this.#name(read(at.recovery.client));
    const place = atBeginning(this.#inWords(read(at.recovery.server)));
    const outcome = read(at.recovery.outcome);
    if (outcome !== RecoveryOutcome.recovered)
      return this.#tellBad(1, `${place} does not take ${who} back: ${RECOVERY_WORDS[outcome]}.`);
    const copies = plural(read(at.recovery.missed), "copy", "copies");
    this.#tell(1, `${place} takes ${who} back, and sends what it missed (${copies}).`);
  }

  #addMessage(read: Read): void {
    const message = read(at.message.message);
    const copies = plural(read(at.message.copies), "copy", "copies");
    const whom = audienceName(this.#run, this.#ledger, message);
    this.#announced.add(message);
    if (read(at.message.audience) === Audience.server)
      return this.#tell(1, `${this.#name(read(at.message.sender))} asks the server.`);
    if (read(at.message.audience) === Audience.task)
      return this.#tell(
        1,
        `${this.#name(read(at.message.sender))} has message ${messageNumber(message)} for the server.`,
      );
    this.#tell(1, `${this.#name(read(at.message.sender))} sends a message to ${whom} (${copies}).`);
  }

  #addLost(read: Read): void {
    this.#tone = "bad";
    const { root: roots, copyOfId } = this.#ledger;
    const root = roots[copyOfId[read(at.lost.copy)]] ?? null;
    const [message, place, cause] = [read(at.lost.message), read(at.lost.place), read(at.lost.cause)];
    const lost = inMap(this.#lost, `${message}/${place}/${cause}/${rootsKey(root)}`, () => ({
      message,
      place,
      cause,
      roots: [],
      names: [],
      n: 0,
    }));
    this.#addTo(lost, read(at.lost.recipient));
    if (root !== null && !lost.roots.includes(root)) lost.roots.push(root);
  }

  #addEnded(read: Read): void {
    const whose = read(at.ended.whose);
    const [reason, place] = [read(at.ended.reason), read(at.ended.place)];
    if (reason === EndReason.mappingForgotten)
      return this.#tellBad(
        0.5,
        `A NAT on ${this.#name(place)}’s way has forgotten the connection, which was silent for too long.`,
      );
    // A cut is told with its fault.
    if (whose < 0) return;
    this.#tone = "bad";
    const ended = inMap(this.#ended, `${reason}/${place}`, () => ({ reason, place, whose: new Set() }));
    ended.whose.add(whose);
  }

  #addDelivered(read: Read): void {
    if (this.#isTask(read(at.delivered.message))) return;
    const crowd = inMap(this.#delivered, read(at.delivered.message), () => ({ names: [], n: 0 }));
    this.#addTo(crowd, read(at.delivered.recipient));
  }

  #addTask(row: number): void {
    const told = taskWords(this.#run.trace, row, (node) => this.#name(node));
    if (told === null) return;
    if (told.isBad) this.#tellBad(1, told.text);
    else this.#tell(1, told.text);
  }

  /** Of what a server acts on, its own records tell. */
  #isTask(message: number): boolean {
    return this.#ledger.audience[message] === Audience.task;
  }

  #addTo(crowd: Crowd, client: number): void {
    if (crowd.n++ < NAMED) crowd.names.push(this.#name(client));
  }

  #addDuplicated(read: Read): void {
    if (this.#isTask(read(at.duplicated.message))) return;
    const message = this.#messageName(read(at.duplicated.message));
    this.#tell(2, `${this.#name(read(at.duplicated.recipient))} gets ${message} a second time.`);
  }

  #addConnected(read: Read): void {
    if (this.#connected++ > 0) return;
    const [who, to] = [this.#name(read(at.connected.client)), this.#name(read(at.connected.server))];
    this.#tell(3, `${who} is connected to ${to} over ${TRANSPORT_WORDS[read(at.connected.transport)]}.`);
  }

  #addDisconnected(read: Read, row: number): void {
    const client = read(at.disconnected.client);
    const told = CLOSE_REASON_NAMES[read(at.disconnected.reason)] ?? "closed";
    const event = closeEventAt(this.#run, row);
    const code = event === null ? "" : ` (code ${event.code})`;
    this.#tellBad(1, `${this.#name(client)} has no connection: ${told}${code}.${this.#whyHeard(client)}`);
  }

  /** Why a client that hears of it only now has lost its connection: what ended it before. */
  #whyHeard(client: number): string {
    const now = this.#timeUs;
    const end = this.#ledger.ends.findLast(({ whose, timeUs }) => whose === client && timeUs <= now);
    return end === undefined || end.timeUs === now ? "" : ` ${sinceRoots(this.#run, [end])}`;
  }

  #addIdleClosed(read: Read): void {
    const by = read(at.idleClosed.by);
    const closer = atBeginning(this.#inWords(by));
    const kind = read(at.idleClosed.kind);
    const who = this.#name(read(at.idleClosed.client));
    if (patienceOf(this.#run.scenario, this.#name(by)).forgets) {
      this.#tellBad(
        0,
        `${closer} forgets ${who}’s connection: nothing crossed it for the idle timeout. It tells nobody.`,
      );
      return;
    }
    const what = STREAMS.get(kind);
    this.#tellBad(
      0,
      what !== undefined
        ? `${closer} closes ${who}’s ${what}: nothing crossed it for the idle timeout.`
        : `${closer} gives up waiting for ${this.#name(read(at.idleClosed.server))} to answer ${who}.`,
    );
  }

  #addFault(read: Read): void {
    this.#tone = "bad";
    const fault = this.#run.scenario.faults[read(at.fault.fault)];
    if (fault) this.#tell(0, faultText(this.#run, fault));
  }

  #addRequest(read: Read): void {
    const what = `${this.#name(read(at.request.client))}’s ${requestName(read(at.request.kind))}`;
    const server = read(at.request.server);
    this.#tell(
      4,
      server < 0 ? `No server is left for ${what}.` : `The balancer sends ${what} to ${this.#name(server)}.`,
    );
  }

  #addResponse(read: Read): void {
    const [status, by] = [read(at.response.status), read(at.response.by)];
    const whom = this.#name(read(at.response.client));
    const code = read(at.response.errorCode);
    // A page to log in comes with 200.
    if (status < 400 && code < 0) {
      const who = by >= 0 ? this.#name(by) : "The balancer";
      return this.#tell(5, `${who} answers ${whom}: ${statusText(status)}.`);
    }
    const error = code >= 0 ? `, «${errorText(code)}»` : "";
    this.#tellBad(0, `${this.#name(by)} refuses ${whom}: ${statusText(status)}${error}.`);
  }

  #addFrame(read: Read): void {
    if (!this.#withFrames) return;
    const frame = { kind: read(at.frame.kind), from: read(at.frame.from), to: read(at.frame.to) };
    const isOf = subjectKind(frame.kind);
    if (isOf === "exchange") return;
    const { copyOfId, message: messages, recipient } = this.#ledger;
    const subject = read(at.frame.subject);
    const copy = isOf === "copy" ? copyOfId[subject] : -1;
    const message = isOf === "copy" ? messages[copy] : subject;
    if (message === undefined || message < 0) return;
    if (frame.kind === FrameKind.emit && this.#announced.has(message)) return;
    const name = this.#messageName(message);
    const copyIs = copy < 0 ? name : copyName(this.#run, this.#ledger, message, recipient[copy]!);
    const text = frameText(this.#run, frame, name, copyIs);
    if (text !== null) this.#frames.set(text, (this.#frames.get(text) ?? 0) + 1);
  }

  /** The worst that happened. */
  get tone(): "plain" | "good" | "bad" {
    return this.#tone === "plain" && this.#delivered.size > 0 ? "good" : this.#tone;
  }

  /** The most important first; what happens twice is told once. */
  text(): string {
    const parts = [...this.#singleParts(), ...this.#groupedParts()].sort((x, y) => x.rank - y.rank);
    const told = new Map<string, number>();
    for (const { text } of parts) told.set(text, (told.get(text) ?? 0) + 1);
    const sentences = [...told].map(([text, n]) => times(text, n));
    const shown = sentences.slice(0, TOLD);
    if (sentences.length > TOLD) shown.push(`And ${sentences.length - TOLD} more at this instant.`);
    return shown.join(" ");
  }

  /** In the order of their records; of several clients that connect only how many. */
  #singleParts(): { readonly text: string; readonly rank: number }[] {
    if (this.#connected <= 1) return this.#parts;
    const first = this.#parts.findIndex((p) => p.rank === 3 && p.text.includes(" is connected to "));
    return this.#parts.with(first, { rank: 3, text: `${count(this.#connected)} clients are connected.` });
  }

  #groupedParts(): { readonly text: string; readonly rank: number }[] {
    return [
      ...[...this.#lost.values()].map((lost) => ({ rank: 0, text: this.#lostText(lost) })),
      ...[...this.#ended.values()].map((ended) => ({ rank: 0.5, text: endText(this.#run, ended) })),
      ...[...this.#delivered].map(([message, crowd]) => ({
        rank: 2,
        text: isQuestion(this.#ledger, message)
          ? `${this.#messageName(message)} is answered.`
          : `${this.#messageName(message)} arrives at ${crowdText(crowd)}.`,
      })),
      ...[...this.#frames].map(([text, n]) => ({ rank: 4, text: times(text, n) })),
    ];
  }

  #lostText({ message, place, cause, roots, ...crowd }: Lost): string {
    const name = this.#messageName(message);
    const isAsked = isQuestion(this.#ledger, message);
    const [whose, die] =
      crowd.n === 1 ? [`${crowd.names[0]}’s copy`, "dies"] : [`the copies for ${crowdText(crowd)}`, "die"];
    const since = roots.length > 0 ? ` ${sinceRoots(this.#run, roots)}` : "";
    if (this.#isTask(message))
      return `${crowd.names[0]}’s message ${messageNumber(message)} is lost for good, at ${this.#name(place)}: ${CAUSES[cause]?.label ?? "?"}.${since}`;
    const sentence = aboutBalancer(this.#run.scenario, CAUSES[cause]?.sentence ?? "");
    const what = isAsked ? `${name} gets no answer: lost` : `${name}: ${whose} ${die}`;
    return `${what} at ${this.#name(place)}. ${sentence}${since}`;
  }
}

/** The value of a key, which is made if there is none. */
function inMap<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function crowdText({ names, n }: Crowd): string {
  return n <= NAMED ? list(names) : `${count(n)} clients`;
}

/** «B’s connection ends at the balancer: idle timeout.», and what that means. */
function endText(run: RunResult, { reason, place, whose }: Ended): string {
  const names = [...whose].map((node) => nodeName(run, node));
  const isServers = [...whose].every((node) => run.nodes[node]?.kind === "server");
  const to = isServers ? " to the backplane" : "";
  const subject =
    names.length === 1
      ? `${names[0]}’s connection${to} ends`
      : `${names.length <= 20 ? list(names) : `${count(names.length)} clients`} lose their connections${to}`;
  const { label, sentence } = END_REASONS[reason];
  // The refusal is told by its answer.
  const said = aboutBalancer(run.scenario, sentence, nodeName(run, place));
  const more = reason === EndReason.sessionUnknown ? "" : ` ${said.replaceAll("'", "’")}`;
  return `${subject} at ${nodeInSentence(run, place)}: ${label}.${more}`;
}

/** The sentence for a frame that carries a message, or a copy of one; null for any other. */
function frameText(
  run: RunResult,
  { kind, from, to }: { readonly kind: number; readonly from: number; readonly to: number },
  message: string,
  copy: string,
): string | null {
  switch (kind) {
    case FrameKind.emit: {
      const verb = run.nodes[from]?.kind === "balancer" ? "passes" : "sends";
      return `${atBeginning(nodeInSentence(run, from))} ${verb} ${message} to ${nodeInSentence(run, to)}.`;
    }
    case FrameKind.publish:
      return `${nodeName(run, from)} publishes ${message} to the backplane.`;
    case FrameKind.push:
      return `The backplane pushes ${message} to ${nodeName(run, to)}.`;
    case FrameKind.deliver: {
      const verb = run.nodes[from]?.kind === "server" ? "sends" : "passes on";
      return `${atBeginning(nodeInSentence(run, from))} ${verb} ${copy}.`;
    }
    case FrameKind.ack: {
      const verb = run.nodes[from]?.kind === "server" ? "acknowledges" : "passes on the acknowledgement of";
      return `${atBeginning(nodeInSentence(run, from))} ${verb} ${message}.`;
    }
    default:
      return null;
  }
}

/** A sentence, and how often it is true at this instant. */
function times(sentence: string, n: number): string {
  return n === 1 ? sentence : `${sentence.slice(0, -1)} (${count(n)} times).`;
}
