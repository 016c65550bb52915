/** What `fanout run` prints for people: the settings first, then what became of the messages. */

import { Fate } from "../model/fate/oracle.part.ts";
import { CAUSES } from "../model/trace/causes.ts";
import { END_REASONS, EndReason } from "../model/trace/end-reasons.ts";
import { at, RecordKind, SESSION_ID_UNKNOWN } from "../model/trace/records.ts";
import { budgetMicros, countChannels, dollars, spentMicros } from "../run/channels.ts";
import { grouped } from "../run/grouped.ts";
import type { Ledger, LedgerCopy } from "../run/ledger.ts";
import type { Metrics } from "../run/metrics.ts";
import { remedyOf } from "../run/remedies.ts";
import { rootsKey, rootsOf } from "../run/roots.ts";
import { sinceText } from "../run/since.ts";
import { aboutBalancer } from "../run/words.ts";
import { connectionLimits } from "../scenario/limits.ts";
import type { Note } from "../scenario/notes.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { holdsConnection } from "../scenario/transports.ts";
import { attendanceLines } from "./attendance.ts";
import { limitsMet } from "./limits-met.ts";
import { type MessagesListed, messageLines } from "./messages.ts";
import { outcomeLines } from "./outcomes.ts";
import { rowLines } from "./rows.ts";
import type { Settings } from "./settings.ts";
import { type CliResult, MAX_COPIES, type Simulated } from "./simulate.ts";
import { atTime, counted, inColumns, ms, printable, type Style, seconds } from "./text.ts";

const LABEL_WIDTH = 13;
const SETTINGS_LISTED = 30;
/** Of faults, and of notes. */
const LINES_LISTED = 10;

/** A line of a report: its label, and what it says. */
export function labelled(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}\n`;
}

/** Which scenario, in which variant, by which seed. */
export function identity(scenario: Scenario, variant: string | null, seed: number, style: Style): string {
  const chosen = variant === null ? undefined : scenario.variants[variant];
  const variants = Object.keys(scenario.variants);
  const none = variants.length === 0 ? "none" : `none; there are: ${variants.join(", ")}`;
  return [
    `${style.strong(printable(scenario.title))}\n`,
    labelled("scenario", scenario.name),
    labelled("variant", chosen === undefined ? none : `${variant}: ${printable(chosen.title)}`),
    labelled("seed", String(seed)),
  ].join("");
}

/** The settings that differ from their defaults, the faults, and what the scenario says in vain. */
export function settingLines(
  scenario: Scenario,
  settings: Settings,
  notes: readonly Note[],
  style: Style,
): string {
  const entries = [...settings].slice(0, SETTINGS_LISTED);
  const width = Math.max(0, ...entries.map(([path]) => path.length));
  return [
    ...entries.map(([path, value], i) =>
      labelled(i === 0 ? "settings" : "", `${path.padEnd(width)}  ${printable(show(value))}`),
    ),
    ...(settings.size > entries.length
      ? [labelled("", style.faint(`… and ${settings.size - entries.length} more`))]
      : []),
    listed("faults", scenario.faults.map(faultInWords), style),
    listed(
      "note",
      notes.map(({ path, message }) => `${path}: ${message}`),
      style,
    ),
  ].join("");
}

/** Some lines beneath one label. */
function listed(label: string, lines: readonly string[], style: Style): string {
  const more = lines.length - LINES_LISTED;
  return [
    ...lines.slice(0, LINES_LISTED).map((line, i) => labelled(i === 0 ? label : "", printable(line))),
    ...(more > 0 ? [labelled("", style.faint(`… and ${more} more`))] : []),
  ].join("");
}

function faultInWords(fault: Fault): string {
  if ("packet" in fault) return `${fault.act} packet ${fault.packet} ${fault.direction} on ${fault.target}`;
  return `${atTime(fault.atMs * 1000)} ${fault.act} ${fault.target}`;
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const ENDINGS: Readonly<Record<CliResult["endedBy"], string>> = {
  time: "its time was over",
  events: "the bound on events was reached (--max-events)",
  copies: `the bound of ${grouped(MAX_COPIES)} copies was reached`,
  "wall clock": "the bound on real time was reached",
  stopped: "it was stopped, and could go on",
  interrupted: "interrupted: all of this is what was known until then",
};

/** When a run ended, and by what. */
export function ending({ run, endedBy }: Simulated): string {
  return labelled(
    "ended",
    `at ${seconds(run.endUs)}, after ${counted(run.events, "event")}: ${ENDINGS[endedBy]}`,
  );
}

/** @param listed if messages are asked for one by one; else a few are listed anyway */
export function report(
  run: CliResult,
  ledger: Ledger,
  metrics: Metrics,
  style: Style,
  listed: MessagesListed | undefined,
): string {
  const { tally } = ledger;
  const parts = [
    "\n",
    ...messageLines(run, ledger, style, listed),
    labelled(
      "sent",
      `${counted(ledger.messages.length, "message")}, ${counted(tally.sent, "copy", "copies")}`,
    ),
    labelled(
      "delivered",
      share(tally.delivered, tally.sent, style.good) +
        (tally.duplicated > 0 ? `, and ${grouped(tally.duplicated)} again (duplicates)` : ""),
    ),
    labelled("lost", share(tally.lost, tally.sent, style.bad)),
    ...(tally.inFlight > 0 ? [labelled("in flight", `${grouped(tally.inFlight)} when the run ended`)] : []),
    ...lossLines(run, ledger, style),
    ...[...outcomeLines(run, style), ...rowLines(run, style)].map(({ label, text }) => labelled(label, text)),
    labelled("latency", latencyText(metrics)),
    labelled("connections", connectionText(run, metrics)),
    ...endLines(run, ledger, metrics, style),
    ...attendanceLines(run).map(({ label, text }) => labelled(label, text)),
    ...responseLines(metrics),
    ...refusalLines(run, ledger),
    ...limitLines(run),
    ...channelLines(run),
    ...presenceLines(metrics),
    labelled("fingerprint", run.fingerprint),
  ];
  return parts.join("");
}

function share(part: number, whole: number, color: (text: string) => string): string {
  if (part === 0) return "0";
  const percent = (100 * part) / whole;
  const text =
    part === whole
      ? "all"
      : `${percent < 0.1 ? "< 0.1" : String(Math.min(99.9, Math.round(percent * 10) / 10))} %`;
  return color(`${grouped(part)} (${text})`);
}

/** The lost copies, by cause and roots, most frequent first. */
function lossLines(run: CliResult, ledger: Ledger, style: Style): string[] {
  const groups = new Map<string, LedgerCopy[]>();
  for (const copy of ledger.copies) {
    if (copy.fate !== Fate.lost) continue;
    const key = `${copy.cause}/${rootsKey(copy.root)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [copy]);
    else group.push(copy);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((copies) => {
      const { cause, root } = copies[0];
      const roots = copies.flatMap((copy) => copy.root ?? []);
      const { name, label, sentence } = CAUSES[cause];
      const names = rootsOf(root).map(({ reason }) => END_REASONS[reason].name);
      return [
        labelled("", `${grouped(copies.length)} × ${label} (${name})`),
        labelled("", style.faint(`    ${aboutBalancer(run.scenario, sentence)}`)),
        ...(root === null ? [] : [labelled("", `    Since ${sinceText(run, roots)} (${names.join(", ")}).`)]),
        labelled("", style.faint(`    Remedy: ${remedyOf(cause, root)}`)),
      ];
    });
}

