/** What happens, in sentences: for the caption under the stage and for screen readers. */
import { CAUSES } from "../model/causes.ts";
import {
  AUDIENCE_NAMES,
  Audience,
  CLOSE_REASON_NAMES,
  FRAME_NAMES,
  FrameKind,
  RecordKind,
  TransportKind,
} from "../model/records.ts";
import type { RunResult } from "../run/result.ts";
import type { RuleFinding } from "./findings.ts";
import { count, list, plural } from "./format.ts";
import { lowerBound, upperBound } from "./frames.ts";
import type { LedgerIndex } from "./ledger-index.ts";
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
  const lost = new Map<string, { m: number; place: number; cause: number; to: string[]; n: number }>();
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
        const key = `${b}/${c}/${d}`;
        const entry = lost.get(key) ?? { m: b, place: c, cause: d, to: [], n: 0 };
        if (entry.n++ < 20) entry.to.push(name(run, e));
        lost.set(key, entry);
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
          text: `${name(run, a)} has no connection: ${CLOSE_REASON_NAMES[b] ?? "closed"}.`,
        });
        break;
      case RecordKind.upgraded:
        parts.push({ rank: 3, text: `${name(run, a)} has moved from long polling to WebSocket.` });
        break;
      case RecordKind.idleClosed:
        tone = "bad";
        parts.push({
          rank: 0,
          text: `The balancer closes ${name(run, b)}’s connection: nothing crossed it for the idle timeout.`,
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
      text: `${messageName(run, ledger, entry.m)}: ${whose} ${entry.n === 1 ? "dies" : "die"} at ${name(run, entry.place)}. ${cause?.sentence ?? ""}`,
    });
  }
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

/** A frame in a few words, as on its label in flight. */
export function frameLabel(kind: number): string {
  return FRAME_NAMES[kind] ?? "";
}
