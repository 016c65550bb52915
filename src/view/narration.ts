/** What happens, in sentences: for the caption under the stage and for screen readers. */
import { CAUSES } from "../model/causes.ts";
import { END_REASONS, EndReason } from "../model/end-reasons.ts";
import { FrameKind, subjectKind } from "../model/frame-kinds.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  at,
  CLOSE_REASON_NAMES,
  type Letter,
  RecordKind,
  RequestKind,
  TransportKind,
} from "../model/records.ts";
import type { RunResult } from "../run/result.ts";
import { type LedgerEnd, rootsOf, sinceText } from "../run/roots.ts";
import type { RuleFinding } from "./findings.ts";
import { count, list, plural, seconds } from "./format.ts";
import { lowerBound, upperBound } from "./frames.ts";
import { type LedgerIndex, rootsKey } from "./ledger-index.ts";
import { errorText, requestName, statusText } from "./requests.ts";
import type { Steps } from "./steps.ts";

export interface Narration {
  /** When it happened; −1 before anything has. */
  readonly timeUs: number;
  readonly text: string;
  /** The worst that it tells of: decides the sign beside it. */
  readonly tone: "plain" | "good" | "bad";
}

/**
 * What the caption says: what happens, and which rules break at this very instant. Bad news speaks for itself, and only gets the rule's name;
 * of what looks harmless, what breaks the rule comes first.
 */
export function withBreaches(told: Narration, rules: readonly RuleFinding[], timeUs: number): Narration {
  const breaches = rules.filter((rule) => rule.outcome === "broken" && rule.timeUs === timeUs);
  if (breaches.length === 0) return told;
  const isNow = told.timeUs === timeUs;
  const text =
    isNow && told.tone === "bad"
      ? `${told.text} This breaks ${list(breaches.map(({ name }) => `«${name}»`))}.`
      : [
          ...breaches.map(({ name, text }) => `This breaks «${name}»: ${text}`),
          ...(isNow ? [told.text] : []),
        ].join(" ");
  return { timeUs, text, tone: "bad" };
}

function name(run: RunResult, node: number): string {
  return run.nodes[node]?.name ?? "?";
}

/** «A’s message», for message m. */
export function messageName(run: RunResult, ledger: LedgerIndex, m: number): string {
  return `${name(run, ledger.sender[m])}’s message`;
}

/** Whom a message is for: «everyone else», «B». */
export function audienceName(run: RunResult, ledger: LedgerIndex, m: number): string {
  switch (ledger.audience[m]) {
    case Audience.others:
      return "everyone else";
    case Audience.everyone:
      return "everyone";
    case Audience.direct:
      return name(run, ledger.target[m]);
    case Audience.room:
      return "its room";
    default:
      return AUDIENCE_NAMES[ledger.audience[m]] ?? "";
  }
}

/** Of more roots than this nobody is named. */
const NAMED_ROOTS = 20;

/** «Since the balancer had closed B’s connection after 10 s of silence (at 19.060 s).» Of several roots it names what they have in common. */
export function sinceRoots(run: RunResult, roots: readonly LedgerEnd[]): string {
  const chains = roots.slice(0, NAMED_ROOTS).map(rootsOf);
  const nodes = [...new Set(chains.flat().flatMap(({ whose, place }) => [whose, place]))];
  const nameOf = (node: number) => {
    const kind = run.nodes[node]?.kind;
    const isAlike = nodes.every((other) => other === node || run.nodes[other]?.kind !== kind);
    return roots.length === 1 || (isAlike && roots.length <= NAMED_ROOTS) ? name(run, node) : `a ${kind}`;
  };
  const text = sinceText(roots[0], {
    nameOf,
    idleMs: run.scenario.balancer.idleTimeoutMs,
    timeText: (timeUs) => ` (${roots.length > 1 ? "first " : ""}at ${seconds(timeUs)})`,
  });
  return `Since ${text.replaceAll("'", "’")}.`;
}

