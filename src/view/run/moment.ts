/** What happened at one instant: taken in record by record, told in a few sentences. */

import { CAUSES } from "../../model/trace/causes.ts";
import { EndReason } from "../../model/trace/end-reasons.ts";
import { FrameKind, subjectKind } from "../../model/trace/frames.ts";
import { Audience, at, type Letter, RecordKind, TRANSPORT_WORDS } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { RunResult } from "../../run/result.ts";
import { type LedgerEnd, rootsKey } from "../../run/roots.ts";
import { aboutBalancer, atBeginning } from "../../run/words.ts";
import { count, list, plural } from "../look/format.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { audienceName, copyName, isQuestion, messageName, nodeInSentence, nodeName } from "./naming.ts";
import { isRare, lossSentence, rareWords, sinceRoots } from "./rare.ts";
import type { Ended } from "./rare-words.ts";
import { errorText, requestName, statusText } from "./requests.ts";

/** Reads a column of the record that is taken in. */
type Read = (column: Letter) => number;

/** If there are more recipients than this, none is named. */
const NAMED = 20;
/** If there are more sentences than this, the number of the others is given. */
const TOLD = 3;

/** Clients to whom the same happened: the first of them by name. */
interface Crowd {
  readonly names: string[];
  n: number;
}

/** A sentence, and about whom it is true: what happens to many is told once. */
interface Part {
  readonly rank: number;
  readonly says: (who: string, isMany: boolean) => string;
  readonly who: Set<string>;
  /** How often. */
  n: number;
}

/** Copies of one message, lost at one place of one cause. */
interface Lost extends Crowd {
  readonly message: number;
  readonly place: number;
  readonly cause: number;
  readonly roots: LedgerEnd[];
}

export class Moment {
  #run: RunResult;
  #ledger: LedgerIndex;
  #withFrames: boolean;
  #nowUs = 0;
  #tone: "plain" | "good" | "bad" = "plain";
  /** By the sentence without names. The least ranks are told first. */
  #parts = new Map<string, Part>();
  #connected = 0;
  /** Messages sent at this very instant: that they leave their sender need not be said. */
  #announced = new Set<number>();
  #lost = new Map<string, Lost>();
  #ended = new Map<string, Ended>();
  /** By message. */
  #delivered = new Map<number, Crowd>();
  /** What is heard → who has no connection any more. */
  #gone = new Map<string, Set<number>>();

  constructor(run: RunResult, ledger: LedgerIndex, withFrames: boolean) {
    this.#run = run;
    this.#ledger = ledger;
    this.#withFrames = withFrames;
  }

