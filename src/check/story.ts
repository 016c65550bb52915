/**
 * A counterexample as a story: a handful of timed lines, each saying who did what and why it mattered. Told from the trace alone, of
 * the clients and the message that the breach is about.
 */

import { CAUSES } from "../model/causes.ts";
import { Machine } from "../model/codes.ts";
import { MODEL } from "../model/machines.ts";
import {
  CLOSE_REASON_NAMES,
  FRAME_NAMES,
  FrameKind,
  REQUEST_NAMES,
  RecordKind,
  RequestKind,
  SESSION_ID_UNKNOWN,
  TransportKind,
} from "../model/records.ts";
import type { RunResult } from "../run/result.ts";
import type { Rule, Violation } from "./rule.ts";

export interface StoryLine {
  readonly timeUs: number;
  readonly text: string;
}

/** More lines than this nobody reads. */
const MAX_LINES = 10;

const SESSION_CREATED = MODEL[Machine.session]!.chart.states.indexOf("created");

interface Told extends StoryLine {
  /** Lines of low weight are left out first. */
  readonly weight: number;
}

/** The story of how a rule broke in a run. The last line is the breach. */
export function tell(run: RunResult, rule: Rule, violation: Violation): StoryLine[] {
  const { breach, timeUs, row } = violation;
  const teller = new Teller(run, breach.clients, breach.message);
  // Where silence broke it, the record that showed so is later.
  const lines = teller.lines(row).filter((line) => line.timeUs <= timeUs);
  const kept = cut(merged(lines), MAX_LINES - 1);
  const isTold = lines.at(-1)?.timeUs === timeUs;
  return [
    ...kept,
    { timeUs, text: `${isTold ? "" : `${breach.text} `}So this is broken: «${rule.statement}»` },
  ];
}

/** Tells of what happened to some clients and a message. */
class Teller {
  readonly #run: RunResult;
  readonly #clients: ReadonlySet<number>;
  readonly #message: number;
  /** By session: the node that holds it. */
  readonly #home = new Map<number, number>();
  /** Clients that were answered in their present attempt to connect. */
  readonly #answered = new Set<number>();
  /** By client: the server that it is connected to. */
  readonly #server = new Map<number, number>();

  constructor(run: RunResult, clients: readonly number[], message: number) {
    this.#run = run;
    // A rule that speaks of nobody speaks of everybody.
    const all = run.nodes.filter(({ kind }) => kind === "client").map(({ node }) => node);
    this.#clients = new Set(clients.length > 0 ? [...clients, ...senderOf(run.trace, message)] : all);
    this.#message = message;
  }

  lines(end: number): Told[] {
    const told: Told[] = [];
    const { trace } = this.#run;
    for (let row = 0; row < Math.min(end + 1, trace.length); row++) {
      const line = this.#line(row);
      if (line !== null) told.push({ timeUs: trace.timeUs[row]!, ...line });
    }
    return told;
  }

