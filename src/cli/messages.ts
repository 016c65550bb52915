/** Messages one by one, as `fanout run` lists them: who sent what to whom, and what became of each copy. */
import { Fate } from "../model/fate/oracle.part.ts";
import { CAUSES } from "../model/trace/causes.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { Audience, at, RecordKind } from "../model/trace/records.ts";
import { grouped } from "../run/grouped.ts";
import type { Ledger, LedgerCopy, LedgerMessage } from "../run/ledger.ts";
import type { RunResult } from "../run/result.ts";
import type { CliResult } from "./simulate.ts";
import { atTime, counted, ms, type Style } from "./text.ts";

/** Runs with at most this many messages list each of them, if nothing else is asked for. */
const MESSAGES_LISTED = 20;

/** Which messages a report lists one by one: all, those that lost a copy, or so many of the first. */
export type MessagesListed = "all" | "lost" | number;

/** Fates listed in a message's line: with latencies that are drawn, each of thousands of copies may have its own. */
const FATES_LISTED = 50;
/** Recipients listed for each fate in a message's line. */
const RECIPIENTS_LISTED = 8;

/** Messages one by one, and a blank line. */
export function messageLines(
  run: CliResult,
  ledger: Ledger,
  style: Style,
  listed: MessagesListed | undefined,
): string[] {
  const { messages, copies } = ledger;
  const isLost = (message: LedgerMessage) => message.copies.some((copy) => copies[copy].fate === Fate.lost);
  const chosen =
    listed === "lost"
      ? messages.filter(isLost)
      : messages.slice(0, listed === "all" ? messages.length : (listed ?? MESSAGES_LISTED));
  // Unasked, a part of them would only be in the way.
  if (chosen.length === 0 || (listed === undefined && chosen.length < messages.length)) return [];
  const lines = chosen.map(
    (message) => `${atTime(message.sentUs)}  ${messageText(run, ledger, message, style)}\n`,
  );
  const more = messages.length - chosen.length;
  if (more > 0)
    lines.push(
      style.faint(
        listed === "lost" ? `${counted(more, "message")} lost no copy\n` : `… and ${grouped(more)} more\n`,
      ),
    );
  return [...lines, "\n"];
}

/** «A → others: 1 copy; B: lost at server-1: no local socket, no backplane». */
export function messageText(
  run: Pick<RunResult, "trace" | "nodes">,
  ledger: Ledger,
  message: LedgerMessage,
  style: Style,
): string {
  const nameOf = (node: number) => run.nodes[node]?.name ?? `node ${node}`;
  const isTask = message.audience === Audience.task;
  const copies = message.copies.map((index) => ledger.copies[index]);
  const groups = new Map<string, string[]>();
  for (const copy of copies) {
    const fate =
      copy.fate === Fate.inFlight
        ? waitText(run, message, nameOf(message.sender))
        : fateText(copy, isTask ? "done" : "delivered", nameOf, style);
    const names = groups.get(fate);
    if (names === undefined) groups.set(fate, [nameOf(copy.recipient)]);
    else names.push(nameOf(copy.recipient));
  }
  const to = audienceText(message, nameOf);
  const what = message.audience === Audience.server ? "an answer" : counted(copies.length, "copy", "copies");
  const head = `${nameOf(message.sender)} → ${to}: ${isTask ? "something to do" : what}`;
  const whose = (names: readonly string[]) => (isTask ? "" : `${recipients(names)}: `);
  const fates = [...groups].slice(0, FATES_LISTED).map(([fate, names]) => `${whose(names)}${fate}`);
  const more = groups.size - fates.length;
  return [head, ...fates, ...(more > 0 ? [`and ${counted(more, "more fate")}`] : [])].join("; ");
}

/** Where a copy is that has not arrived yet. */
function waitText(run: Pick<RunResult, "trace" | "nodes">, message: LedgerMessage, sender: string): string {
  if (run.nodes[message.sender]?.kind !== "client" || hasLeft(run, message)) return "still in flight";
  if (wasQueued(run, message)) return `waits in ${sender}'s browser, whose connections are all taken`;
  return `waits in ${sender}'s send buffer: ${sender} is not connected`;
}

/** Whether the request with the message had to wait, in the instant in which it was sent. */
function wasQueued({ trace }: Pick<RunResult, "trace">, { sentUs, sender }: LedgerMessage): boolean {
  for (let i = 0; i < trace.length && trace.timeUs[i] <= sentUs; i++)
    if (
      trace.timeUs[i] === sentUs &&
      trace.kind[i] === RecordKind.queued &&
      trace[at.queued.client][i] === sender
    )
      return true;
  return false;
}

/** Whether the message ever left its sender. */
function hasLeft(run: Pick<RunResult, "trace">, message: LedgerMessage): boolean {
  const { trace } = run;
  for (let i = trace.length - 1; i >= 0 && trace.timeUs[i] >= message.sentUs; i--) {
    const isEmit = trace.kind[i] === RecordKind.frame && trace[at.frame.kind][i] === FrameKind.emit;
    if (isEmit && trace[at.frame.subject][i] === message.id) return true;
  }
  return false;
}

function audienceText(
  message: Pick<LedgerMessage, "audience" | "target">,
  nameOf: (node: number) => string,
): string {
  switch (message.audience) {
    case Audience.others:
      return "others";
    case Audience.everyone:
      return "everyone";
    case Audience.room:
      return `room ${message.target + 1}`;
    case Audience.server:
    case Audience.task:
      return "the server";
    default:
      return nameOf(message.target);
  }
}

/** Names, a few of them if they are many. */
export function recipients(names: readonly string[]): string {
  if (names.length <= RECIPIENTS_LISTED) return names.join(", ");
  return `${names.slice(0, RECIPIENTS_LISTED - 1).join(", ")} and ${grouped(names.length - RECIPIENTS_LISTED + 1)} more`;
}

function fateText(
  copy: LedgerCopy,
  arrived: "delivered" | "done",
  nameOf: (node: number) => string,
  style: Style,
): string {
  if (copy.fate === Fate.lost)
    return style.bad(`lost at ${nameOf(copy.place)}: ${CAUSES[copy.cause]?.label ?? copy.cause}`);
  const again = copy.duplicates === 0 ? "" : `, and ${copy.duplicates} × again`;
  return style.good(`${arrived} after ${ms((copy.settledUs - copy.sentUs) / 1000)} ms${again}`);
}
