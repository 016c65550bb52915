/** Reads a trace aloud: what each record says of some clients and a message, in words. */

import { usesQuic } from "../model/network/quic.part.ts";
import { FRAME_LIST, FrameKind } from "../model/trace/frames.ts";
import {
  Audience,
  at,
  BAD_REQUEST,
  CLOSE_REASON_NAMES,
  FORBIDDEN,
  isTunnel,
  type LimitKind,
  REQUEST_NAMES,
  RecordKind,
  RecoveryOutcome,
  RequestKind,
  SESSION_ID_UNKNOWN,
  TRANSPORT_WORDS,
} from "../model/trace/records.ts";
import { closeEventAt } from "../run/close-event.ts";
import { readLedger } from "../run/ledger.ts";
import { messageNumber } from "../run/message-number.ts";
import { RECOVERY_WORDS } from "../run/recovery-words.ts";
import { causeSentence } from "../run/remedies.ts";
import type { RunResult } from "../run/result.ts";
import type { LedgerEnd } from "../run/roots.ts";
import { sinceText } from "../run/since.ts";
import { taskWords } from "../run/task-words.ts";
import {
  aboutBalancer,
  atBeginning,
  BACKPLANE_WORDS,
  channelWords,
  exitWords,
  limitText,
  listWords,
  nodeInWords,
  wentFirstWords,
} from "../run/words.ts";
import { entryOf, namesOf } from "../scenario/names.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { patienceOf } from "../scenario/timers.ts";
import { isEngineIo } from "../scenario/transports.ts";
import { listed, seconds } from "./in-words.ts";
import { Routing } from "./routing.ts";
import { CONNECTED, type Happening } from "./story-lines.ts";

/** What is told of a record: everything but its time. */
type Told = Omit<Happening, "timeUs" | "row">;
/** A sentence about clients, from their names and whether there is only one. */
type Sentence = (who: string, isOne: boolean) => string;

/** What is told of channels. */
const BY_CHANNELS: readonly number[] = [
  RecordKind.channelSent,
  RecordKind.channelArrived,
  RecordKind.receipt,
];

export class StoryTeller {
  readonly #run: RunResult;
  readonly #clients: ReadonlySet<number>;
  readonly #message: number;
  /** The last record of the story. */
  readonly #end: number;
  readonly #routing: Routing;
  /** Clients that were answered in their present attempt to connect. */
  readonly #answered = new Set<number>();
  /** Messages that a server acts on. */
  readonly #tasks = new Set<number>();
  /** Clients that have tried to connect before. */
  readonly #tried = new Set<number>();
  /** By client: the server that it is connected to. */
  readonly #server = new Map<number, number>();
  /** By number, and by client, why connections ended. */
  readonly #allEnds: readonly LedgerEnd[];
  readonly #ends = new Map<number, LedgerEnd>();
  /** The root of the copy that is lost next; null if it has none. */
  #root: LedgerEnd | null = null;

  /** Tells of these clients (of all clients if the list is empty) and of the message, if it is not −1; up to the record `end`. */
  constructor(run: RunResult, clients: readonly number[], message: number, end: number) {
    this.#run = run;
    const all = run.nodes.filter(({ kind }) => kind === "client").map(({ node }) => node);
    this.#clients = new Set(clients.length > 0 ? [...clients, ...senderOf(run.trace, message)] : all);
    this.#message = message;
    this.#end = end;
    this.#routing = new Routing(run.scenario);
    this.#allEnds = readLedger(run.trace).ends;
  }