/** Connections that end at one instant and place, for one reason. */
interface Ended {
  readonly reason: number;
  readonly place: number;
  /** Nodes. */
  readonly whose: Set<number>;
}

/** «B’s connection ends at the balancer: idle timeout.», and what that means. */
function endText(run: RunResult, { reason, place, whose }: Ended): string {
  const names = [...whose].map((node) => name(run, node));
  const isServers = [...whose].every((node) => run.nodes[node]?.kind === "server");
  const to = isServers ? " to the backplane" : "";
  const subject =
    names.length === 1
      ? `${names[0]}’s connection${to} ends`
      : `${names.length <= 20 ? list(names) : `${count(names.length)} clients`} lose their connections${to}`;
  const { label, sentence } = END_REASONS[reason];
  // The refusal itself is told of.
  const more = reason === EndReason.sessionUnknown ? "" : ` ${sentence.replaceAll("'", "’")}`;
  const { kind } = run.nodes[place] ?? {};
  const article = kind === "balancer" || kind === "backplane" ? "the " : "";
  return `${subject} at ${article}${name(run, place)}: ${label}.${more}`;
}

/** Why a client that hears of it only now has lost its connection: what ended it before. */
function whyHeard(run: RunResult, { ends }: LedgerIndex, client: number, timeUs: number): string {
  const end = ends.findLast((one) => one.whose === client && one.timeUs <= timeUs);
  return end === undefined || end.timeUs === timeUs ? "" : ` ${sinceRoots(run, [end])}`;
}