  #name(node: number): string {
    return this.#run.nodes[node]?.name ?? "?";
  }

  #line(row: number): { text: string; weight: number } | null {
    const { trace, scenario } = this.#run;
    const [a, b, c, d, e] = [trace.a[row]!, trace.b[row]!, trace.c[row]!, trace.d[row]!, trace.e[row]!];
    switch (trace.kind[row]) {
      case RecordKind.transition:
        if (a === Machine.session && c === SESSION_CREATED) this.#home.set(b, e);
        return null;
      case RecordKind.fault: {
        const fault = scenario.faults[a]!;
        return { text: FAULT_LINES[fault.act](fault.target), weight: 9 };
      }
      case RecordKind.request:
        return this.#clients.has(b) ? this.#request(b, c, d, e) : null;
      case RecordKind.response:
        if (!this.#clients.has(b)) return null;
        if (c < 400) return this.#answer(b, c, d);
        return {
          text:
            e === SESSION_ID_UNKNOWN
              ? `${this.#name(d)} refuses ${this.#name(b)}: ${c}, «Session ID unknown». A session lives in one process's memory.`
              : `${this.#name(b)}'s request fails with ${c}.`,
          weight: 7,
        };
      case RecordKind.connected:
        this.#server.set(a, b);
        if (!this.#clients.has(a)) return null;
        return {
          text: `${this.#name(a)} is connected, over ${c === TransportKind.websocket ? "WebSocket" : "long polling"}, to ${this.#name(b)}${this.#apart(a, b)}.`,
          weight: 6,
        };
      case RecordKind.disconnected:
        this.#server.delete(a);
        this.#answered.delete(a);
        if (!this.#clients.has(a)) return null;
        return {
          text: `${this.#name(a)} has no connection any more: ${CLOSE_REASON_NAMES[b]}. It will try again.`,
          weight: 8,
        };
      case RecordKind.upgraded:
        return this.#clients.has(a)
          ? { text: `${this.#name(a)} moves from long polling to WebSocket.`, weight: 4 }
          : null;
      case RecordKind.idleClosed:
        return this.#clients.has(b)
          ? {
              text: `The balancer closes ${this.#name(b)}'s connection: no byte crossed it for ${scenario.balancer.idleTimeoutMs / 1000} s.`,
              weight: 8,
            }
          : null;
      case RecordKind.message:
        if (a !== this.#message && (this.#message >= 0 || !this.#clients.has(b))) return null;
        return {
          text: `${this.#name(b)} sends a message; ${e === 1 ? "one client" : `${e} clients`} should get it.`,
          weight: 9,
        };
      case RecordKind.delivered:
        if (b !== this.#message && this.#message >= 0) return null;
        return this.#clients.has(c) ? { text: `${this.#name(c)} gets the message.`, weight: 5 } : null;
      case RecordKind.lost:
        if (b !== this.#message && (this.#message >= 0 || !this.#clients.has(e))) return null;
        return {
          text: `${this.#name(e)}'s copy dies at ${this.#name(c)}. ${CAUSES[d]?.sentence ?? ""}`,
          weight: 9,
        };
      case RecordKind.frame:
        return this.#frame(a, b, c, d, e);
      default:
        return null;
    }
  }

  #request(client: number, kind: number, server: number, session: number): { text: string; weight: number } {
    const who = `${this.#name(client)}'s ${REQUEST_NAMES[kind]}`;
    if (server < 0) return { text: `No server is left for ${who}.`, weight: 8 };
    const to = `The balancer (${this.#run.scenario.balancer.policy}) sends ${who} to ${this.#name(server)}`;
    if (kind === RequestKind.handshake || kind === RequestKind.websocket)
      return { text: `${to}, which creates the session.`, weight: 6 };
    const home = this.#home.get(session);
    if (home === undefined || home === server) return { text: `${to}, which holds the session.`, weight: 2 };
    return { text: `${to}, but the session is on ${this.#name(home)}.`, weight: 8 };
  }

  #answer(client: number, status: number, server: number): { text: string; weight: number } | null {
    // The first answer of a connection is the one that tells the session's id.
    if (this.#server.has(client) || this.#answered.has(client)) return null;
    this.#answered.add(client);
    return {
      text:
        status === 101
          ? `${this.#name(server)} accepts ${this.#name(client)}'s WebSocket.`
          : `${this.#name(server)} answers: ${this.#name(client)} now knows its session's id, and names it in every further request.`,
      weight: 3,
    };
  }

  /** «, while B is on server-2»: that two clients are on different servers is what most stories turn on. */
  #apart(client: number, server: number): string {
    const others = [...this.#server].filter(
      ([other, at]) => other !== client && at !== server && this.#clients.has(other),
    );
    const [other] = others;
    return other === undefined ? "" : `, while ${this.#name(other[0])} is on ${this.#name(other[1])}`;
  }

  #frame(
    kind: number,
    from: number,
    to: number,
    subject: number,
    flightUs: number,
  ): { text: string; weight: number } | null {
    if (flightUs < 0 && (this.#clients.has(from) || this.#clients.has(to)))
      return {
        text: `A packet from ${this.#name(from)} to ${this.#name(to)} is lost; TCP will send it again, later.`,
        weight: 7,
      };
    const opens = kind === FrameKind.handshakeGet || kind === FrameKind.upgradeGet;
    if (opens && this.#clients.has(from) && !this.#answered.has(from))
      return {
        text: `${this.#name(from)} opens a connection: its ${FRAME_NAMES[kind]} leaves for the balancer.`,
        weight: 2,
      };
    if (subject !== this.#message || this.#message < 0) return null;
    if (kind === FrameKind.publish)
      return {
        text: `${this.#name(from)} hands it to its own clients, and publishes it to the backplane for the others.`,
        weight: 5,
      };
    if (kind === FrameKind.push) return { text: `The backplane passes it to ${this.#name(to)}.`, weight: 3 };
    if (kind === FrameKind.emit && this.#run.nodes[to]?.kind === "server")
      return { text: `The balancer passes the message to ${this.#name(to)}.`, weight: 3 };
    return null;
  }
}

/** The client that sent a message; nobody if there is none of this number. */
function senderOf({ kind, a, b, length }: RunResult["trace"], message: number): number[] {
  for (let row = 0; row < length; row++)
    if (kind[row] === RecordKind.message && a[row] === message) return [b[row]!];
  return [];
}

const FAULT_LINES: Readonly<
  Record<RunResult["scenario"]["faults"][number]["act"], (target: string) => string>
> = {
  crash: (target) => `${target} is killed: what it had in memory is gone, and so are its connections.`,
  restart: (target) => `${target} starts again, with an empty memory.`,
  freeze: (target) => `${target} freezes: it answers nothing, and breaks no connection.`,
  resume: (target) => `${target} goes on where it froze.`,
  cut: (target) => `The link ${target} is cut: every packet on it is dropped, and neither end is told.`,
  heal: (target) => `The link ${target} works again.`,
};

/** What repeats is told once, with how often; what happens again at the same instant is not told again. */
function merged(lines: readonly Told[]): Told[] {
  const times = new Map<string, number>();
  for (const { text } of lines) times.set(text, (times.get(text) ?? 0) + 1);
  const told = new Set<string>();
  return lines.flatMap((line) => {
    if (told.has(line.text)) return [];
    told.add(line.text);
    const n = times.get(line.text)!;
    return [n === 1 ? line : { ...line, text: `${line.text} (${n} times in all)` }];
  });
}

/** At most `most` lines: of the lightest, the later ones are left out first. */
function cut(lines: readonly Told[], most: number): Told[] {
  const kept = [...lines];
  while (kept.length > most) {
    const least = Math.min(...kept.map(({ weight }) => weight));
    kept.splice(
      kept.findLastIndex(({ weight }) => weight === least),
      1,
    );
  }
  return kept;
}
