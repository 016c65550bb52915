/**
 * The searching side of a check: runs the search in slices, between which a word from the page can be heard.
 * Runs in a worker of its own; tested in Node.
 */

import { checking, DEFAULT_RUNS, type Progress } from "../../check/check.ts";
import { scenarioFile } from "../../check/counterexample.ts";
import { thresholdWords } from "../../check/repair/words.ts";
import type { Repair } from "../../check/repair.ts";
import {
  boundsInWords,
  coveredWords,
  type Report,
  type Settled,
  type Verdict,
  worthOf,
} from "../../check/verdict.ts";
import { grouped } from "../../run/grouped.ts";
import type { Scenario } from "../../scenario/schema.ts";
import {
  CHECK_BUDGET_MS,
  type CheckAnswer,
  type CheckMessage,
  type CheckProgress,
  type CheckRequest,
  type CheckResult,
  type CheckVerdict,
  type FoundRepair,
  type FoundRun,
} from "./check-protocol.ts";

/** How long a search may go on without hearing messages, in ms. A single step may take longer. */
const SLICE_MS = 50;

/** What a checker needs from its surroundings. */
export interface CheckerHost {
  post(answer: CheckAnswer): void;
  /** Calls back once the waiting messages have been handled. */
  later(go: () => void): void;
  /** Real time, ms. */
  now(): number;
}

interface Search {
  readonly id: number;
  readonly steps: Generator<Progress, Report>;
  readonly isOver: () => "time" | "interrupted" | null;
  isStopped: boolean;
  /** What was last known; null before the first step. */
  progress: Progress | null;
}

/** Does one search at a time: a new one takes the place of the one before it. Never throws. */
export class Checker {
  readonly #host: CheckerHost;
  #search: Search | null = null;

  constructor(host: CheckerHost) {
    this.#host = host;
  }

  receive(message: CheckMessage): void {
    if (message.kind === "check") this.#start(message);
    else if (this.#search?.id === message.id) this.#search.isStopped = true;
  }

  #start({ id, scenario, variant, exhaustive }: CheckRequest): void {
    const deadline = this.#host.now() + CHECK_BUDGET_MS;
    const isOver = () => (search.isStopped ? "interrupted" : this.#host.now() > deadline ? "time" : null);
    const search: Search = {
      id,
      isStopped: false,
      progress: null,
      isOver,
      steps: checking(scenario, { variant, exhaustive, isOver }),
    };
    this.#search = search;
    this.#go(search);
  }

  /** One slice of a search. */
  #go(search: Search): void {
    if (this.#search !== search) return;
    const { id, steps } = search;
    const until = this.#host.now() + SLICE_MS;
    try {
      for (;;) {
        const last = search.progress;
        // The next step may take long, and nothing is heard from it.
        if (last !== null && last.broken > 0 && (last.share === 1 || search.isOver() !== null))
          this.#host.post({ id, kind: "progress", progress: { ...progressOf(last), isSettling: true } });
        const step = steps.next();
        if (step.done === true) {
          this.#search = null;
          this.#host.post({ id, kind: "done", result: resultOf(step.value) });
          return;
        }
        search.progress = step.value;
        if (this.#host.now() < until) continue;
        this.#host.post({ id, kind: "progress", progress: progressOf(step.value) });
        this.#host.later(() => this.#go(search));
        return;
      }
    } catch (error) {
      this.#search = null;
      const message = error instanceof Error ? error.message : String(error);
      this.#host.post({ id, kind: "failed", message: `The search stopped: ${message}` });
    }
  }
}

function progressOf({ runs, states, share, broken }: Progress): CheckProgress {
  return {
    runs,
    states,
    of: share === null ? null : DEFAULT_RUNS,
    broken,
    isSettling: false,
  };
}

/** A report without the parts that the page does not show: the steps of shrinking, and coverage. */
export function resultOf(report: Report): CheckResult {
  const { search, endedBy } = report;
  return {
    exhaustive: search.kind === "exhaustive",
    runs: search.runs,
    endedBy,
    isCertain: search.kind === "random" && search.isCertain,
    verdicts: report.verdicts.map((verdict) => verdictOf(report.scenario, verdict)),
    worth: worthOf(report),
    bounds: boundsInWords(report),
  };
}

function verdictOf(scenario: Scenario, verdict: Verdict): CheckVerdict {
  const { rule, kind } = verdict;
  switch (verdict.outcome) {
    case "silent":
    case "unfinished":
      return { rule, kind, outcome: verdict.outcome, why: verdict.why };
    case "holds":
    case "not broken":
      return { rule, kind, outcome: verdict.outcome, covered: coveredWords(verdict) };
    case "broken":
      return { rule, kind, outcome: "broken", ...foundRunOf(scenario, verdict) };
    default:
      return { rule, kind, outcome: verdict.outcome };
  }
}

function foundRunOf(scenario: Scenario, { counterexample, repairs, isUnfinished }: Settled): FoundRun {
  const { text, because, timeUs, fingerprint, size } = counterexample;
  return {
    text,
    because,
    timeUs,
    fingerprint,
    size,
    file: JSON.stringify(scenarioFile(counterexample)),
    repairs: repairs.map((repair) => ({
      set: repair.set as FoundRepair["set"],
      note: noteOf(repair, scenario),
    })),
    isUnfinished: isUnfinished === true,
  };
}

/** What a repair is worth: «the variant «Redis»; stands in 200 random runs». */
function noteOf({ variant, threshold, runs }: Repair, { variants }: Scenario): string {
  return [
    ...(variant === null ? [] : [`the variant «${variants[variant].title}»`]),
    ...(threshold === null ? [] : [thresholdWords(threshold)]),
    runs === 1 ? "its one run stands" : `stands in ${grouped(runs)} random runs`,
  ].join("; ");
}