/** Tells of everything that happened at the last step not after `timeUs`. */
export function narrate(run: RunResult, ledger: LedgerIndex, steps: Steps, timeUs: number): Narration {
  const step = upperBound(steps.timesUs, timeUs) - 1;
  if (step < 0) return { timeUs: -1, text: "Nothing has happened yet.", tone: "plain" };
  const nowUs = steps.timesUs[step];
  const { trace } = run;
  const first = lowerBound(trace.timeUs, nowUs, trace.length);
  const end = upperBound(trace.timeUs, nowUs, trace.length);
  const parts: { text: string; rank: number }[] = [];
  let tone: Narration["tone"] = "plain";
  let connected = 0;
  /** Messages sent at this very instant: that they leave their sender goes without saying. */
  const announced = new Set<number>();
  const lost = new Map<
    string,
    { m: number; place: number; cause: number; roots: LedgerEnd[]; to: string[]; n: number }
  >();
  const ended = new Map<string, Ended>();
  const delivered = new Map<number, { to: string[]; n: number }>();
  const frames = new Map<string, { text: string; n: number }>();
  for (let i = first; i < end; i++) {
    const read = (column: Letter) => trace[column][i];
    switch (trace.kind[i]) {
      case RecordKind.message: {
        const m = read(at.message.message);
        const copies = plural(read(at.message.copies), "copy", "copies");
        announced.add(m);
        parts.push({
          rank: 1,
          text: `${name(run, read(at.message.sender))} sends a message to ${audienceName(run, ledger, m)} (${copies}).`,
        });
        break;
      }
      case RecordKind.lost: {
        tone = "bad";
        const root = ledger.root[ledger.copyOfId[read(at.lost.copy)]] ?? null;
        const [m, place, cause] = [read(at.lost.message), read(at.lost.place), read(at.lost.cause)];
        const key = `${m}/${place}/${cause}/${rootsKey(root)}`;
        const entry = lost.get(key) ?? { m, place, cause, roots: [], to: [], n: 0 };
        if (entry.n++ < 20) entry.to.push(name(run, read(at.lost.recipient)));
        if (root !== null && !entry.roots.includes(root)) entry.roots.push(root);
        lost.set(key, entry);
        break;
      }
      case RecordKind.ended: {
        // The fault tells of a cut.
        const whose = read(at.ended.whose);
        if (whose < 0) break;
        tone = "bad";
        const [reason, place] = [read(at.ended.reason), read(at.ended.place)];
        const key = `${reason}/${place}`;
        const entry = ended.get(key) ?? { reason, place, whose: new Set() };
        entry.whose.add(whose);
        ended.set(key, entry);
        break;
      }
      case RecordKind.delivered: {
        const m = read(at.delivered.message);
        const entry = delivered.get(m) ?? { to: [], n: 0 };
        if (entry.n++ < 20) entry.to.push(name(run, read(at.delivered.recipient)));
        delivered.set(m, entry);
        break;
      }
      case RecordKind.duplicated: {
        const whose = messageName(run, ledger, read(at.duplicated.message));
        const who = name(run, read(at.duplicated.recipient));
        parts.push({ rank: 2, text: `${who} gets ${whose} a second time.` });
        break;
      }
      case RecordKind.connected: {
        if (connected++ > 0) break;
        const [who, to] = [name(run, read(at.connected.client)), name(run, read(at.connected.server))];
        const isWebSocket = read(at.connected.transport) === TransportKind.websocket;
        parts.push({
          rank: 3,
          text: `${who} is connected to ${to} over ${isWebSocket ? "WebSocket" : "long polling"}.`,
        });
        break;
      }
      case RecordKind.disconnected: {
        tone = "bad";
        const client = read(at.disconnected.client);
        const told = CLOSE_REASON_NAMES[read(at.disconnected.reason)] ?? "closed";
        parts.push({
          rank: 1,
          text: `${name(run, client)} has no connection: ${told}.${whyHeard(run, ledger, client, nowUs)}`,
        });
        break;
      }
      case RecordKind.upgraded: {
        const who = name(run, read(at.upgraded.client));
        parts.push({ rank: 3, text: `${who} has moved from long polling to WebSocket.` });
        break;
      }
      case RecordKind.idleClosed: {
        tone = "bad";
        const kind = read(at.idleClosed.kind);
        const who = name(run, read(at.idleClosed.client));
        parts.push({
          rank: 0,
          text:
            kind === RequestKind.websocket || kind === RequestKind.upgrade
              ? `The balancer closes ${who}’s WebSocket: nothing crossed it for the idle timeout.`
              : `The balancer gives up waiting for ${name(run, read(at.idleClosed.server))} to answer ${who}.`,
        });
        break;
      }
      case RecordKind.fault: {
        const fault = run.scenario.faults[read(at.fault.fault)];
        tone = "bad";
        if (fault) parts.push({ rank: 0, text: `${faultVerb(fault.act)} ${fault.target}.` });
        break;
      }
      case RecordKind.request: {
        const what = `${name(run, read(at.request.client))}’s ${requestName(read(at.request.kind))}`;
        const server = read(at.request.server);
        parts.push({
          rank: 4,
          text:
            server < 0
              ? `No server is left for ${what}.`
              : `The balancer sends ${what} to ${name(run, server)}.`,
        });
        break;
      }
      case RecordKind.response: {
        const [status, by] = [read(at.response.status), read(at.response.by)];
        const whom = name(run, read(at.response.client));
        if (status >= 400) {
          tone = "bad";
          const errorCode = read(at.response.errorCode);
          const error = errorCode >= 0 ? `, «${errorText(errorCode)}»` : "";
          parts.push({ rank: 0, text: `${name(run, by)} refuses ${whom}: ${statusText(status)}${error}.` });
        } else
          parts.push({
            rank: 5,
            text: `${by >= 0 ? name(run, by) : "The balancer"} answers ${whom}: ${statusText(status)}.`,
          });
        break;
      }
      case RecordKind.frame: {
        if (!steps.withFrames) break;
        const frame = { kind: read(at.frame.kind), from: read(at.frame.from), to: read(at.frame.to) };
        const isOf = subjectKind(frame.kind);
        if (isOf === "exchange") break;
        const subject = read(at.frame.subject);
        const copy = isOf === "copy" ? ledger.copyOfId[subject] : -1;
        const m = isOf === "copy" ? ledger.message[copy] : subject;
        if (m === undefined || m < 0 || (frame.kind === FrameKind.emit && announced.has(m))) break;
        const text = frameText(run, frame, messageName(run, ledger, m), ledger.recipient[copy]);
        if (text === null) break;
        const entry = frames.get(text) ?? { text, n: 0 };
        entry.n++;
        frames.set(text, entry);
        break;
      }
    }
  }
  if (connected > 1) {
    const first = parts.findIndex((p) => p.rank === 3 && p.text.includes(" is connected to "));
    parts[first] = { rank: 3, text: `${count(connected)} clients are connected.` };
  }
  for (const entry of lost.values()) {
    const cause = CAUSES[entry.cause];
    const whose =
      entry.n === 1
        ? `${entry.to[0]}’s copy`
        : `the copies for ${entry.n <= 20 ? list(entry.to) : `${count(entry.n)} clients`}`;
    parts.push({
      rank: 0,
      text: `${messageName(run, ledger, entry.m)}: ${whose} ${entry.n === 1 ? "dies" : "die"} at ${name(run, entry.place)}. ${cause?.sentence ?? ""}${entry.roots.length > 0 ? ` ${sinceRoots(run, entry.roots)}` : ""}`,
    });
  }
  for (const entry of ended.values()) parts.push({ rank: 0.5, text: endText(run, entry) });
  for (const [m, entry] of delivered) {
    if (tone === "plain") tone = "good";
    const whom = entry.n <= 20 ? list(entry.to) : `${count(entry.n)} clients`;
    parts.push({ rank: 2, text: `${messageName(run, ledger, m)} arrives at ${whom}.` });
  }
  for (const entry of frames.values()) parts.push({ rank: 4, text: times(entry.text, entry.n) });
  parts.sort((x, y) => x.rank - y.rank);
  // What happens twice at one instant is told once.
  const told = new Map<string, number>();
  for (const { text } of parts) told.set(text, (told.get(text) ?? 0) + 1);
  const sentences = [...told].map(([text, n]) => times(text, n));
  const shown = sentences.slice(0, 3);
  if (sentences.length > 3) shown.push(`And ${sentences.length - 3} more at this instant.`);
  return { timeUs: nowUs, text: shown.join(" "), tone };
}