/** How connections ended: those of clients, then those of servers to the backplane. A remedy is told once: with the copies that were lost, or here. */
function endLines(
  { scenario, nodes }: CliResult,
  ledger: Ledger,
  { connections: { ends } }: Metrics,
  style: Style,
): string[] {
  const told = new Set(
    ledger.copies.filter(({ fate }) => fate === Fate.lost).map(({ cause, root }) => remedyOf(cause, root)),
  );
  const lines = (ends: Metrics["connections"]["ends"]) =>
    ends.flatMap(({ reason, at: place, balancer, count: n }) => {
      const name = balancer === null ? undefined : nodes[balancer]!.name;
      const { label, sentence, remedy } = END_REASONS.find(({ name }) => name === reason)!;
      const isNew = !told.has(remedy);
      told.add(remedy);
      return [
        labelled(
          "",
          `${grouped(n)} × ended ${aboutBalancer(scenario, `at the ${place}`, name)}: ${label} (${reason})`,
        ),
        labelled("", style.faint(`    ${aboutBalancer(scenario, sentence, name)}`)),
        ...(isNew ? [labelled("", style.faint(`    Remedy: ${remedy}`))] : []),
      ];
    });
  const own = ends.filter(({ whose }) => whose !== "client");
  const ownCount = own.reduce((sum, { count: n }) => sum + n, 0);
  return [
    ...lines(ends.filter(({ whose }) => whose === "client")),
    ...(own.length === 0
      ? []
      : [
          labelled("to backplane", `${counted(ownCount, "connection")} of servers ended or failed`),
          ...lines(own),
        ]),
  ];
}

function latencyText({ latencyMs: { p50, p95, p99, max } }: Metrics): string {
  if (p50 === null || p95 === null || p99 === null || max === null) return "none: nothing was delivered";
  return `p50 ${ms(p50)} ms, p95 ${ms(p95)} ms, p99 ${ms(p99)} ms, max ${ms(max)} ms`;
}