  /** Takes in a record of this instant. */
  add(row: number): void {
    const { trace } = this.#run;
    this.#nowUs = trace.timeUs[row]!;
    const read = (column: Letter) => trace[column][row];
    switch (trace.kind[row]) {
      case RecordKind.message:
        return this.#addMessage(read);
      case RecordKind.lost:
        return this.#addLost(read);
      case RecordKind.ended:
        return this.#addEnded(read, row);
      case RecordKind.disconnected:
        return this.#addGone(read(at.disconnected.client), row);
      case RecordKind.delivered:
        return this.#addDelivered(read);
      case RecordKind.duplicated:
        return this.#addDuplicated(read);
      case RecordKind.connected:
        return this.#addConnected(read);
      case RecordKind.upgraded:
        return this.#tell(
          3,
          `${this.#name(read(at.upgraded.client))} has moved from long polling to WebSocket.`,
        );
      case RecordKind.request:
        return this.#addRequest(read);
      case RecordKind.response:
        return this.#addResponse(read);
      case RecordKind.frame:
        return this.#addFrame(read);
      default:
        if (isRare(trace.kind[row])) this.#addRare(row);
    }
  }

  #name(node: number): string {
    return nodeName(this.#run, node);
  }

  #messageName(message: number): string {
    return messageName(this.#run, this.#ledger, message);
  }

  #tell(rank: number, text: string): void {
    this.#tellOf(rank, "", () => text);
  }

  #tellOf(rank: number, who: string, says: Part["says"]): void {
    const part = inMap(this.#parts, says("", false), () => ({ rank, says, who: new Set(), n: 0 }));
    part.who.add(who);
    part.n++;
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

  #addEnded(read: Read, row: number): void {
    const whose = read(at.ended.whose);
    const [reason, place] = [read(at.ended.reason), read(at.ended.place)];
    if (reason === EndReason.mappingForgotten) return this.#addRare(row);
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

  #addRare(row: number): void {
    const told = rareWords().rareText(this.#run, row);
    if (told === null) return;
    if (told.isBad) this.#tone = "bad";
    this.#tellOf(told.rank, told.about?.who ?? "", told.about?.says ?? (() => told.text));
  }

  #addGone(client: number, row: number): void {
    this.#tone = "bad";
    inMap(this.#gone, rareWords().goneReason(this.#run, row), () => new Set<number>()).add(client);
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
    const [who, to] = [this.#name(read(at.connected.client)), this.#name(read(at.connected.server))];
    const text = `${who} is connected to ${to} over ${TRANSPORT_WORDS[read(at.connected.transport)]}.`;
    if (this.#connected++ > 0) return;
    // Of several only how many.
    this.#tellOf(3, who, () =>
      this.#connected === 1 ? text : `${count(this.#connected)} clients are connected.`,
    );
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
      const server = by >= 0 ? this.#name(by) : "The balancer";
      return this.#tellOf(5, whom, (who) => `${server} answers ${who}: ${statusText(status)}.`);
    }
    const error = code >= 0 ? `, «${errorText(code)}»` : "";
    this.#tone = "bad";
    this.#tellOf(0, whom, (who) => `${this.#name(by)} refuses ${who}: ${statusText(status)}${error}.`);
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
    if (copy < 0 || isQuestion(this.#ledger, message)) {
      const text = frameText(this.#run, frame, name, copyIs);
      return text === null ? undefined : this.#tell(4, text);
    }
    const says = (who: string, isMany: boolean) => {
      const copies = who === "" || isMany ? `the copies of ${name} for ${who}` : copyIs;
      return frameText(this.#run, frame, name, copies) ?? "";
    };
    if (says("", false) !== "") this.#tellOf(4, this.#name(recipient[copy]!), says);
  }

  /** The worst that happened. */
  get tone(): "plain" | "good" | "bad" {
    return this.#tone === "plain" && this.#delivered.size > 0 ? "good" : this.#tone;
  }

  /** The most important first; what happens to several, or twice, is told once. */
  text(): string {
    const singles = [...this.#parts.values()].map(({ rank, says, who, n }) => {
      const text = says(list([...who]), who.size > 1);
      return { rank, text: n > who.size ? times(text, n) : text };
    });
    const sentences = [...singles, ...this.#groupedParts()].sort((x, y) => x.rank - y.rank);
    const shown = sentences.slice(0, TOLD).map(({ text }) => text);
    if (sentences.length > TOLD) shown.push(`And ${sentences.length - TOLD} more at this instant.`);
    return shown.join(" ");
  }

  #groupedParts(): { readonly text: string; readonly rank: number }[] {
    return [
      ...[...this.#lost.values()].map((lost) => ({ rank: 0, text: this.#lostText(lost) })),
      ...[...this.#ended.values()].map((ended) => ({
        rank: 0.5,
        text: rareWords().endText(this.#run, ended),
      })),
      ...[...this.#gone].map((gone) => ({
        rank: 1,
        text: rareWords().goneText(this.#run, this.#ledger, gone, this.#nowUs),
      })),
      ...[...this.#delivered].map(([message, crowd]) => ({
        rank: 2,
        text: isQuestion(this.#ledger, message)
          ? `${this.#messageName(message)} is answered.`
          : `${this.#messageName(message)} arrives at ${crowdText(crowd)}.`,
      })),
    ];
  }

  #lostText({ message, place, cause, roots, ...crowd }: Lost): string {
    const name = this.#messageName(message);
    const isAsked = isQuestion(this.#ledger, message);
    const [whose, die] =
      crowd.n === 1 ? [`${crowd.names[0]}’s copy`, "dies"] : [`the copies for ${crowdText(crowd)}`, "die"];
    const since = roots.length > 0 ? ` ${sinceRoots(this.#run, roots)}` : "";
    if (this.#isTask(message))
      return `${crowd.names[0]}’s message ${messageNumber(message)} is lost for good, at ${nodeInSentence(this.#run, place)}: ${CAUSES[cause]?.label ?? "?"}.${since}`;
    const sentence = aboutBalancer(this.#run.scenario, lossSentence(cause));
    const what = isAsked ? `${name} gets no answer: lost` : `${name}: ${whose} ${die}`;
    return `${what} at ${nodeInSentence(this.#run, place)}. ${sentence}${since}`;
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
    case FrameKind.handOver:
      return `${atBeginning(nodeInSentence(run, from))} hands ${copy} over to ${nodeName(run, to)}.`;
    case FrameKind.byChannel:
      return `${atBeginning(nodeInSentence(run, from))} sends ${copy}.`;
    default:
      return null;
  }
}

/** A sentence, and how often it is true at this instant. */
function times(sentence: string, n: number): string {
  return `${sentence.slice(0, -1)} (${count(n)} times).`;
}