  happenings(): Happening[] {
    const happenings: Happening[] = [];
    const { trace } = this.#run;
    for (let row = 0; row < Math.min(this.#end + 1, trace.length); row++) {
      const told = this.#told(row);
      if (told !== null) happenings.push({ timeUs: trace.timeUs[row], row, ...told });
      this.#routing.see(trace, row);
    }
    return happenings;
  }

  /** Where many clients are, in one line. */
  crowd(clients: readonly number[]): string {
    const servers = new Set(clients.map((client) => this.#server.get(client)));
    return `${this.#names(clients)} are connected, to ${servers.size} servers.`;
  }

  #told(row: number): Told | null {
    const { trace, scenario } = this.#run;
    switch (trace.kind[row]) {
      case RecordKind.fault:
        return this.#fault(scenario.faults[trace[at.fault.fault][row]]);
      case RecordKind.request:
        return this.#request(row);
      case RecordKind.response:
        return this.#response(row);
      case RecordKind.connected:
        return this.#connected(row);
      case RecordKind.disconnected:
        return this.#disconnected(row);
      case RecordKind.idleClosed:
        return this.#idleClosed(row);
      case RecordKind.turnedAway:
        return this.#turnedAway(row);
      case RecordKind.marked:
      case RecordKind.exited:
      case RecordKind.relisted:
        return this.#comesOrGoes(row);
      case RecordKind.wentFirst:
        return this.#wentFirst(row);
      case RecordKind.recovery:
        return this.#recovery(row);
      case RecordKind.message:
        return this.#sent(row);
      case RecordKind.delivered:
        return this.#delivered(row);
      case RecordKind.duplicated:
        return this.#duplicated(row);
      case RecordKind.upgraded:
      case RecordKind.online:
      case RecordKind.listed:
      case RecordKind.queued:
        return this.#standing(row);
      case RecordKind.ended:
        this.#ends.set(trace[at.ended.whose][row], this.#allEnds[trace[at.ended.end][row]]);
        return null;
      case RecordKind.rooted:
        if (trace[at.rooted.copy][row] >= 0) this.#root = this.#allEnds[trace[at.rooted.root][row]];
        return null;
      case RecordKind.lost:
        return this.#lost(row);
      case RecordKind.frame:
        return this.#frame(row);
      default:
        return BY_CHANNELS.includes(trace.kind[row]) ? this.#byChannel(row) : this.#task(row);
    }
  }

  #delivered(row: number): Told | null {
    const { trace } = this.#run;
    if (this.#isOther(trace[at.delivered.message][row]) || this.#isDone(row)) return null;
    const text = (who: string, isOne: boolean) => `${who} ${isOne ? "gets" : "get"} the message.`;
    return this.#about(trace[at.delivered.recipient][row], "delivered", 5, text);
  }

  #duplicated(row: number): Told | null {
    const { trace } = this.#run;
    if (this.#isOther(trace[at.duplicated.message][row]) || this.#isDone(row)) return null;
    const text = (who: string, isOne: boolean) =>
      `${who} ${isOne ? "gets" : "get"} the message a second time.`;
    return this.#about(trace[at.duplicated.recipient][row], "duplicated", 8, text);
  }

  #wentFirst(row: number): Told {
    const { trace, scenario } = this.#run;
    const who = nodeInWords(scenario, this.#name(trace[at.wentFirst.node][row]));
    return this.#line(wentFirstWords(who, trace[at.wentFirst.among][row]), 8, "went first");
  }

  #recovery(row: number): Told | null {
    const { trace, scenario } = this.#run;
    const place = atBeginning(nodeInWords(scenario, this.#name(trace[at.recovery.server][row])));
    const outcome = trace[at.recovery.outcome][row];
    return this.#about(trace[at.recovery.client][row], `recovery ${outcome}`, 6, (who) =>
      outcome === RecoveryOutcome.recovered
        ? `${place} takes ${who} back, and sends what was missed.`
        : `${place} does not take ${who} back: ${RECOVERY_WORDS[outcome]}.`,
    );
  }

  /** Whether it was told right before, as something that a server did. */
  #isDone(row: number): boolean {
    return this.#run.trace.kind[row - 1] === RecordKind.done;
  }

  #task(row: number): Told | null {
    const told = taskWords(this.#run.trace, row, (node) => this.#name(node));
    if (told === null) return null;
    const { message, client, text, isBad } = told;
    if (message !== this.#message && (this.#message >= 0 || !this.#clients.has(client))) return null;
    return this.#line(text, isBad ? 9 : 7, "task");
  }

  /** A server's process ends, it comes on a balancer's list or goes off it, or is marked by health checks. */
  #comesOrGoes(row: number): Told {
    const { trace } = this.#run;
    switch (trace.kind[row]) {
      case RecordKind.exited: {
        const how = exitWords(trace[at.exited.isKilled][row]);
        return this.#line(`${this.#name(trace[at.exited.server][row])} ${how}.`, 8, "exited");
      }
      case RecordKind.relisted: {
        const how = listWords(trace[at.relisted.isListed][row]);
        const server = this.#name(trace[at.relisted.server][row]);
        return this.#line(`${server} is ${how} the balancer's list of servers.`, 8, "relisted");
      }
      default: {
        const server = this.#name(trace[at.marked.server][row]);
        const [so, checks] = trace[at.marked.isUp][row] === 1 ? ["up", "succeed"] : ["down", "fail"];
        return this.#line(`The balancer marks ${server} ${so}: its health checks ${checks}.`, 8, "marked");
      }
    }
  }

  #turnedAway(row: number): Told | null {
    const { trace, scenario, nodes } = this.#run;
    const node = nodes[trace[at.turnedAway.place][row]]!;
    const place = nodeInWords(scenario, node.name);
    const limit = trace[at.turnedAway.limit][row] as LimitKind;
    return this.#about(trace[at.turnedAway.client][row], "turned away", 6, (who) =>
      limitText(place, who, limit, node.kind === "server"),
    );
  }

  /** About a client, if it is one of those that are told of. What is said of several at once is said in one line. */
  #about(client: number, kind: string, weight: number, sentence: Sentence, what = kind): Told | null {
    if (!this.#clients.has(client)) return null;
    return {
      kind,
      what,
      clients: [client],
      weight,
      text: (clients) => sentence(this.#names(clients), clients.length === 1),
    };
  }

  /** What went by channels, and what the service heard of it. All three records have the copy in the same columns. */
  #byChannel(row: number): Told | null {
    const { trace } = this.#run;
    const { message, recipient, channel } = at.receipt;
    if (this.#isOther(trace[message][row])) return null;
    const by = channelWords(this.#name(trace[channel][row]));
    const what = trace[at.receipt.read][row] === 1 ? "has read it" : "has got it";
    const told = (who: string) => {
      if (trace.kind[row] === RecordKind.receipt)
        return `The notification service hears that ${who} ${what}.`;
      if (trace.kind[row] === RecordKind.channelArrived) return `It reaches ${who}'s device by ${by}.`;
      return `The notification service sends it to ${who} by ${by}.`;
    };
    return this.#about(trace[recipient][row], "by channel", 7, told, told(""));
  }

  /** How a client is off, or a user by its first client. */
  #standing(row: number): Told | null {
    const { trace } = this.#run;
    switch (trace.kind[row]) {
      case RecordKind.online:
        return this.#present(trace[at.online.user][row], trace[at.online.isOnline][row], "online");
      case RecordKind.listed:
        return this.#present(trace[at.listed.user][row], trace[at.listed.isListed][row], "listed as online");
      case RecordKind.upgraded:
        return this.#about(
          trace[at.upgraded.client][row],
          "upgraded",
          4,
          (who, isOne) => `${who} ${isOne ? "moves" : "move"} from long polling to WebSocket.`,
        );
      default:
        return this.#queued(trace[at.queued.client][row]);
    }
  }

  #present(user: number, is: number, what: string): Told | null {
    const said = is === 1 ? what : `no longer ${what}`;
    return this.#about(user, said, 6, (who, isOne) => `${who} ${isOne ? "is" : "are"} ${said}.`);
  }

  #queued(client: number): Told | null {
    return this.#about(
      client,
      "queued",
      8,
      (who, isOne) =>
        `${who} ${isOne ? "has a request that waits" : "have requests that wait"} in the browser: its connections are all taken.`,
    );
  }

  /** About nobody, or about one client's request: never one line with others. */
  #line(text: string, weight: number, kind = text): Told {
    return { kind, what: text, clients: [], weight, text: () => text };
  }

  #fault({ act, target }: Fault): Told | null {
    const [client = "", to] = target.split("/");
    const node = this.#run.nodes.find(({ name, kind }) => kind === "client" && name === client)?.node;
    if (to !== undefined && node !== undefined && !this.#clients.has(node)) return null;
    const isRepair = act === "restart" || act === "resume" || act === "heal";
    if (to === undefined && namesOf(this.#run.scenario).client.count(target) > 0 && act in PAGE_LINES)
      return this.#line(PAGE_LINES[act as keyof typeof PAGE_LINES](target), 8, "fault");
    const words = to === undefined ? nodeInWords(this.#run.scenario, target) : `the link ${target}`;
    return this.#line(atBeginning(FAULT_LINES[act](words)), isRepair ? 7 : 9, "fault");
  }

  #request(row: number): Told | null {
    const { trace } = this.#run;
    const client = trace[at.request.client][row];
    const kind = trace[at.request.kind][row];
    const server = trace[at.request.server][row];
    // That no server is left is told with the answer.
    if (!this.#clients.has(client) || server < 0) return null;
    const who = `${this.#name(client)}'s ${REQUEST_NAMES[kind]}`;
    const before = this.#routing.routed(trace[at.request.exchange][row]);
    const again = before === null ? "" : `${this.#name(before.server)} did not answer: `;
    const sends = `${again === "" ? "The" : `${again}the`} balancer (${this.#run.scenario.balancer.policy}) sends ${who} to ${this.#name(server)}`;
    const weight = again === "" ? 0 : 4;
    if (kind === RequestKind.handshake || isTunnel(kind)) {
      const creates = this.#isTaken(row) ? ", which creates the session" : "";
      return this.#line(`${sends}${creates}.`, 4 + weight, "request");
    }
    if (kind === RequestKind.plain || kind === RequestKind.longPoll || kind >= RequestKind.events)
      return this.#line(`${sends}.`, 4 + weight, "request");
    const home = this.#routing.homeOf(trace[at.request.session][row]);
    if (home === null || home === server)
      return this.#line(`${sends}, which holds the session.`, 2 + weight, "request");
    const why = again === "" ? this.#whyElsewhere(client, home, row) : null;
    const goes = why === null ? sends : `${why}: ${who} goes to ${this.#name(server)}`;
    return this.#line(`${goes}, but the session is on ${this.#name(home)}.`, 8, "request elsewhere");
  }

  /** Whether a request that opens a connection is answered by the server that it is sent to, and is not refused. */
  #isTaken(request: number): boolean {
    const { trace } = this.#run;
    const exchange = trace[at.request.exchange][request];
    for (let row = request + 1; row < trace.length; row++) {
      const kind = trace.kind[row];
      // It is sent on once more: this server did not take it.
      if (kind === RecordKind.request && trace[at.request.exchange][row] === exchange) return false;
      if (kind !== RecordKind.response || trace[at.response.exchange][row] !== exchange) continue;
      return trace[at.response.status][row] < 400 && trace[at.response.errorCode][row] !== FORBIDDEN;
    }
    return false;
  }

  /** What keeps a policy that binds sessions to servers from doing so; null if the policy does not try to. */
  #whyElsewhere(client: number, home: number, row: number): string | null {
    const { policy, failTimeoutMs } = this.#run.scenario.balancer;
    switch (this.#routing.strayOf(client, home, this.#run.trace.timeUs[row])) {
      case "left out":
        return `${this.#name(home)} did not answer and is left out for ${seconds(failTimeoutMs)}, so the balancer (${policy}) takes another`;
      case "marked down":
        return `${this.#name(home)} is marked down, so the balancer (${policy}) takes another`;
      case "no cookie":
        return `${this.#name(client)} returns no cookie, so the balancer (${policy}) takes the next in turn`;
      case "policy":
        return null;
    }
  }

  #response(row: number): Told | null {
    const { trace } = this.#run;
    const client = trace[at.response.client][row];
    const status = trace[at.response.status][row];
    const node = trace[at.response.by][row];
    if (!this.#clients.has(client)) return null;
    const isForbidden = trace[at.response.errorCode][row] === FORBIDDEN;
    const routed = this.#routing.routed(trace[at.response.exchange][row]);
    if (status < 400 && !isForbidden) return this.#answer(client, routed?.kind, status, node);
    const who = this.#name(client);
    const request = `${who}'s ${routed === null ? "request" : waitingName(routed.kind)}`;
    const kind = `response ${status}`;
    const by = this.#node(node);
    if (trace[at.response.errorCode][row] === SESSION_ID_UNKNOWN)
      return this.#line(
        `${this.#name(node)} refuses ${who}: ${status}, «Session ID unknown». A session lives in one process's memory.`,
        7,
        kind,
      );
    if (trace[at.response.errorCode][row] === BAD_REQUEST)
      return this.#line(
        `${this.#name(node)} refuses ${who}'s WebSocket: ${status}. The header that asks for one was dropped on the way.`,
        7,
        kind,
      );
    if (isForbidden)
      return this.#line(
        `${this.#name(node)} refuses ${request}: ${status === 200 ? "a page to log in" : status}. The login has expired.`,
        7,
        kind,
      );
    if (status === 504)
      return this.#line(
        `${atBeginning(by)} has waited ${seconds(patienceOf(this.#run.scenario, this.#name(node)).answer.ms)} for an answer to ${request} and gives up: 504.`,
        8,
        kind,
      );
    if ((status === 502 || status === 503) && routed !== null && routed.server < 0)
      return this.#line(`No server is left for ${request}: ${by} answers ${status}.`, 8, kind);
    if (status === 503 && node === routed?.server)
      return this.#line(`${by} answers ${request} with 503: as many wait there as may.`, 8, kind);
    if (status === 503) return this.#line(`No server takes ${request}: ${by} answers 503.`, 8, kind);
    if (status === 502) return this.#line(`${atBeginning(by)} gets no answer to ${request}: 502.`, 8, kind);
    if (status === 499) return this.#line(`${who} gives up before its request is answered (499).`, 6, kind);
    return this.#line(`${request} fails with ${status}.`, 7, kind);
  }

  /** The first answer of a connection: it accepts a socket, or tells the session's id. */
  #answer(client: number, kind: number | undefined, status: number, server: number): Told | null {
    if (this.#server.has(client) || this.#answered.has(client)) return null;
    if (!isEngineIo(this.#routing.groupOf(client).transport)) return null;
    const isSocket = status === 101 || kind === RequestKind.webtransport;
    if (!isSocket && kind !== RequestKind.handshake) return null;
    this.#answered.add(client);
    const [who, by] = [this.#name(client), this.#name(server)];
    const socket = status === 101 ? "WebSocket" : "WebTransport session";
    return this.#line(
      isSocket
        ? `${by} accepts ${who}'s ${socket}.`
        : `${by} answers: ${who} now knows its session's id, and names it in every further request.`,
      3,
      "response",
    );
  }

  #connected(row: number): Told | null {
    const { trace } = this.#run;
    const client = trace[at.connected.client][row];
    const server = trace[at.connected.server][row];
    this.#server.set(client, server);
    const over = TRANSPORT_WORDS[trace[at.connected.transport][row]]!;
    const apart = this.#apart(client, server);
    return this.#about(
      client,
      CONNECTED,
      6,
      (who, isOne) =>
        `${who} ${isOne ? "is" : "are"} connected, over ${over}, to ${this.#name(server)}${isOne ? apart : ""}.`,
      `${CONNECTED} ${server} ${over}`,
    );
  }

  /** «, while B is on server-2»: that two clients are on different servers is what most stories turn on. */
  #apart(client: number, server: number): string {
    const other = [...this.#server].find(
      ([other, at]) => other !== client && at !== server && this.#clients.has(other),
    );
    return other === undefined ? "" : `, while ${this.#name(other[0])} is on ${this.#name(other[1])}`;
  }

  #disconnected(row: number): Told | null {
    const { trace } = this.#run;
    const client = trace[at.disconnected.client][row];
    const told = CLOSE_REASON_NAMES[trace[at.disconnected.reason][row]];
    const wasConnected = this.#server.delete(client);
    this.#answered.delete(client);
    // What ended it says more than what the client was told.
    const end = this.#ends.get(client);
    const why = `${end === undefined ? told : sinceText(this.#run, [end])}${this.#closeCode(row)}`;
    return this.#about(
      client,
      "disconnected",
      8,
      (who, isOne) => {
        const will = `${isOne ? "It" : "They"} will try again.`;
        if (wasConnected) return `${who} ${isOne ? "has" : "have"} no connection any more: ${why}. ${will}`;
        return `${isOne ? `${who}'s attempt` : `The attempts of ${who}`} to connect ${isOne ? "fails" : "fail"}: ${why}. ${will}`;
      },
      `disconnected ${wasConnected} ${why}`,
    );
  }

  /** What a page is told by its WebSocket, where that says more than that it has gone. */
  #closeCode(row: number): string {
    const event = closeEventAt(this.#run, row);
    return event?.wasClean ? ` (code ${event.code})` : "";
  }

  #idleClosed(row: number): Told | null {
    const { trace } = this.#run;
    const exchange = trace[at.idleClosed.exchange][row];
    const client = trace[at.idleClosed.client][row];
    const server = trace[at.idleClosed.server][row];
    const by = trace[at.idleClosed.by][row];
    if (!this.#clients.has(client)) return null;
    const who = this.#name(client);
    const routed = this.#routing.routed(exchange);
    const { forgets, silence, answer } = patienceOf(this.#run.scenario, this.#name(by));
    if (forgets)
      return this.#line(
        `${atBeginning(this.#node(by))} forgets ${who}'s connection, and tells nobody: no byte crossed it for ${seconds(silence.ms)}.`,
        8,
        "idle close",
      );
    if (routed === null || routed.isOpen)
      return this.#line(
        `${atBeginning(this.#node(by))} closes ${who}'s connection: no byte crossed it for ${seconds(silence.ms)}.`,
        8,
        "idle close",
      );
    // Where no server is left to try, the answer says it.
    if (this.#endsWith504(row, exchange)) return null;
    return this.#line(
      `${atBeginning(this.#node(by))} has waited ${seconds(answer.ms)} for ${this.#name(server)} to answer ${who}'s ${waitingName(routed.kind)}, and gives it up.`,
      8,
      "idle close",
    );
  }

  #endsWith504(idleClosed: number, exchange: number): boolean {
    const { trace } = this.#run;
    const { timeUs } = trace;
    for (let row = idleClosed; row <= this.#end && timeUs[row] === timeUs[idleClosed]; row++) {
      const isIts = trace.kind[row] === RecordKind.response && trace[at.response.exchange][row] === exchange;
      if (isIts && trace[at.response.status][row] === 504) return true;
    }
    return false;
  }

  #sent(row: number): Told | null {
    const { trace } = this.#run;
    const message = trace[at.message.message][row];
    const sender = trace[at.message.sender][row];
    const audience = trace[at.message.audience][row];
    if (audience === Audience.task) this.#tasks.add(message);
    if (message !== this.#message && (this.#message >= 0 || !this.#clients.has(sender))) return null;
    const isItsCopy = (next: number) =>
      trace.kind[next] === RecordKind.copy && trace[at.copy.message][next] === message;
    if (audience === Audience.server)
      return this.#line(`${this.#name(sender)} asks the server.`, 9, "message");
    if (audience === Audience.task)
      return this.#line(
        `${this.#name(sender)} has message ${messageNumber(message)} for the server.`,
        9,
        "message",
      );
    const recipients: number[] = [];
    for (let next = row + 1; isItsCopy(next); next++) recipients.push(trace[at.copy.recipient][next]);
    return this.#line(`${this.#name(sender)} sends a message to ${this.#names(recipients)}.`, 9, "message");
  }

  #lost(row: number): Told | null {
    const { trace } = this.#run;
    const message = trace[at.lost.message][row];
    const place = trace[at.lost.place][row];
    const cause = trace[at.lost.cause][row];
    const recipient = trace[at.lost.recipient][row];
    const root = this.#root;
    this.#root = null;
    if (message !== this.#message && (this.#message >= 0 || !this.#clients.has(recipient))) return null;
    const where = this.#node(place);
    const since = root === null ? "" : ` Since ${sinceText(this.#run, [root])}.`;
    const why = `${aboutBalancer(this.#run.scenario, causeSentence(cause))}${since}`;
    return {
      kind: "lost",
      what: `lost ${place} ${why}`,
      clients: [recipient],
      weight: 9,
      text: (clients) =>
        this.#tasks.has(message)
          ? `Message ${messageNumber(message)} is lost for good, at ${where}. ${why}`
          : `${clients.length === 1 ? `${this.#names(clients)}'s copy dies` : `The copies for ${this.#names(clients)} die`} at ${where}. ${why}`,
    };
  }

  /** Who sends again what the network has lost on the link of a node, if anybody does. Clients come first among nodes. */
  #repairOf(node: number): string {
    if (node >= this.#run.nodes.filter(({ kind }) => kind === "client").length)
      return "TCP will send it again, later";
    const { transport, httpVersion, messagesBy } = this.#routing.groupOf(node);
    if (!usesQuic({ transport, httpVersion })) return "TCP will send it again, later";
    const isDatagram = transport === "webtransport" && messagesBy === "datagram";
    return `QUIC will send it again, later${isDatagram ? ", unless it carries a datagram" : ""}`;
  }

  #frame(row: number): Told | null {
    const { trace } = this.#run;
    const kind = trace[at.frame.kind][row];
    const from = trace[at.frame.from][row];
    const to = trace[at.frame.to][row];
    const subject = trace[at.frame.subject][row];
    if (trace[at.frame.flightUs][row] < 0 && (this.#clients.has(from) || this.#clients.has(to)))
      return this.#line(
        `A packet from ${this.#node(from)} to ${this.#node(to)} is lost; ${this.#repairOf(Math.min(from, to))}.`,
        7,
        "packet lost",
      );
    const opens = kind === FrameKind.handshakeGet || kind === FrameKind.upgradeGet;
    if (opens && this.#clients.has(from) && !this.#answered.has(from)) return this.#opens(from, kind);
    if (subject !== this.#message || this.#message < 0) return null;
    const backplane = BACKPLANE_WORDS[this.#run.scenario.backplane.kind];
    const isFromServer = this.#run.nodes[from]?.kind !== "publisher";
    if (kind === FrameKind.publish && !(isFromServer && handsOutAtOnce(this.#run.scenario)))
      return this.#line(`${this.#name(from)} publishes it to ${backplane}.`, 5);
    if (kind === FrameKind.publish)
      return this.#line(
        `${this.#name(from)} hands it to its own clients, and publishes it to ${backplane} for the others.`,
        5,
      );
    if (kind === FrameKind.push)
      return this.#line(`${atBeginning(backplane)} passes it to ${this.#name(to)}.`, 3);
    if (kind === FrameKind.emit && this.#run.nodes[to]?.kind === "server")
      return this.#line(`The balancer passes the message to ${this.#name(to)}.`, 3);
    return null;
  }

  #opens(client: number, frame: number): Told {
    const how = OPENING[this.#routing.groupOf(client).transport];
    const opens = this.#tried.has(client) ? "tries again to open" : "opens";
    this.#tried.add(client);
    return this.#line(
      `${this.#name(client)} ${opens} ${how}: its ${FRAME_LIST[frame].label} leaves for ${nodeInWords(this.#run.scenario, entryOf(this.#run.scenario))}.`,
      2,
    );
  }

  /** Whether a message is one of those that are not told. */
  #isOther(message: number): boolean {
    return this.#message >= 0 && message !== this.#message;
  }

  #name(node: number): string {
    return this.#run.nodes[node]?.name ?? "?";
  }

  #node(node: number): string {
    return nodeInWords(this.#run.scenario, this.#name(node));
  }

  #names(clients: readonly number[]): string {
    return listed(clients.map((client) => this.#name(client)));
  }
}

/** The client that sent a message; nobody if no message has this number. */
function senderOf(trace: RunResult["trace"], message: number): number[] {
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.message && trace[at.message.message][row] === message)
      return [trace[at.message.sender][row]];
  return [];
}

/** What a request is called while it waits for its answer. */
function waitingName(kind: number): string {
  return kind === RequestKind.poll ? "long poll" : REQUEST_NAMES[kind];
}

const OPENING = {
  "polling-first": "a connection, with long polling first",
  polling: "a connection over long polling",
  websocket: "a WebSocket",
  http: "a connection for one request",
  "websocket-first": "a WebSocket",
  webtransport: "a WebTransport session",
  "long-polling": "a connection for its polls",
  sse: "an event stream",
} as const;

/** A client has no crash of its own: its page is closed. What has stopped it may be that it was in the background. */
const PAGE_LINES = {
  crash: (target: string) => `The page of ${target} is closed, and its connections with it.`,
  restart: (target: string) => `The page of ${target} is opened again.`,
  resume: (target: string) => `${target} goes on as usual.`,
};

const FAULT_LINES: Readonly<Record<Fault["act"], (target: string) => string>> = {
  crash: (target) => `${target} is killed: what it had in memory is gone, and so are its connections.`,
  stop: (target) => `${target} is told to stop.`,
  disconnect: (target) => `${target} disconnects its clients.`,
  reload: (target) =>
    `${target} is reloaded: a new process takes what comes, the old one keeps what it has for a while.`,
  restart: (target) => `${target} starts again, with an empty memory.`,
  freeze: (target) => `${target} freezes: it answers nothing, and breaks no connection.`,
  throttle: (target) => `${target} is put into the background: its timers fire late.`,
  resume: (target) => `${target} goes on where it froze.`,
  cut: (target) => `${target} is cut: every packet on it is dropped, and neither end is told.`,
  mute: (target) => `The connections on ${target} go mute: new ones work, and nobody is told.`,
  slow: (target) => `${target} becomes slower.`,
  lose: (target) => `${target} begins to lose packets; TCP sends them again.`,
  heal: (target) => `${target} works again.`,
  drop: (target) => `One packet on ${target} is dropped.`,
  delay: (target) => `One packet on ${target} is held back, and all that come after it wait.`,
};

/** Whether servers hand out what their own clients say before the backplane has taken it. */
function handsOutAtOnce({ backplane }: Scenario): boolean {
  if (backplane.kind === "plain") return backplane.ownMessages !== "heard";
  return backplane.kind === "redis" || backplane.kind === "registry";
}
