/** What a search says of each rule, and what that is worth. */

import { grouped } from "../run/grouped.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Bounds } from "./bounds.ts";
import type { Counterexample } from "./counterexample.ts";
import type { CoverageReport } from "./coverage.ts";
import type { Exploration } from "./exhaustive.ts";
import type { Repair } from "./repair.ts";
import type { RuleKind } from "./rule.ts";
import { type Scope, type Subject, scopeWords } from "./scope.ts";

/** A breach, shrunk, with its story, and what would mend it. */
export interface Settled {
  readonly counterexample: Counterexample;
  readonly repairs: readonly Repair[];
  /** The number of the random run in which it was found, from 0; null in other searches. */
  readonly run: number | null;
  /** Time ran out before it was as small as possible, or before repairs were looked for. */
  readonly isUnfinished?: true;
}

export type Outcome =
  /** A run breaks the rule. */
  | ({ readonly outcome: "broken" } & Settled)
  /** No run within the bounds breaks it: all were explored. */
  | { readonly outcome: "holds" }
  /** No run that was tried breaks it. */
  | { readonly outcome: "not broken" }
  /** Of a `sometimes` rule: a run shows it, or none within the bounds does. */
  | { readonly outcome: "seen" }
  | { readonly outcome: "never" }
  /** The rule never applied: to what it could have applied, and why it did not. */
  | { readonly outcome: "silent"; readonly why: string }
  /** Runs were cut before the rule could speak; or, of a `sometimes` rule, no run that was tried shows it. */
  | { readonly outcome: "unfinished"; readonly why: string }
  /** No run was finished. */
  | { readonly outcome: "not tried" };

export type OutcomeName = Outcome["outcome"];

export type Verdict = Outcome & {
  readonly rule: string;
  readonly kind: RuleKind;
  readonly statement: string;
  /** What the rule spoke of, in all runs that were finished and did not break it. */
  readonly scope: Scope;
  readonly subject: Subject;
};

export type SearchReport =
  | {
      readonly kind: "random";
      /** Runs that were made; seeds are drawn from `seed`. */
      readonly runs: number;
      /** Runs that were asked for: of a shard, those of the whole search. */
      readonly asked: number;
      readonly seed: number;
      /** Nothing in the scenario is left to chance, so that its one run stands for all. */
      readonly isCertain: boolean;
      readonly shard: readonly [index: number, of: number] | null;
      /** Of these runs, those that were cut for having too many events. */
      readonly cut: number;
      /** How many are too many. */
      readonly maxEvents: number;
    }
  | {
      readonly kind: "exhaustive";
      /** Branches that were run. */
      readonly runs: number;
      /** Distinct states between events. */
      readonly states: number;
      /** Departures from the plainest run that a run may have; null: any number. */
      readonly depth: number | null;
      /** Of these runs, those that were cut for having too many events. */
      readonly cut: number;
      readonly maxEvents: number;
      /** Whether all was explored. */
      readonly isComplete: boolean;
      /** How far it came: the most departures of a run that was begun, how many branches have so many, and how many of these were run. */
      readonly reached: { readonly departures: number; readonly branches: number; readonly done: number };
    };

export interface Report {
  readonly scenario: Scenario;
  readonly variant: string | null;
  readonly bounds: Bounds;
  readonly search: SearchReport;
  /** What ended the search. */
  readonly endedBy: "done" | "time" | "interrupted";
  /** In the order of the scenario's rules. */
  readonly verdicts: readonly Verdict[];
  readonly coverage: CoverageReport;
}

/** Whether a verdict is good news, bad news, or none. */
export type Standing = "kept" | "broken" | "open";

const STANDINGS: Readonly<Record<OutcomeName, Standing>> = {
  broken: "broken",
  never: "broken",
  holds: "kept",
  "not broken": "kept",
  seen: "kept",
  silent: "open",
  unfinished: "open",
  "not tried": "open",
};

export function standingOf(outcome: OutcomeName): Standing {
  return STANDINGS[outcome];
}

/** Whether a verdict is bad news: a rule broken, or something that should be seen and can't be. */
export function isBroken({ outcome }: { readonly outcome: OutcomeName }): boolean {
  return standingOf(outcome) === "broken";
}

/** Whether a verdict is neither good nor bad news: the rule was silent, or its runs were not finished. */
export function isOpen({ outcome }: { readonly outcome: OutcomeName }): boolean {
  return standingOf(outcome) === "open";
}

/**
 * What a ✓ covers, or why there is no ✓: «3 of 3 copies», «3 of 3 copies exempt, recipient away». Empty where
 * there is nothing to add.
 */
export function coveredWords(verdict: Pick<Verdict, "scope" | "subject" | "kind"> & Outcome): string {
  if (verdict.outcome === "silent" || verdict.outcome === "unfinished") return verdict.why;
  const speaks = verdict.outcome === "holds" || verdict.outcome === "not broken";
  return speaks ? scopeWords(verdict.scope, verdict.subject) : "";
}

/** «12 of 1,000 runs were cut at 200,000 events». */
export function cutWords({ cut, runs, maxEvents }: SearchReport): string {
  const those = cut === runs ? (runs === 1 ? "the only run was" : `all ${grouped(runs)} runs were`) : "";
  const some = `${grouped(cut)} of ${grouped(runs)} runs ${cut === 1 ? "was" : "were"}`;
  return `${those === "" ? some : those} cut at ${grouped(maxEvents)} events`;
}

/**
 * If no run of N breaks a rule, the probability that a run does is below this, with 95 % confidence: −ln 0.05 / N (the «rule of
 * three»), which is a little above the exact bound 1 − 0.05^(1/N).
 */
export function probabilityBelow(runs: number): number {
  return Math.min(1, 2.9957 / runs);
}

