/** What happens, in sentences: for the caption under the stage and for screen readers. */
import { CAUSES } from "../model/causes.ts";
import { END_REASONS, EndReason } from "../model/end-reasons.ts";
import { FrameKind } from "../model/frame-kinds.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  CLOSE_REASON_NAMES,
  RecordKind,
  RequestKind,
  TransportKind,
} from "../model/records.ts";
import type { LedgerEnd } from "../run/ledger.ts";
import type { RunResult } from "../run/result.ts";
import { rootsOf, sinceText } from "../run/roots.ts";
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
  const at = steps.timesUs[step];
  const { trace } = run;
  const first = lowerBound(trace.timeUs, at, trace.length);
  const end = upperBound(trace.timeUs, at, trace.length);
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
    const [a, b, c, d, e] = [trace.a[i], trace.b[i], trace.c[i], trace.d[i], trace.e[i]];
    switch (trace.kind[i]) {
      case RecordKind.message:
        announced.add(a);
        parts.push({
          rank: 1,
          text: `${name(run, b)} sends a message to ${audienceName(run, ledger, a)} (${plural(e, "copy", "copies")}).`,
        });
        break;
      case RecordKind.lost: {
        tone = "bad";
        const root = ledger.root[ledger.copyOfId[a]] ?? null;
        const key = `${b}/${c}/${d}/${rootsKey(root)}`;
        const entry = lost.get(key) ?? { m: b, place: c, cause: d, roots: [], to: [], n: 0 };
        if (entry.n++ < 20) entry.to.push(name(run, e));
        if (root !== null && !entry.roots.includes(root)) entry.roots.push(root);
        lost.set(key, entry);
        break;
      }
      case RecordKind.ended: {
        // The fault tells of a cut.
        if (b < 0) break;
        tone = "bad";
        const key = `${c}/${d}`;
        const entry = ended.get(key) ?? { reason: c, place: d, whose: new Set() };
        entry.whose.add(b);
        ended.set(key, entry);
        break;
      }
      case RecordKind.delivered: {
        const entry = delivered.get(b) ?? { to: [], n: 0 };
        if (entry.n++ < 20) entry.to.push(name(run, c));
        delivered.set(b, entry);
        break;
      }
      case RecordKind.duplicated:
        parts.push({ rank: 2, text: `${name(run, c)} gets ${messageName(run, ledger, b)} a second time.` });
        break;
      case RecordKind.connected:
        if (connected++ > 0) break;
        parts.push({
          rank: 3,
          text: `${name(run, a)} is connected to ${name(run, b)} over ${c === TransportKind.websocket ? "WebSocket" : "long polling"}.`,
        });
        break;
      case RecordKind.disconnected:
        tone = "bad";
        parts.push({
          rank: 1,
          text: `${name(run, a)} has no connection: ${CLOSE_REASON_NAMES[b] ?? "closed"}.${whyHeard(run, ledger, a, at)}`,
        });
        break;
      case RecordKind.upgraded:
        parts.push({ rank: 3, text: `${name(run, a)} has moved from long polling to WebSocket.` });
        break;
      case RecordKind.idleClosed:
        tone = "bad";
        parts.push({
          rank: 0,
          text:
            c === RequestKind.websocket || c === RequestKind.upgrade
              ? `The balancer closes ${name(run, b)}’s WebSocket: nothing crossed it for the idle timeout.`
              : `The balancer gives up waiting for ${name(run, d)} to answer ${name(run, b)}.`,
        });
        break;
      case RecordKind.fault: {
        const fault = run.scenario.faults[a];
        tone = "bad";
        if (fault) parts.push({ rank: 0, text: `${faultVerb(fault.act)} ${fault.target}.` });
        break;
      }
      case RecordKind.request:
        parts.push({
          rank: 4,
          text:
            d < 0
              ? `No server is left for ${name(run, b)}’s ${requestName(c)}.`
              : `The balancer sends ${name(run, b)}’s ${requestName(c)} to ${name(run, d)}.`,
        });
        break;
      case RecordKind.response:
        if (c >= 400) {
          tone = "bad";
          parts.push({
            rank: 0,
            text: `${name(run, d)} refuses ${name(run, b)}: ${statusText(c)}${e >= 0 ? `, «${errorText(e)}»` : ""}.`,
          });
        } else
          parts.push({
            rank: 5,
            text: `${d >= 0 ? name(run, d) : "The balancer"} answers ${name(run, b)}: ${statusText(c)}.`,
          });
        break;
      case RecordKind.frame: {
        if (!steps.withFrames) break;
        const copy = a === FrameKind.deliver ? ledger.copyOfId[d] : -1;
        const m = a === FrameKind.deliver ? ledger.message[copy] : d;
        if (m === undefined || m < 0 || (a === FrameKind.emit && announced.has(m))) break;
        const text =
          a === FrameKind.emit
            ? `${run.nodes[b]?.kind === "balancer" ? "The balancer passes" : `${name(run, b)} sends`} ${messageName(run, ledger, m)} to ${run.nodes[c]?.kind === "balancer" ? "the balancer" : name(run, c)}.`
            : a === FrameKind.publish
              ? `${name(run, b)} publishes ${messageName(run, ledger, m)} to the backplane.`
              : a === FrameKind.push
                ? `The backplane pushes ${messageName(run, ledger, m)} to ${name(run, c)}.`
                : a === FrameKind.deliver
                  ? `${run.nodes[b]?.kind === "server" ? `${name(run, b)} sends` : "The balancer passes on"} ${name(run, ledger.recipient[copy])}’s copy of ${messageName(run, ledger, m)}.`
                  : "";
        if (!text) break;
        const entry = frames.get(text) ?? { text, n: 0 };
        entry.n++;
        frames.set(text, entry);
        break;
      }
    }
  }
  if (connected > 1) {
    const at = parts.findIndex((p) => p.rank === 3 && p.text.includes(" is connected to "));
    parts[at] = { rank: 3, text: `${count(connected)} clients are connected.` };
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
  return { timeUs: at, text: shown.join(" "), tone };
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