function connectionText(run: CliResult, { connections: c }: Metrics): string {
  const clients = (isPlain: boolean) =>
    run.scenario.clients
      .filter(({ transport }) => holdsConnection(transport) !== isPlain)
      .reduce((sum, group) => sum + group.count, 0);
  const plain = clients(true) === 0 ? "" : ` (${grouped(clients(true))} more hold no connection)`;
  return [
    `${grouped(c.everConnected)} of ${counted(clients(false), "client")}${plain} connected at some time, ${grouped(c.connectedAtEnd)} at the end, ${grouped(c.peak)} at most`,
    `${counted(c.disconnects, "disconnect or failed attempt", "disconnects or failed attempts")}, ${counted(c.upgrades, "upgrade")}`,
  ].join("; ");
}

function responseLines({ connections: { responses } }: Metrics): string[] {
  const entries = Object.entries(responses);
  if (entries.length === 0) return [];
  return [
    labelled("responses", entries.map(([status, times]) => `${status} × ${grouped(times)}`).join(", ")),
  ];
}

/** What went by which channel, and what it cost. */
function channelLines(run: CliResult): string[] {
  const counts = countChannels(run);
  if (counts.length === 0) return [];
  const mostMicros = budgetMicros(run.scenario);
  const rows = [
    ["", "sent", "refused", "arrived", "told twice", "lost", "read", "cost"],
    ...counts.map(({ name, node, sent, refused, arrived, again, lost, read, micros }) => [
      name,
      ...[sent, refused, arrived, again, lost, read].map(grouped),
      node < 0 ? "" : micros === null ? "no price known" : dollars(micros),
    ]),
  ];
  const budget = mostMicros === Number.POSITIVE_INFINITY ? "" : `, of a budget of ${dollars(mostMicros)}`;
  return [
    ...inColumns(rows, 1).map((text, i) => labelled(i === 0 ? "channels" : "", text)),
    labelled("spent", `${dollars(spentMicros(counts))}${budget}`),
  ];
}

/** What would run out first, and next; and whom it met in this run. */
function limitLines(run: CliResult): string[] {
  const met = limitsMet(run);
  const metLines = (label: string, key: "turnedAway" | "hadToWait") =>
    met.flatMap(({ limit, [key]: clients }) =>
      clients === 0 ? [] : [labelled(label, `${counted(clients, "client")}, by ${limit}`)],
    );
  return [
    ...connectionLimits(run.scenario).map(({ place, field, connections }, i) =>
      labelled(i === 0 ? "limits" : "", `${place}.${field}: room for ${counted(connections, "connection")}`),
    ),
    ...metLines("turned away", "turnedAway"),
    ...metLines("had to wait", "hadToWait"),
  ];
}

/** What observers believed of who is online, against the truth. */
function presenceLines({ presence }: Metrics): string[] {
  if (presence === null) return [];
  const { ghosts, ghostMs, missing, missingMs, strangers, told, news, newsHeard } = presence;
  const times = (n: number, forMs: number, of: string) =>
    `${of} ${counted(n, "time")}, ${forMs < 100_000 ? `${ms(forMs)} ms` : `${grouped(Math.round(forMs / 1000))} s`} in all`;
  return [
    labelled(
      "presence",
      `${times(ghosts, ghostMs, "listed and gone")}; ${times(missing, missingMs, "online and not listed")}; ${strangers > 0 ? `${counted(strangers, "user")} listed who never came; ` : ""}servers told it ${counted(told, "time")}`,
    ),
    ...(news === 0
      ? []
      : [
          labelled(
            "news",
            `${counted(news, "join or leave", "joins and leaves")} told to everybody, ${counted(newsHeard, "copy", "copies")} of it heard`,
          ),
        ]),
  ];
}

/** Requests that were answered «Session ID unknown»: they went to another server than their session's, or came after its end. */
function refusalLines({ trace }: CliResult, { ends }: Ledger): string[] {
  const ended = new Map(ends.map((end) => [end.session, end]));
  const sessions = new Map<number, number>();
  const refused = { astray: 0, late: 0 };
  for (let i = 0; i < trace.length; i++) {
    if (trace.kind[i] === RecordKind.request)
      sessions.set(trace[at.request.exchange][i], trace[at.request.session][i]);
    if (trace.kind[i] !== RecordKind.response) continue;
    if (trace[at.response.errorCode][i] !== SESSION_ID_UNKNOWN) continue;
    const end = ended.get(sessions.get(trace[at.response.exchange][i])!);
    const isOver = end !== undefined && end.timeUs <= trace.timeUs[i] && !isRefusal(end.reason);
    refused[isOver ? "late" : "astray"]++;
  }
  const line = (n: number, why: string) =>
    n === 0 ? [] : [labelled("refused", `${counted(n, "request")} with 400 «Session ID unknown»: ${why}`)];
  return [
    ...line(refused.astray, "sent to a server that does not hold the session"),
    ...line(refused.late, "of a session that had ended for another reason"),
  ];
}

function isRefusal(reason: number): boolean {
  return reason === EndReason.sessionUnknown || reason === EndReason.cookieMissing;
}