/** What a report's verdicts are worth, in a sentence or two. */
export function worthOf({ search, endedBy, verdicts }: Worthy): string {
  const early = {
    done: "",
    time: "Time ran out: all of this is what was known until then. ",
    interrupted: "Interrupted: all of this is what was known until then. ",
  }[endedBy];
  const cut = search.cut === 0 ? "" : `${sentence(cutWords(search))}; nothing is known of what came after. `;
  return (
    early + cut + (search.kind === "exhaustive" ? exhaustiveWorth(search) : randomWorth(search, verdicts))
  );
}

/** What is known of a search when its worth is told. */
interface Worthy {
  readonly search: SearchReport;
  readonly endedBy: Report["endedBy"];
  readonly verdicts: readonly { readonly outcome: OutcomeName }[];
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function exhaustiveWorth({
  states,
  runs,
  isComplete,
  reached,
}: Extract<SearchReport, { kind: "exhaustive" }>): string {
  const what = `${times(states, "state")} in ${times(runs, "run")}`;
  if (isComplete) return `All runs within the bounds were explored: ${what}.`;
  return `Not all runs were explored: ${what}${reachWords(reached)}. This is no proof.`;
}

type Reached = Extract<SearchReport, { kind: "exhaustive" }>["reached"];

/** Up to how many departures all runs were explored; −1 if not even the plainest was finished. */
export function departuresExplored({ departures, branches, done }: Reached): number {
  return done === branches ? departures : departures - 1;
}

/** «; all with at most 1 departure from the plainest run, and 41 % of those with 2». Empty where not even that one was finished. */
function reachWords(reached: Reached): string {
  const { departures, branches, done } = reached;
  const isThrough = done === branches;
  if (departures === 0) return isThrough ? "; the plainest alone" : "";
  const all = departuresExplored(reached);
  const whole = all === 0 ? "the plainest" : `all with at most ${times(all, "departure")} from the plainest`;
  if (isThrough || done === 0) return `; ${whole}`;
  const percent = (100 * done) / branches;
  return `; ${whole}, and ${percent < 1 ? "less than 1" : Math.floor(percent)} % of those with ${departures}`;
}

/** What a report says of an exploration. */
export function explorationReport(
  { runs, states, cut, depth: departures, alike: branches, alikeDone: done }: Exploration,
  depth: number | null,
  maxEvents: number,
  isComplete: boolean,
): SearchReport {
  const reached = { departures, branches, done };
  return { kind: "exhaustive", runs, states, depth, cut, maxEvents, isComplete, reached };
}

function randomWorth(
  { runs, seed, isCertain, cut }: Extract<SearchReport, { kind: "random" }>,
  verdicts: Worthy["verdicts"],
): string {
  if (isCertain) return "Nothing here is left to chance: the one run that there is stands for all.";
  if (runs === 0) return "No run was finished.";
  const made = `${times(runs, "random run")} from seed ${seed}.`;
  // A breach is certain however few the runs are; the number of runs matters only for rules that were not broken.
  if (cut > 0 || !verdicts.some(({ outcome }) => outcome === "not broken")) return made;
  // Beside a breach, which is certain, this sentence would be read as if it were about the breach.
  if (runs < 10) return verdicts.some(isBroken) ? made : `${made} That says little.`;
  const percent = (100 * probabilityBelow(runs)).toPrecision(2);
  return `${made} What none of them broke, breaks in less than ${percent} % of runs (95 % confidence).`;
}

/** The bounds of a search in words, for a list. */
export function boundsInWords({ bounds, search, scenario }: Report): string[] {
  const { crashes } = bounds;
  return [
    `${scenario.durationMs / 1000} s of simulated time`,
    ...(search.kind === "exhaustive" ? exhaustiveWords(bounds, scenario) : randomWords(bounds)),
    killWords(crashes, search.kind),
    ...(search.kind === "exhaustive" && search.depth !== null
      ? [`at most ${times(search.depth, "such departure")} in one run`]
      : []),
  ];
}

function killWords(crashes: number, kind: SearchReport["kind"]): string {
  if (crashes === 0) return "no process killed but by the scenario";
  const when = kind === "exhaustive" ? "right after any instant at which something happens" : "at any time";
  return `up to ${times(crashes, "process", "es")} killed, ${when}`;
}

function randomWords({ lateMs, losses }: Bounds): string[] {
  return [
    lateMs === 0
      ? "packets as late as the scenario says"
      : `every packet up to ${lateMs} ms late, TCP's order kept`,
    losses === 0 ? "packets lost as the scenario says" : "1 % of packets lost where the scenario loses none",
  ];
}

function exhaustiveWords({ lateMs, lateSteps, losses }: Bounds, { clients, network }: Scenario): string[] {
  const late = Array.from({ length: lateSteps }, (_, i) =>
    String(Math.round((lateMs * (i + 1) * 1000) / lateSteps) / 1000),
  );
  const { links, ...classes } = network;
  const all = [...Object.values(classes), ...Object.values(links), ...clients.map(({ link }) => link)];
  const isDrawn = all.some((link) => typeof link?.latencyMs === "object");
  return [
    lateMs === 0
      ? "every packet on time"
      : `every packet on time or ${late.join(" or ")} ms late, TCP's order kept`,
    ...(isDrawn
      ? [
          "latencies that the scenario draws: the ends of a range, of other distributions the least and the median",
        ]
      : []),
    losses === 0 ? "no packet lost" : `up to ${times(losses, "packet")} lost, at any point`,
  ];
}

/** «1 run», «1,000 runs», the same in every locale. */
function times(count: number, one: string, plural = "s"): string {
  return `${grouped(count)} ${one}${count === 1 ? "" : plural}`;
}
