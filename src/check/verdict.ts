/** What a search says of each rule, and what that is worth. */
import type { Scenario } from "../scenario/schema.ts";
import type { Bounds } from "./bounds.ts";
import type { Counterexample } from "./counterexample.ts";
import type { CoverageReport } from "./coverage.ts";
import type { Repair } from "./repair.ts";
import type { RuleKind } from "./rule.ts";

/** A breach, shrunk and told, and what would mend it. */
export interface Settled {
  readonly counterexample: Counterexample;
  readonly repairs: readonly Repair[];
  /** Of random searches: the number of the run in which it was found, from 0; null of others. */
  readonly run: number | null;
  /** There was no time to make it as small as it gets, or to look for repairs. */
  readonly isUnfinished?: true;
}

export type Outcome =
  /** A run breaks the rule. */
  | ({ readonly outcome: "broken" } & Settled)
  /** No run within the bounds breaks it: all were explored. */
  | { readonly outcome: "holds" }
  /** No run that was tried breaks it. */
  | { readonly outcome: "not broken" }
  /** Of a `sometimes` rule: a run shows it, or none within the bounds does, or none that was tried. */
  | { readonly outcome: "seen" }
  | { readonly outcome: "never" }
  | { readonly outcome: "not seen" }
  /** The rule has nothing to say about this scenario. */
  | { readonly outcome: "silent"; readonly why: string };

export type Verdict = Outcome & {
  readonly rule: string;
  readonly kind: RuleKind;
  readonly statement: string;
};

export type SearchReport =
  | {
      readonly kind: "random";
      /** Runs that were made; seeds are drawn from `seed`. */
      readonly runs: number;
      readonly seed: number;
      /** Nothing in the scenario is left to chance, so that its one run stands for all. */
      readonly isCertain: boolean;
      readonly shard: readonly [index: number, of: number] | null;
      /** Runs that were cut for having too many events. */
      readonly cut: number;
    }
  | {
      readonly kind: "exhaustive";
      /** Branches that were run. */
      readonly runs: number;
      /** Distinct states between events. */
      readonly states: number;
      /** Departures from the plainest run that a run may have; null: any number. */
      readonly depth: number | null;
      /** Runs that were cut for having too many events. */
      readonly cut: number;
      /** Whether all was explored. */
      readonly isComplete: boolean;
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

/** Whether a verdict is bad news: a rule broken, or something that should be seen and can't be. */
export function isBroken({ outcome }: Verdict): boolean {
  return outcome === "broken" || outcome === "never";
}

/**
 * If no run of N breaks a rule, the probability that a run does is below this, with 95 % confidence: −ln 0.05 / N (the «rule of
 * three»), which is a little above the exact bound 1 − 0.05^(1/N).
 */
export function probabilityBelow(runs: number): number {
  return Math.min(1, 2.9957 / runs);
}

/** What a report's verdicts are worth, in a sentence or two. */
export function worthOf({ search, endedBy }: Pick<Report, "search" | "endedBy">): string {
  const { cut } = search;
  const early = {
    done: "",
    time: "Time ran out: all of this is what was known until then. ",
    interrupted: "Interrupted: all of this is what was known until then. ",
  }[endedBy];
  const long =
    cut === 0 ? "" : ` ${times(cut, "run")} had too many events, and nothing is known of what came after.`;
  return early + (search.kind === "exhaustive" ? exhaustiveWorth(search) : randomWorth(search)) + long;
}

function exhaustiveWorth({
  states,
  runs,
  isComplete,
}: Extract<SearchReport, { kind: "exhaustive" }>): string {
  const what = `${times(states, "state")} in ${times(runs, "run")}`;
  if (isComplete) return `All runs within the bounds were explored: ${what}.`;
  return `Not all runs were explored: ${what}. This is no proof.`;
}

function randomWorth({ runs, seed, isCertain }: Extract<SearchReport, { kind: "random" }>): string {
  if (isCertain) return "Nothing here is left to chance: the one run that there is stands for all.";
  if (runs === 0) return "No run was finished.";
  const percent = (100 * probabilityBelow(runs)).toPrecision(2);
  const worth =
    runs < 10
      ? "That says little."
      : `What none of them broke, breaks in less than ${percent} % of runs (95 % confidence).`;
  return `${times(runs, "random run")} from seed ${seed}. ${worth}`;
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

function exhaustiveWords({ lateMs, lateSteps, losses }: Bounds, { network }: Scenario): string[] {
  const late = Array.from({ length: lateSteps }, (_, i) =>
    String(Math.round((lateMs * (i + 1) * 1000) / lateSteps) / 1000),
  );
  const isDrawn = Object.values(network).some(({ latencyMs }) => typeof latencyMs !== "number");
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
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")} ${one}${count === 1 ? "" : plural}`;
}