/** A frame that carries a message, or its copy for a recipient; null of any other. */
function frameText(
  run: RunResult,
  { kind, from, to }: { readonly kind: number; readonly from: number; readonly to: number },
  message: string,
  recipient: number | undefined,
): string | null {
  switch (kind) {
    case FrameKind.emit: {
      const passes =
        run.nodes[from]?.kind === "balancer" ? "The balancer passes" : `${name(run, from)} sends`;
      return `${passes} ${message} to ${run.nodes[to]?.kind === "balancer" ? "the balancer" : name(run, to)}.`;
    }
    case FrameKind.publish:
      return `${name(run, from)} publishes ${message} to the backplane.`;
    case FrameKind.push:
      return `The backplane pushes ${message} to ${name(run, to)}.`;
    case FrameKind.deliver: {
      const passes =
        run.nodes[from]?.kind === "server" ? `${name(run, from)} sends` : "The balancer passes on";
      return `${passes} ${recipient === undefined ? "?" : name(run, recipient)}’s copy of ${message}.`;
    }
    default:
      return null;
  }
}

function faultVerb(act: string): string {
  const verbs: Record<string, string> = {
    crash: "Fault: crash of",
    restart: "Restart of",
    freeze: "Fault: freeze of",
    resume: "Resume of",
    cut: "Fault: cut of the link",
    heal: "Repair of the link",
  };
  return verbs[act] ?? act;
}

/** A sentence, and how often it is true at this instant. */
function times(sentence: string, n: number): string {
  return n === 1 ? sentence : `${sentence.slice(0, -1)} (${count(n)} times).`;
}
