/**
 * The application's view of messages that a server acts on, or hands on and acknowledges: what was accepted, what its sender believes of it in the
 * end, and what was really done, how often and in which order. Done is a message for other clients when it is handed on. Read off the trace, as the
 * ledger is.
 */
import { FrameKind } from "../model/trace/frames.ts";
import { Audience, at, type Columns, Outcome, RecordKind } from "../model/trace/records.ts";
import type { Scenario } from "../scenario/schema.ts";
import { isEngineIo } from "../scenario/transports.ts";
import type { RunResult } from "./result.ts";

export interface Task {
  /** Its number in the trace. */
  readonly message: number;
  /** The sending client's node. */
  readonly sender: number;
  /** When its application sent it. */
  readonly sentUs: number;
  /** Whether its sender asks to be told what became of it. */
  readonly isAsked: boolean;
  /** When it was sent, each time; empty where nobody counts, or not yet. */
  readonly triedUs: number[];
  /** An {@link Outcome}: what its sender was told; null: nothing, or not yet. */
  outcome: Outcome | null;
  settledUs: number;
  /** When it was done, each time. */
  readonly doneUs: number[];
  /** Its place in the order in which things were first done, from 0; −1: it was not done. */
  rank: number;
  /** How often a server recognised it, and did nothing. */
  recognised: number;
  /** Whether something that its sender sent later was done before it. */
  isOvertaken: boolean;
}

/** In the order in which they were sent. */
export function readTasks({ trace, scenario }: Pick<RunResult, "trace" | "scenario">): Task[] {
  const deliveries = scenario.clients.flatMap(({ count, transport, delivery }) =>
    new Array<Delivery>(count).fill(isEngineIo(transport) ? delivery : "question"),
  );
  const tasks = new Map<number, Task>();
  const latest = new Map<number, number>();
  let ranks = 0;
  const noteDone = (message: number, timeUs: number) => {
    const task = tasks.get(message)!;
    const before = latest.get(task.sender) ?? -1;
    if (task.doneUs.length === 0) {
      task.rank = ranks++;
      task.isOvertaken = task.message < before;
    }
    latest.set(task.sender, Math.max(before, task.message));
    task.doneUs.push(timeUs);
  };
  for (let row = 0; row < trace.length; row++) {
    switch (trace.kind[row]) {
      case RecordKind.message:
        if (isTask(trace, row, deliveries)) {
          const task = newTask(trace, row, deliveries);
          tasks.set(task.message, task);
        }
        break;
      case RecordKind.frame:
        // What somebody answers by a channel never came to their page's client, which would keep it.
        if (trace[at.frame.kind][row] === FrameKind.answer) tasks.delete(trace[at.frame.subject][row]);
        break;
      case RecordKind.tried:
        tasks.get(trace[at.tried.message][row])!.triedUs.push(trace.timeUs[row]);
        break;
      case RecordKind.done:
        noteDone(trace[at.done.message][row], trace.timeUs[row]);
        break;
      case RecordKind.handedOn:
        noteDone(trace[at.handedOn.message][row], trace.timeUs[row]);
        break;
      case RecordKind.recognised:
        tasks.get(trace[at.recognised.message][row])!.recognised++;
        break;
      case RecordKind.settled: {
        const task = tasks.get(trace[at.settled.message][row])!;
        task.outcome = trace[at.settled.outcome][row] as Outcome;
        task.settledUs = trace.timeUs[row];
        break;
      }
    }
  }
  return [...tasks.values()];
}

/** How each client delivers, by its node; of publishers and servers nothing is said. */
type Delivery = Scenario["clients"][number]["delivery"];

function isTask(trace: Columns, row: number, deliveries: readonly Delivery[]): boolean {
  const audience = trace[at.message.audience][row];
  if (audience === Audience.task) return true;
  return audience !== Audience.server && isAsked(deliveries[trace[at.message.sender][row]]);
}

/** Whether acknowledgements are asked for. */
function isAsked(delivery: Delivery | undefined): boolean {
  return delivery !== undefined && delivery !== "question" && delivery !== "forget";
}

