/** The one document of `fanout check --json`: plain data, in the units of scenario files. Shards are merged from it. */
import { createHash } from "node:crypto";
import type { Bounds } from "../../check/bounds.ts";
import { type Counterexample, runOf } from "../../check/counterexample.ts";
import type { CoverageReport } from "../../check/coverage.ts";
import { regressionTest } from "../../check/regression-test.ts";
import type { Repair } from "../../check/repair.ts";
import type { RuleKind } from "../../check/rule.ts";
import type { Scope, Subject } from "../../check/scope.ts";
import type { sizeOf } from "../../check/shrink.ts";
import {
  boundsInWords,
  coveredWords,
  type Report,
  type SearchReport,
  type Verdict,
  worthOf,
} from "../../check/verdict.ts";
import { brief } from "../../scenario/brief.ts";
import { type Note, notesOn } from "../../scenario/notes.ts";
import type { ScenarioInput } from "../../scenario/schema.ts";
import { mermaid } from "../trace/mermaid.ts";
import { linkTo } from "./link.ts";

export interface VerdictDocument {
  readonly rule: string;
  readonly kind: RuleKind;
  readonly statement: string;
  readonly outcome: Verdict["outcome"];
  /** What the rule judged, left open and did not apply to, over all runs that were finished and did not break it. */
  readonly scope: Scope;
  readonly subject: Subject;
  /** The same in words: «3 of 3 copies», or why the rule said nothing. */
  readonly covered: string;
  /** Why the rule is silent, or its runs unfinished. */
  readonly why?: string;
  /** Number of the random run that broke it, from 0; null in exhaustive searches. */
  readonly run?: number | null;
  readonly counterexample?: CounterexampleDocument;
  readonly repairs?: readonly Repair[];
  /** Time was over before the counterexample was as small as possible, or before all repairs were looked for. */
  readonly isUnfinished?: true;
}

interface CounterexampleDocument {
  readonly key: string;
  readonly text: string;
  /** What in the design made it so, in one sentence; empty if that is not known. */
  readonly because: string;
  readonly timeMs: number;
  /** Empty, as story and diagram are, if time was over before its run could be made again. */
  readonly fingerprint: string;
  readonly size: ReturnType<typeof sizeOf>;
  /** A scenario file: its run is the counterexample. */
  readonly scenario: ScenarioInput;
  readonly story: readonly { readonly timeMs: number; readonly text: string }[];
  /** Accepted steps of shrinking: what was taken away, and what was left. */
  readonly steps: readonly { readonly without: string; readonly scenario: ScenarioInput }[];
  readonly link: string;
  readonly mermaid: string;
  readonly test: string;
}

export interface ReportDocument {
  readonly scenario: string;
  readonly variant: string | null;
  /** Hash of the scenario as it was searched, its variant and settings applied: shards of one search have the same. */
  readonly scenarioHash: string;
  /** What the scenario says in vain. */
  readonly notes: readonly Note[];
  readonly bounds: Bounds;
  readonly search: SearchReport;
  readonly endedBy: Report["endedBy"];
  /** Whether these are the rules that the scenario or the command line names, rather than all rules. */
  readonly isClaimed: boolean;
  readonly verdicts: readonly VerdictDocument[];
  /** What the verdicts are worth, and within which bounds, in words. */
  readonly worth: string;
  readonly within: readonly string[];
  readonly coverage: CoverageReport;
}

/** `isClaimed`: whether these rules were asked for, rather than all rules. */
export async function documentOf(
  report: Report,
  baseUrl: string,
  isClaimed: boolean,
): Promise<ReportDocument> {
  const { scenario, variant, bounds, search, endedBy, coverage } = report;
  return {
    scenario: scenario.name,
    variant,
    scenarioHash: createHash("sha256").update(JSON.stringify(scenario)).digest("hex").slice(0, 16),
    notes: notesOn(scenario),
    bounds,
    search,
    endedBy,
    isClaimed,
    verdicts: await Promise.all(report.verdicts.map((verdict) => verdictDocument(verdict, baseUrl))),
    worth: worthOf(report),
    within: boundsInWords(report),
    coverage,
  };
}

async function verdictDocument(verdict: Verdict, baseUrl: string): Promise<VerdictDocument> {
  const { rule, kind, statement, outcome, scope, subject } = verdict;
  const head = { rule, kind, statement, outcome, scope, subject, covered: coveredWords(verdict) };
  if (verdict.outcome === "silent" || verdict.outcome === "unfinished") return { ...head, why: verdict.why };
  if (verdict.outcome !== "broken") return head;
  const { run, counterexample, repairs } = verdict;
  return {
    ...head,
    run,
    counterexample: await counterexampleDocument(counterexample, repairs, baseUrl),
    repairs,
    ...(verdict.isUnfinished === true ? { isUnfinished: true } : {}),
  };
}

async function counterexampleDocument(
  counterexample: Counterexample,
  repairs: readonly Repair[],
  baseUrl: string,
): Promise<CounterexampleDocument> {
  const { key, text, because, timeUs, fingerprint, size, scenario, story, steps } = counterexample;
  return {
    key,
    text,
    because,
    timeMs: timeUs / 1000,
    fingerprint,
    size,
    scenario: brief(scenario),
    story: story.map((line) => ({ timeMs: line.timeUs / 1000, text: line.text })),
    steps: steps.map((step) => ({ without: step.what, scenario: brief(step.scenario) })),
    link: await linkTo(baseUrl, counterexample),
    mermaid: fingerprint === "" ? "" : [...mermaid(runOf(scenario))].join(""),
    test: regressionTest(counterexample, repairs),
  };
}