function newTask(trace: Columns, row: number, deliveries: readonly Delivery[]): Task {
  const sender = trace[at.message.sender][row];
  return {
    message: trace[at.message.message][row],
    sender,
    sentUs: trace.timeUs[row],
    isAsked: isAsked(deliveries[sender]),
    triedUs: [],
    outcome: null,
    settledUs: -1,
    doneUs: [],
    rank: -1,
    recognised: 0,
    isOvertaken: false,
  };
}

/** What a sender believes of a message: what it was told, or that it waits, is never told, or asked nothing. */
const BELIEFS = ["done", "failed", "untold", "waiting", "unasked"] as const;
export type Belief = (typeof BELIEFS)[number];

export const BELIEF_WORDS: Readonly<Record<Belief, string>> = {
  done: "told «done»",
  failed: "told «failed»",
  untold: "never told",
  waiting: "waits",
  unasked: "asked nothing",
};
/** The columns of the table of belief and truth. */
export const DONE_WORDS = ["not done", "once", "again"] as const;

export function beliefOf({ outcome, isAsked }: Task): Belief {
  switch (outcome) {
    case Outcome.acknowledged:
      return "done";
    case Outcome.timedOut:
    case Outcome.disconnected:
      return "failed";
    case Outcome.unheard:
      return "untold";
    default:
      return isAsked ? "waiting" : "unasked";
  }
}

/** Whether belief and truth agree: yes, no, or nothing is believed yet. Done twice is right to nobody. */
export function isRight(belief: Belief, times: number): boolean | null {
  if (times > 1) return false;
  if (belief === "done") return times === 1;
  return belief === "failed" ? times === 0 : null;
}

/** A row of the table of belief and truth: how many were not done, done once, and done more often. */
export interface BeliefRow {
  readonly belief: Belief;
  readonly counts: readonly [notDone: number, once: number, again: number];
}

/** Only beliefs that somebody has. */
export function beliefTable(tasks: readonly Task[]): BeliefRow[] {
  const rows = new Map(BELIEFS.map((belief) => [belief, [0, 0, 0] as [number, number, number]]));
  for (const task of tasks) rows.get(beliefOf(task))![Math.min(task.doneUs.length, 2)]!++;
  return [...rows].flatMap(([belief, counts]) =>
    counts.some((count) => count > 0) ? [{ belief, counts }] : [],
  );
}

export interface Outcomes {
  readonly accepted: number;
  /** What their senders were told. */
  readonly acknowledged: number;
  readonly failed: number;
  /** They will never be told, as their callbacks are gone. */
  readonly unheard: number;
  /** They have been told nothing yet. */
  readonly waiting: number;
  /** They asked for nothing to be told. */
  readonly unasked: number;
  /** What was really done: never, once, and more than once. */
  readonly notDone: number;
  readonly once: number;
  readonly again: number;
  /** How often something was done that had been done before. */
  readonly duplicates: number;
  /** Where belief and truth differ. */
  readonly failedButDone: number;
  readonly acknowledgedNotDone: number;
  /** First done after something that was sent later. */
  readonly overtaken: number;
  /** How often something was recognised, and not done again. */
  readonly recognised: number;
}

export function countOutcomes(tasks: readonly Task[]): Outcomes {
  const count = (is: (task: Task) => boolean) => tasks.filter(is).length;
  const sum = (of: (task: Task) => number) => tasks.reduce((all, task) => all + of(task), 0);
  const isDone = ({ doneUs }: Task) => doneUs.length > 0;
  const believes = (belief: Belief) => (task: Task) => beliefOf(task) === belief;
  return {
    accepted: tasks.length,
    acknowledged: count(believes("done")),
    failed: count(believes("failed")),
    unheard: count(believes("untold")),
    waiting: count(believes("waiting")),
    unasked: count(believes("unasked")),
    notDone: count((task) => !isDone(task)),
    once: count(({ doneUs }) => doneUs.length === 1),
    again: count(({ doneUs }) => doneUs.length > 1),
    duplicates: sum(({ doneUs }) => Math.max(0, doneUs.length - 1)),
    failedButDone: count((task) => believes("failed")(task) && isDone(task)),
    acknowledgedNotDone: count((task) => believes("done")(task) && !isDone(task)),
    overtaken: count(({ isOvertaken }) => isOvertaken),
    recognised: sum(({ recognised }) => recognised),
  };
}
